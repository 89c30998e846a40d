import { equal, H } from "./bytes.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 6962 2.1: the hash of one entry. */
export const leafHash = (entry: Uint8Array): Uint8Array => H(LEAF, entry);

const node = (left: Uint8Array, right: Uint8Array): Uint8Array => H(NODE, left, right);

/** RFC 6962 2.1: the root over leaf hashes; of none it is the hash of nothing. */
export function root(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return H();
  if (leaves.length === 1) return first;
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return node(root(leaves.slice(0, split)), root(leaves.slice(split)));
}

/** RFC 6962 2.1.1: the audit path of leaf `index`, from leaf to root. */
export function auditPath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return index < split
    ? [...auditPath(leaves.slice(0, split), index), root(leaves.slice(split))]
    : [...auditPath(leaves.slice(split), index - split), root(leaves.slice(0, split))];
}

/** RFC 9162 2.1.3.2: the root that a path leads to, or `undefined` where the path does not fit index and size. */
export function rootFromPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index >= size) return undefined;
  let [position, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (position % 2 === 1 || position === last) {
      hash = node(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else hash = node(hash, sibling);
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

export function verifyPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  expected: Uint8Array,
): boolean {
  const found = rootFromPath(leaf, index, size, path);
  return found !== undefined && equal(found, expected);
}

/** PROTOCOL 1.2: the RFC 6962 root over the bytes in chunks of 256. */
export function dataRoot(bytes: Uint8Array): Uint8Array {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 256) leaves.push(leafHash(bytes.subarray(at, at + 256)));
  return root(leaves);
}
