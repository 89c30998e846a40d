import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { concat, utf8 } from "../protocol/bytes.ts";
import { canonical, type Json } from "../protocol/json.ts";
import type { Signed } from "./receipt.ts";

const ROUNDS = 600_000;

/** A receipt as a browser keeps it (`client/src/kept/file.rs`), with nothing opened and nothing known of the chain. */
const kept = (signed: Signed): Json => ({
  bundle: canonical({
    anchors: [],
    format: "countersign/bundle/1",
    openings: [],
    receipt: JSON.parse(signed.file) as Json,
  }),
  format: "countersign/kept/1",
  kept: Math.floor(Date.now() / 1000),
  notes: { input: "", model: "", publisher: "", result: "" },
  seen: null,
  sentUntil: null,
  tried: [],
});

/** The encrypted backup of receipts (`client/src/kept/backup.rs`), for a page that is to keep what it did not make. */
export function backup(receipts: readonly Signed[], passphrase: string): Uint8Array {
  const [salt, nonce, rounds] = [randomBytes(16), randomBytes(12), Buffer.alloc(4)];
  rounds.writeUInt32BE(ROUNDS);
  const header = concat(utf8("countersign/backup"), Uint8Array.of(1), rounds, salt, nonce);
  const key = pbkdf2Sync(passphrase, salt, ROUNDS, 32, "sha256");
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(header);
  const plain = utf8(canonical({ format: "countersign/backup/1", receipts: receipts.map(kept) }));
  return concat(header, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}
