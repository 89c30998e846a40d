import type { Registry } from "@polkadot/types/types";
import type { PortableRegistry } from "@polkadot/types";

/** A small deterministic generator of random bytes (xorshift128+), so that a failure can be repeated. */
export class Dice {
  private a: bigint;
  private b: bigint;

  constructor(seed: bigint) {
    this.a = seed | 1n;
    this.b = seed ^ 0x9e3779b97f4a7c15n;
  }

  private next(): bigint {
    let x = this.a;
    const y = this.b;
    this.a = y;
    x ^= BigInt.asUintN(64, x << 23n);
    this.b = x ^ y ^ (x >> 17n) ^ (y >> 26n);
    return BigInt.asUintN(64, this.b + y);
  }

  /** A whole number from 0 to `max` inclusive. */
  upTo(max: number): number {
    return Number(this.next() % (BigInt(max) + 1n));
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.upTo(255));
  }
}

const PRIMITIVE_BYTES: Readonly<Record<string, number>> = {
  Bool: 1, U8: 1, I8: 1, U16: 2, I16: 2, U32: 4, I32: 4, U64: 8, I64: 8, U128: 16, I128: 16,
}; // prettier-ignore

function compact(length: number): Uint8Array {
  if (length < 64) return Uint8Array.of(length << 2);
  if (length < 2 ** 14) return Uint8Array.of(((length << 2) | 1) & 0xff, length >> 6);
  throw new Error("longer than any message's buffer");
}

const join = (parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Random bytes that decode as the type `id` of a contract's metadata; sequences get up to `room` bytes. */
export function randomScale(registry: Registry, id: number, dice: Dice, room: number): Uint8Array {
  const { def } = (registry.lookup as PortableRegistry).getSiType(id);
  const inner = (type: { toNumber(): number }): Uint8Array => randomScale(registry, type.toNumber(), dice, room);
  if (def.isPrimitive) {
    const name = def.asPrimitive.toString();
    const size = PRIMITIVE_BYTES[name];
    if (size === undefined) throw new Error(`no messages take a ${name}`);
    return name === "Bool" ? Uint8Array.of(dice.upTo(1)) : dice.upTo(3) === 0 ? new Uint8Array(size) : dice.bytes(size);
  }
  if (def.isArray) return join(Array.from({ length: def.asArray.len.toNumber() }, () => inner(def.asArray.type)));
  if (def.isTuple) return join(def.asTuple.map((type) => inner(type)));
  if (def.isComposite) return join(def.asComposite.fields.map((field) => inner(field.type)));
  if (def.isVariant) {
    const variants = [...def.asVariant.variants];
    const variant = variants[dice.upTo(variants.length - 1)];
    if (variant === undefined) throw new Error("an enum without variants");
    return join([Uint8Array.of(variant.index.toNumber()), ...variant.fields.map((field) => inner(field.type))]);
  }
  if (def.isSequence) {
    const items: Uint8Array[] = [];
    const wanted = dice.upTo(room);
    for (let length = 0; length < wanted;) {
      const item = inner(def.asSequence.type);
      items.push(item);
      length += item.length;
    }
    return join([compact(items.length), ...items]);
  }
  throw new Error(`no messages take a ${def.type}`);
}
