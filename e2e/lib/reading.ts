import type { Hex } from "../protocol/bytes.ts";
import { readFile, type Bundle, verifyAnchor, verifyOpening } from "../protocol/files.ts";
import { type VerifiedReceipt, verifyReceipt } from "../protocol/receipt.ts";
import { toHex } from "../protocol/bytes.ts";
import type { Item, Side } from "../protocol/commitment.ts";

/** A bundle that this package's own implementation has verified, with what it opens. */
export type Read = {
  bundle: Bundle;
  receipt: VerifiedReceipt;
  opened: { side: Side; index: number; item: Item }[];
};

/** Reads and verifies a bundle, the way a stranger would. */
export function readBundle(bytes: Uint8Array): Read {
  const file = readFile(bytes);
  if (file.format !== "bundle") throw new Error(`a ${file.format}, not a bundle`);
  const receipt = verifyReceipt(file.bundle.receipt);
  const opened = file.bundle.openings.flatMap((opening) =>
    verifyOpening(opening, receipt).map((entry) => ({ ...entry, side: opening.side })),
  );
  for (const anchor of file.bundle.anchors) verifyAnchor(anchor, receipt);
  return { bundle: file.bundle, receipt, opened };
}

/** The bundle that `text` (a canonical receipt file) makes when nothing is opened. */
export const bundleOf = (receiptFile: string): string =>
  `{"anchors":[],"format":"countersign/bundle/1","openings":[],"receipt":${receiptFile}}`;

/** `0x` hex of a root. */
export const rootOf = (item: Item | undefined): Hex | undefined => (item === undefined ? undefined : toHex(item.root));
