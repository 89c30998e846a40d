import type { Hex } from "../protocol/bytes.ts";
import type { Side } from "../protocol/commitment.ts";
import { vectors } from "./vectors.ts";

type Item = {
  index: number;
  kind: 0 | 1;
  name: string;
  dtype: number | null;
  dims: number[] | null;
  data: Hex;
  data_root: Hex;
  item: Hex;
  salt: Hex;
  leaf_hash: Hex;
  path: Hex[];
};

type SecpSigned = { digest: Hex; signature: Hex };
type SrSigned = { text: string; signature: Hex };

/** One receipt of protocol.json. `text` is null, and digests stand in its place, where the attester is secp256k1. */
export type ReceiptVector = {
  fields: Record<"model" | "engine" | "input" | "output" | "beacon", Hex> & { lane: 0 | 1 | 2 };
  digest: Hex;
  text: string | null;
  attester: Hex;
  signature: Hex;
  receipt_id: Hex;
  sealed_id: Hex;
  file_canonical: string;
  revoke: SecpSigned | SrSigned;
  disown: { since: number } & (SecpSigned | SrSigned);
};

/** The parts of protocol.json that concern receipts, models and files. */
export type ProtocolVectors = {
  deployment: Record<"genesis" | "receipts" | "disputes" | "registry", Hex> & {
    receipts_verifying_contract: Hex;
    disputes_verifying_contract: Hex;
  };
  schema_uid: Hex;
  models: { publisher: Hex; manifest: string; manifest_sha256: Hex; exact_root: Hex; model_id: Hex }[];
  commitments: { side: Side; seed: Hex; count: number; items: Item[]; root: Hex; commitment: Hex }[];
  receipts: ReceiptVector[];
  batches: { size: number; root: Hex; proofs: { index: number; path: Hex[] }[] }[];
  openings: { receipt: number; commitment_index: number; canonical: string }[];
  anchors: { receipt: number; canonical: string }[];
  bundles: { receipt: number; canonical: string; link_fragment: string }[];
  refused_files: { why: string; file: string }[];
};

export const protocolVectors = (): ProtocolVectors => vectors<ProtocolVectors>("protocol.json");
