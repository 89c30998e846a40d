import { concat, decodeUtf8, demand, equal, H, le, Reader, Refused, tagged, toHex, utf8 } from "./bytes.ts";
import { Fields, type Json } from "./json.ts";
import type { Receipt } from "./receipt.ts";

export const leafHash = (...entry: Uint8Array[]): Uint8Array => H(Uint8Array.of(0), ...entry);
const node = (left: Uint8Array, right: Uint8Array): Uint8Array => H(Uint8Array.of(1), left, right);

/** The RFC 6962 root that a path leads to; undefined where its length is not what index and size demand. */
export function rootOfPath(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]) {
  let [hash, used] = [leaf, 0];
  for (let last = size - 1; last > 0; last = Math.floor(last / 2), index = Math.floor(index / 2)) {
    if (index % 2 === 0 && index === last) continue;
    const sibling = path[used++];
    if (sibling === undefined) return undefined;
    hash = index % 2 === 1 ? node(sibling, hash) : node(hash, sibling);
  }
  return index === 0 && used === path.length ? hash : undefined;
}

/** PROTOCOL 1.2: the RFC 6962 root over chunks of 256 bytes. */
export function dataRoot(bytes: Uint8Array): Uint8Array {
  let level: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 256) level.push(leafHash(bytes.subarray(at, at + 256)));
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left = level[0]!, right] = [level[i], level[i + 1]];
      next.push(right === undefined ? left : node(left, right));
    }
    level = next;
  }
  return level[0] ?? H();
}

/** Bytes per element of the ONNX data types that can be committed to (PROTOCOL 1.1). */
const ELEMENT: Record<number, bigint> = { 1: 4n, 2: 1n, 3: 1n, 4: 2n, 5: 2n, 6: 4n, 7: 8n, 9: 1n, 10: 2n, 11: 8n, 12: 4n, 13: 8n }; // prettier-ignore

/** One committed tensor or file (PROTOCOL 2.1); `header` is a tensor's type and dims in hex, empty for a file. */
export type Item = { kind: "tensor" | "file"; name: string; header: string; length: bigint; root: Uint8Array };

/** Decodes an item strictly: every byte accounted for, length = dims × element size. */
export function decodeItem(bytes: Uint8Array): Item {
  const reader = new Reader(bytes, "the item ends too early");
  const kind = reader.byte();
  demand(kind <= 1, `the item's kind ${kind} is neither 0 (tensor) nor 1 (file)`);
  const nameLength = Number(reader.uint(2));
  const name = decodeUtf8(reader.take(nameLength), "the item's name is not UTF-8");
  const fits = nameLength >= 1 && nameLength <= 255;
  demand(fits, `the item's name is refused: a name has 1 to 255 bytes, not ${nameLength}`);
  demand(!/\p{Cc}/u.test(name), "the item's name is refused: a name must not hold control characters");
  let [header, expected]: [string, bigint | undefined] = ["", undefined];
  if (kind === 0) {
    const [dtype, rank] = [reader.byte(), reader.byte()];
    const element = ELEMENT[dtype];
    demand(element !== undefined, `ONNX data type ${dtype} cannot be committed`);
    const dims = Array.from({ length: rank }, () => reader.uint(8));
    // Zeros are left out of the check, so that the order of the dims is irrelevant.
    const size = dims.filter((dim) => dim !== 0n).reduce((product, dim) => product * dim, element);
    demand(size < 2n ** 64n, "the item's tensor is refused: the product of the tensor's dims exceeds 64 bits");
    expected = dims.includes(0n) ? 0n : size;
    header = toHex(concat(Uint8Array.of(dtype, rank), ...dims.map((dim) => le(dim, 8))));
  }
  const [length, root] = [reader.uint(8), reader.take(32)];
  demand(reader.left === 0, "bytes follow the item's end");
  demand(
    expected === undefined || expected === length,
    `the item's tensor is refused: the tensor's dims ask for ${expected} bytes, ${length} were given`,
  );
  return { kind: kind === 0 ? "tensor" : "file", name, header, length, root };
}

/** The item of a file at hand. */
export const fileItem = (name: string, bytes: Uint8Array): Item => ({
  kind: "file", name, header: "", length: BigInt(bytes.length), root: dataRoot(bytes),
}); // prettier-ignore

/** PROTOCOL 2.2: items ascend by (kind, name bytes). Hex compares as its bytes do; `!` stands before every digit. */
const sortKey = ({ kind, name }: Item): string => (kind === "tensor" ? "0" : "1") + toHex(utf8(name)) + "!";

/** An opening as it arrived (PROTOCOL 4.9). */
export type Opening = { receipt: Uint8Array; side: 0 | 1; count: number; items: OpenedItem[] };
type OpenedItem = { index: number; bytes: Uint8Array; item: Item; salt: Uint8Array; path: Uint8Array[] };

export function readOpening(json: Json, path: string): Opening {
  const file: Fields = Fields.of("opening", json, path, ["count", "items", "receipt", "side"]);
  const count = file.natural("count", 2 ** 32 - 1);
  const items = file.list("items").map((entry, i): OpenedItem => {
    const fields: Fields = new Fields(entry, `${file.at("items")}[${i}]`, ["index", "item", "path", "salt"]);
    const [index, bytes] = [fields.natural("index", 2 ** 32 - 1), fields.bytes("item")];
    fields.demand(index < count, "index", "it is out of range");
    const item = fields.within("item", () => decodeItem(bytes));
    return { index, bytes, item, salt: fields.bytes("salt", 32), path: fields.hashes("path") };
  });
  file.demand(items.length > 0, "items", "it has too few or too many entries or characters");
  return { receipt: file.bytes("receipt", 32), side: file.natural("side", 1) === 0 ? 0 : 1, count, items };
}

/** Rebuilds the receipt's commitment from every item shown (PROTOCOL 2.3, 4.9). */
export function verifyOpening(opening: Opening, receipt: Receipt): void {
  demand(equal(opening.receipt, receipt.id), "the opening belongs to another receipt");
  const committed = opening.side === 0 ? receipt.run.input : receipt.run.output;
  opening.items.forEach(({ index, item, bytes, salt, path }, i) => {
    const before = opening.items[i - 1];
    const ascends = before === undefined || (before.index < index && sortKey(before.item) < sortKey(item));
    demand(ascends, `item ${index} of the opening is not in ascending order`);
    const root = rootOfPath(leafHash(salt, bytes), index, opening.count, path) ?? new Uint8Array();
    const rebuilt = H(tagged("countersign/commitment/1", Uint8Array.of(opening.side), le(opening.count, 4), root));
    const fault = `item ${index} of the opening is not what the receipt commits to, or it was altered`;
    demand(toHex(rebuilt) === committed, fault);
  });
}

/** Openings of one side, taken together, must ascend as a single one must (PROTOCOL 2.2). */
export function contradiction(openings: readonly Opening[]): "input" | "output" | undefined {
  const sides = ["input", "output"] as const;
  return sides.find((_, side) => {
    const shown = openings.filter((opening) => opening.side === side).flatMap(({ items }) => items);
    const all = new Map(shown.map((entry) => [`${entry.index} ${toHex(entry.salt)}${toHex(entry.bytes)}`, entry]));
    const items = [...all.values()].sort((a, b) => a.index - b.index);
    return items.some((entry, i) => {
      const next = items[i + 1];
      return next !== undefined && (entry.index === next.index || sortKey(entry.item) >= sortKey(next.item));
    });
  });
}

/** An anchor proof (PROTOCOL 4.9, 5.4). */
export type Anchor = { receipt: Uint8Array; root: Uint8Array; size: number; index: number; path: Uint8Array[] };

export function readAnchor(json: Json, path: string): Anchor {
  const file: Fields = Fields.of("anchor", json, path, ["index", "path", "receipt", "root", "size"]);
  const [size, index] = [file.natural("size", 2 ** 32), file.natural("index", 2 ** 32)];
  file.demand(size >= 1, "size", "it is out of range");
  file.demand(index < size, "index", "it is out of range");
  return { receipt: file.bytes("receipt", 32), root: file.bytes("root", 32), size, index, path: file.hashes("path") };
}

/** Whether the path leads from the sealed receipt to the root; whether that is anchored, the chain must say. */
export function verifyAnchor(anchor: Anchor, receipt: Receipt): void {
  demand(equal(anchor.receipt, receipt.id), "the anchor proof belongs to another receipt");
  const root = rootOfPath(leafHash(receipt.sealed), anchor.index, anchor.size, anchor.path);
  demand(root !== undefined, "the anchor proof's path has the wrong length for its index and size");
  demand(equal(root, anchor.root), "the anchor proof does not lead to its root, or it was altered");
}

/** PROTOCOL 4.9: a link's part from `#` on is base64url, without padding, of a bundle. */
export function decodeFragment(fragment: string): Uint8Array {
  const fault = "the link is damaged: what follows the # is not base64url; was it cut off?";
  demand(/^[A-Za-z0-9_-]*$/.test(fragment), fault);
  try {
    const binary = atob(fragment.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
    demand(encodeFragment(bytes) === fragment, fault);
    return bytes;
  } catch {
    throw new Refused(fault);
  }
}

export function encodeFragment(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
