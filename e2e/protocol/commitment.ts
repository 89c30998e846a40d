import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { compare, concat, demand, H, le, tagged, utf8 } from "./bytes.ts";
import { decodeUtf8 } from "./json.ts";
import { auditPath, dataRoot, leafHash, root } from "./merkle.ts";

/** Bytes per element of the ONNX data types that can be committed (PROTOCOL 1.1). */
const ELEMENT_SIZE: Readonly<Record<number, number>> = {
  1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8,
}; // prettier-ignore

/** Floats: bytes, mask of the exponent, canonical NaN. */
const FLOATS: Readonly<Record<number, { exponent: bigint; nan: bigint }>> = {
  1: { exponent: 0x7f80_0000n, nan: 0x7fc0_0000n },
  10: { exponent: 0x7c00n, nan: 0x7e00n },
  11: { exponent: 0x7ff0_0000_0000_0000n, nan: 0x7ff8_0000_0000_0000n },
};

/** 0 is the input side, 1 the output side. */
export type Side = 0 | 1;

/** What one committed item is. A tensor has a type and dims, a raw file has neither. */
export type Item = { name: string; byteLength: bigint; root: Uint8Array } & (
  { kind: "tensor"; dtype: number; dims: bigint[] } | { kind: "file" }
);

/** PROTOCOL 1.1: −0 becomes +0, every NaN the canonical one, bool 0 or 1. `data` is row-major little-endian. */
export function canonicalElements(dtype: number, data: Uint8Array): Uint8Array {
  const size = elementSize(dtype);
  demand(data.length % size === 0, "tensor", "the data do not end with a whole element");
  if (dtype === 9) return data.map((value) => (value === 0 ? 0 : 1));
  const float = FLOATS[dtype];
  if (float === undefined) return data;
  const out = new Uint8Array(data);
  const sign = 1n << BigInt(8 * size - 1);
  for (let at = 0; at < data.length; at += size) {
    const bits = BigInt(
      `0x${Buffer.from(data.subarray(at, at + size))
        .reverse()
        .toString("hex")}`,
    );
    const magnitude = bits & (sign - 1n);
    if (magnitude > float.exponent) out.set(le(float.nan, size), at);
    else if (magnitude === 0n) out.fill(0, at, at + size);
  }
  return out;
}

function elementSize(dtype: number): number {
  const size = ELEMENT_SIZE[dtype];
  demand(size !== undefined, "tensor", `tensors of ONNX type ${dtype} cannot be committed`);
  return size;
}

/**
 * The bytes that `dims` of `dtype` take; the product is checked in u64 (PROTOCOL 1.1). Zeros stand aside in that check,
 * so that the order of the dims does not decide what is refused.
 */
function tensorBytes(dtype: number, dims: readonly bigint[]): bigint {
  const bytes = dims
    .filter((dim) => dim !== 0n)
    .reduce(
      (product, dim) => {
        demand(product * dim < 1n << 64n, "tensor", "the dims' product is beyond 64 bits");
        return product * dim;
      },
      BigInt(elementSize(dtype)),
    );
  return dims.includes(0n) ? 0n : bytes;
}

/** PROTOCOL 2.1: the bytes of an item. */
export function encodeItem(item: Item): Uint8Array {
  const name = utf8(item.name);
  const header =
    item.kind === "file"
      ? new Uint8Array()
      : concat(Uint8Array.of(item.dtype, item.dims.length), ...item.dims.map((d) => le(d, 8)));
  const kind = Uint8Array.of(item.kind === "tensor" ? 0 : 1);
  return concat(kind, le(name.length, 2), name, header, le(item.byteLength, 8), item.root);
}

/** Commits to a tensor or, without `dtype`, to a raw file. */
export function itemOf(name: string, data: Uint8Array, tensor?: { dtype: number; dims: readonly number[] }): Item {
  if (tensor === undefined) return { kind: "file", name, byteLength: BigInt(data.length), root: dataRoot(data) };
  const elements = canonicalElements(tensor.dtype, data);
  const dims = tensor.dims.map(BigInt);
  demand(tensorBytes(tensor.dtype, dims) === BigInt(data.length), "tensor", "length is not dims times element size");
  return { kind: "tensor", dtype: tensor.dtype, dims, name, byteLength: BigInt(data.length), root: dataRoot(elements) };
}

/** Decodes an item strictly: every byte accounted for, length = dims × element size (PROTOCOL 4.9). */
export function decodeItem(bytes: Uint8Array): Item {
  let at = 0;
  const take = (count: number): Uint8Array => {
    demand(at + count <= bytes.length, "commitment", "an opened item is cut short");
    at += count;
    return bytes.subarray(at - count, at);
  };
  const number = (count: number): bigint => take(count).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const kind = Number(number(1));
  demand(kind <= 1, "commitment", `an opened item has the unknown kind ${kind}`);
  const nameLength = Number(number(2));
  demand(nameLength >= 1 && nameLength <= 255, "commitment", "an item's name must have 1 to 255 bytes");
  const name = decodeUtf8(take(nameLength));
  demand(!/\p{Cc}/u.test(name), "commitment", "an item's name has control characters");
  const shape =
    kind === 0
      ? { dtype: Number(number(1)), dims: Array.from({ length: Number(number(1)) }, () => number(8)) }
      : undefined;
  const byteLength = number(8);
  const dataRoot = take(32);
  demand(at === bytes.length, "commitment", "an opened item has bytes too many");
  if (shape === undefined) return { kind: "file", name, byteLength, root: dataRoot };
  demand(
    tensorBytes(shape.dtype, shape.dims) === byteLength,
    "commitment",
    "an item's length is not dims times element size",
  );
  return { kind: "tensor", ...shape, name, byteLength, root: dataRoot };
}

/** PROTOCOL 2.2: items stand strictly ascending by (kind, name bytes). */
export function compareItems(a: Item, b: Item): number {
  const kind = (item: Item): number => (item.kind === "tensor" ? 0 : 1);
  return kind(a) - kind(b) || compare(utf8(a.name), utf8(b.name));
}

/** PROTOCOL 2.4: the salt of item `index`. */
export function itemSalt(seed: Uint8Array, side: Side, index: number, name: string): Uint8Array {
  const sideSalt = hmac(sha256, seed, tagged("countersign/salt/1", Uint8Array.of(side)));
  return hmac(sha256, sideSalt, concat(le(index, 4), utf8(name)));
}

/** PROTOCOL 2.2: the hash of a salted leaf. */
export const itemLeaf = (salt: Uint8Array, item: Uint8Array): Uint8Array => leafHash(concat(salt, item));

/** PROTOCOL 2.3. */
export const commitmentOf = (side: Side, count: number, itemsRoot: Uint8Array): Uint8Array =>
  H(tagged("countersign/commitment/1", Uint8Array.of(side), le(count, 4), itemsRoot));

/** A commitment with all that is needed to open any of its items. */
export type Committed = {
  commitment: Uint8Array;
  leaves: { item: Uint8Array; salt: Uint8Array; path: Uint8Array[] }[];
};

/** Commits to items, which must come in order. */
export function commit(seed: Uint8Array, side: Side, items: readonly Item[]): Committed {
  demand(items.length > 0, "commitment", "there is nothing to commit to");
  items.forEach((item, i) => {
    const before = items[i - 1];
    demand(before === undefined || compareItems(before, item) < 0, "commitment", "items are not strictly ascending");
  });
  const salted = items.map((item, i) => ({ item: encodeItem(item), salt: itemSalt(seed, side, i, item.name) }));
  const hashes = salted.map(({ salt, item }) => itemLeaf(salt, item));
  return {
    commitment: commitmentOf(side, items.length, root(hashes)),
    leaves: salted.map((leaf, i) => ({ ...leaf, path: auditPath(hashes, i) })),
  };
}
