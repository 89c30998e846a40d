import { demand, equal, fromHex, H, tagged, toHex } from "./bytes.ts";
import { commitmentOf, compareItems, decodeItem, type Item, itemLeaf, type Side } from "./commitment.ts";
import {
  canonical,
  closed,
  decodeUtf8,
  type Json,
  type JsonObject,
  list,
  natural,
  parse,
  parseCanonical,
  text,
} from "./json.ts";
import { rootFromPath, verifyPath } from "./merkle.ts";
import { readReceipt, type Receipt, type VerifiedReceipt } from "./receipt.ts";

/** An opening of some items of one side of a receipt (PROTOCOL 4.9). */
export type Opening = {
  receipt: Uint8Array;
  side: Side;
  count: number;
  items: { index: number; item: Uint8Array; salt: Uint8Array; path: Uint8Array[] }[];
};

/** The proof that a sealed receipt is a leaf of a batch (PROTOCOL 4.9, 5.4). */
export type Anchor = { receipt: Uint8Array; root: Uint8Array; size: number; index: number; path: Uint8Array[] };

export type Bundle = { receipt: Receipt; openings: Opening[]; anchors: Anchor[] };

/** Any of our files, told apart by `format`. */
export type CountersignFile =
  | { format: "receipt"; receipt: Receipt }
  | { format: "opening"; opening: Opening }
  | { format: "anchor"; anchor: Anchor }
  | { format: "bundle"; bundle: Bundle };

/** No file of ours is longer, in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

const KINDS = ["receipt", "opening", "anchor", "bundle"] as const;
type Kind = (typeof KINDS)[number];

/** PROTOCOL 4.9: `format` is read before all else, so that a newer file is never called tampered. */
function formatOf(json: Json | undefined, what: string): Kind {
  const object = json !== null && typeof json === "object" && !Array.isArray(json) ? json : undefined;
  const member = object?.["format"];
  const format = typeof member === "string" ? member : "";
  const known = KINDS.find((kind) => format === `countersign/${kind}/1`);
  if (known !== undefined) return known;
  const ours = /^countersign\/[a-z0-9-]+\/(0|[1-9][0-9]*)$/.test(format);
  demand(!ours, "unsupported-version", `${format} is newer than this verifier, or meant for something else`);
  demand(false, "not-our-file", `${what} is not a Countersign file`);
  return "receipt";
}

function embedded(json: Json, wanted: Kind): JsonObject {
  demand(formatOf(json, wanted) === wanted, "schema", `expected a ${wanted} here`);
  return json as JsonObject;
}

const hash = (json: Json, what: string): Uint8Array => fromHex(text(json, what), 32);
const path = (json: Json): Uint8Array[] => list(json, "path").map((entry) => hash(entry, "path"));

function readOpening(json: Json): Opening {
  const file = closed(json, "the opening", ["format", "receipt", "side", "count", "items"]);
  const side = natural(file.side, "side", 1) === 0 ? 0 : 1;
  const count = natural(file.count, "count", 2 ** 32 - 1);
  const items = list(file.items, "items").map((entry) => {
    const item = closed(entry, "an opened item", ["index", "item", "salt", "path"]);
    return {
      index: natural(item.index, "index", 2 ** 32 - 1),
      item: fromHex(text(item.item, "item")),
      salt: hash(item.salt, "salt"),
      path: path(item.path),
    };
  });
  return { receipt: hash(file.receipt, "receipt"), side, count, items };
}

function readAnchor(json: Json): Anchor {
  const file = closed(json, "the anchor proof", ["format", "receipt", "root", "size", "index", "path"]);
  return {
    receipt: hash(file.receipt, "receipt"),
    root: hash(file.root, "root"),
    size: natural(file.size, "size", 2 ** 32),
    index: natural(file.index, "index", 2 ** 32),
    path: path(file.path),
  };
}

function readBundle(json: Json): Bundle {
  const file = closed(json, "the bundle", ["format", "receipt", "openings", "anchors"]);
  return {
    receipt: readReceipt(embedded(file.receipt, "receipt")),
    openings: list(file.openings, "openings").map((entry) => readOpening(embedded(entry, "opening"))),
    anchors: list(file.anchors, "anchors").map((entry) => readAnchor(embedded(entry, "anchor"))),
  };
}

/** Reads any of our files strictly: format first, then the canonical bytes, then the closed schema. */
export function readFile(bytes: Uint8Array): CountersignFile {
  demand(bytes.length <= MAX_BYTES, "schema", "the file is longer than 8 MiB; no file of ours is");
  const source = decodeUtf8(bytes);
  const format = formatOf(parse(source), "this");
  const json = parseCanonical(source);
  switch (format) {
    case "receipt":
      return { format, receipt: readReceipt(json) };
    case "opening":
      return { format, opening: readOpening(json) };
    case "anchor":
      return { format, anchor: readAnchor(json) };
    case "bundle":
      return { format, bundle: readBundle(json) };
  }
}

/** A link: `#` ‖ base64url, without padding, of a bundle's bytes. */
export const linkOf = (bundle: Uint8Array): string => `#${Buffer.from(bundle).toString("base64url")}`;

/** The bundle's bytes inside a link's fragment. */
export function readLink(fragment: string): Uint8Array {
  demand(/^#[A-Za-z0-9_-]+$/.test(fragment), "not-our-file", "the link carries no bundle");
  const bytes = new Uint8Array(Buffer.from(fragment.slice(1), "base64url"));
  demand(linkOf(bytes) === fragment, "not-canonical", "the link is not canonical base64url");
  return bytes;
}

/** Whether an opening rebuilds this receipt's commitment (PROTOCOL 4.9); gives the opened items. */
export function verifyOpening(opening: Opening, receipt: VerifiedReceipt): { index: number; item: Item }[] {
  demand(equal(opening.receipt, receipt.receiptId), "other-receipt", "the opening belongs to another receipt");
  demand(opening.items.length > 0, "commitment", "the opening opens nothing");
  const opened = opening.items.map(({ index, item }) => ({ index, item: decodeItem(item) }));
  opened.forEach((entry, i) => {
    const before = opened[i - 1];
    if (before === undefined) return;
    demand(before.index < entry.index, "commitment", "indices are not ascending");
    demand(compareItems(before.item, entry.item) < 0, "commitment", "items are not strictly ascending");
  });
  const committed = fromHex(opening.side === 0 ? receipt.fields.input : receipt.fields.output);
  for (const { index, item, salt, path } of opening.items) {
    const root = rootFromPath(itemLeaf(salt, item), index, opening.count, path);
    demand(root !== undefined, "commitment", "a path does not fit its index and count");
    const rebuilt = commitmentOf(opening.side, opening.count, root);
    demand(equal(rebuilt, committed), "commitment", "the opening does not rebuild the receipt's commitment");
  }
  return opened;
}

/** Refuses openings of one side that, taken together, do not ascend as a single one must (PROTOCOL 2.2): one index with two items, or a name out of its order. */
export function demandAgreement(openings: readonly Opening[]): void {
  for (const side of [0, 1]) {
    const shown = openings.filter((opening) => opening.side === side).flatMap((opening) => opening.items);
    const all = new Map(shown.map((entry) => [`${entry.index} ${toHex(entry.salt)} ${toHex(entry.item)}`, entry]));
    const items = [...all.values()].sort((a, b) => a.index - b.index);
    items.forEach((entry, i) => {
      const before = items[i - 1];
      if (before === undefined) return;
      const ascends = before.index < entry.index && compareItems(decodeItem(before.item), decodeItem(entry.item)) < 0;
      demand(ascends, "commitment", "the openings contradict each other");
    });
  }
}

/** Whether an anchor proof leads from this receipt's SealedId to its root. What the chain holds is another question. */
export function verifyAnchor(anchor: Anchor, receipt: VerifiedReceipt): void {
  demand(equal(anchor.receipt, receipt.receiptId), "other-receipt", "the anchor proof belongs to another receipt");
  demand(anchor.size >= 1 && anchor.path.length <= 32, "anchor", "a batch has 1 to 2^32 receipts");
  const leaf = H(Uint8Array.of(0), receipt.sealedId);
  demand(
    verifyPath(leaf, anchor.index, anchor.size, anchor.path, anchor.root),
    "anchor",
    "the path does not lead to the root",
  );
}

/** PROTOCOL 3.2. */
export const modelIdOf = (publisher: Uint8Array, manifest: Uint8Array, exactRoot: Uint8Array): Uint8Array =>
  H(tagged("countersign/model/1", publisher, H(manifest), exactRoot));

/** PROTOCOL 3.1: the manifest's bytes are canonical and small; its own schema is not this package's business. */
export function readManifest(bytes: Uint8Array): JsonObject {
  demand(bytes.length <= 12 * 1024, "schema", "a manifest has at most 12 KiB");
  const json = parseCanonical(decodeUtf8(bytes));
  demand(json !== null && typeof json === "object" && !Array.isArray(json), "schema", "a manifest is an object");
  demand(json["format"] === "countersign/manifest/1", "unsupported-version", "this is not a manifest of version 1");
  return json;
}

/** The canonical bytes of a receipt's file. */
export const writeFile = (json: Json): Uint8Array => new TextEncoder().encode(canonical(json));
