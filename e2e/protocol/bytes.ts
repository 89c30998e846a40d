import { keccak_256 } from "@noble/hashes/sha3.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Binary as text: `0x` and lower-case hex (PROTOCOL 4.9). */
export type Hex = `0x${string}`;

/** Why something is refused. Stable words for programs; {@link Refused.message} is for people. */
export type Reason =
  | "not-json"
  | "not-our-file"
  | "unsupported-version"
  | "not-canonical"
  | "schema"
  | "foreign-domain"
  | "not-a-receipt"
  | "attester"
  | "signature"
  | "commitment"
  | "anchor"
  | "other-receipt"
  | "tensor";

/** The only error this package throws for bad input: never a wrong answer, always a reason. */
export class Refused extends Error {
  constructor(
    readonly reason: Reason,
    message: string,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** Throws {@link Refused} unless `holds`. */
export function demand(holds: boolean, reason: Reason, message: string): asserts holds {
  if (!holds) throw new Refused(reason, message);
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;

/** Decodes strict lower-case hex; `length` is in bytes. */
export function fromHex(text: string, length?: number): Uint8Array {
  demand(/^0x([0-9a-f]{2})*$/.test(text), "schema", `${text.slice(0, 20)} is not lower-case hex`);
  const bytes = new Uint8Array(Buffer.from(text.slice(2), "hex"));
  if (length !== undefined)
    demand(bytes.length === length, "schema", `expected ${length} bytes of hex, got ${bytes.length}`);
  return bytes;
}

/** An unsigned integer as `size` little-endian bytes. */
export function le(value: number | bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0, rest = BigInt(value); i < size; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** An unsigned integer as a 32-byte big-endian ABI word. */
export const word = (value: number | bigint): Uint8Array => le(value, 32).reverse();

/** An ASCII tag and its closing zero byte, then the parts. */
export const tagged = (tag: string, ...parts: Uint8Array[]): Uint8Array =>
  concat(utf8(tag), Uint8Array.of(0), ...parts);

export const H = (...parts: Uint8Array[]): Uint8Array => sha256(concat(...parts));

export const keccak = (...parts: Uint8Array[]): Uint8Array => keccak_256(concat(...parts));

export const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** Lexicographic order of bytes. */
export const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);
