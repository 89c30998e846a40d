import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Lower-case hexadecimal behind `0x`. */
export type Hex = `0x${string}`;

/** Why something is not accepted: a sentence without its capital and its full stop. */
export class Refused extends Error {}

export function demand(holds: unknown, message: string): asserts holds {
  if (!holds) throw new Refused(message);
}

export const [concat, utf8] = [concatBytes, utf8ToBytes];
export const toHex = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`;
export const equal = (a: Uint8Array, b: Uint8Array): boolean => toHex(a) === toHex(b);
export const H = (...parts: Uint8Array[]): Uint8Array => sha256(concat(...parts));
export const keccak = (...parts: Uint8Array[]): Uint8Array => keccak_256(concat(...parts));
export const tagged = (tag: string, ...parts: Uint8Array[]): Uint8Array => concat(utf8(`${tag}\0`), ...parts);

/** Strict lower-case hexadecimal, of `length` bytes where that is given. */
export function fromHex(text: string, length?: number): Uint8Array {
  demand(text.startsWith("0x"), "the hexadecimal text does not begin with 0x");
  demand(/^[0-9a-f]*$/.test(text.slice(2)), "the hexadecimal text holds a character other than 0-9 and a-f");
  const fits = text.length % 2 === 0 && (length === undefined || text.length === 2 + 2 * length);
  demand(fits, "the hexadecimal text has the wrong length");
  return hexToBytes(text.slice(2));
}

/** An unsigned integer as little-endian bytes. */
export const le = (value: number | bigint, size: number): Uint8Array =>
  hexToBytes(
    BigInt(value)
      .toString(16)
      .padStart(2 * size, "0"),
  ).reverse();

/** UTF-8 without replacement characters and without swallowing a byte order mark. */
export function decodeUtf8(bytes: Uint8Array, fault: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused(fault);
  }
}

/** Reads bytes in order; {@link fault} is the message where they end too early. */
export class Reader {
  private at = 0;
  constructor(
    private readonly bytes: Uint8Array,
    private readonly fault: string,
  ) {}

  take(count: number): Uint8Array {
    demand(count <= this.left, this.fault);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** A little-endian unsigned integer. */
  uint(size: number): bigint {
    return this.take(size).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  }

  byte(): number {
    return Number(this.uint(1));
  }

  /** SCALE's compact integer. */
  compact(): bigint {
    const first = this.byte();
    const mode = first & 3;
    if (mode === 3) return this.uint((first >> 2) + 4);
    return BigInt(first >> 2) + this.uint(2 ** mode - 1) * 64n;
  }

  /** SCALE's `Option`. */
  option<T>(read: () => T): T | undefined {
    const some = this.byte();
    demand(some <= 1, this.fault);
    return some === 1 ? read() : undefined;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }
}
