import { readFileSync } from "node:fs";
import path from "node:path";
import type { Hex } from "../src/bytes.ts";

/** The repository's copy, or the folder named by COUNTERSIGN_VECTORS. */
const FOLDER = process.env["COUNTERSIGN_VECTORS"] ?? path.resolve(import.meta.dirname, "../../../shared/vectors");

/** Reads one vector file; `T` is what the test takes from it. */
export const vectors = <T>(name: string): T => JSON.parse(readFileSync(path.join(FOLDER, name), "utf8")) as T;

type Item = { index: number; kind: 0 | 1; name: string; data: Hex; data_root: Hex; item: Hex; salt: Hex; leaf_hash: Hex; path: Hex[] }; // prettier-ignore

/** What the tests take from protocol.json. */
export type Protocol = {
  deployment: Record<"genesis" | "receipts", Hex> & { receipts_verifying_contract: Hex };
  schema_uid: Hex;
  exact_engine: Hex;
  commitments: { side: 0 | 1; count: number; items: Item[]; root: Hex; commitment: Hex }[];
  receipts: {
    fields: Record<"model" | "engine" | "input" | "output" | "beacon", Hex> & { lane: 0 | 1 | 2 };
    digest: Hex;
    attester: Hex;
    receipt_id: Hex;
    sealed_id: Hex;
    file_canonical: string;
  }[];
  batches: { size: number; root: Hex; proofs: { index: number; path: Hex[] }[] }[];
  openings: { receipt: number; canonical: string }[];
  anchors: { receipt: number; canonical: string }[];
  bundles: { receipt: number; canonical: string; link_fragment: string }[];
  refused_files: { why: string; file: string }[];
};

export const protocol = vectors<Protocol>("protocol.json");
