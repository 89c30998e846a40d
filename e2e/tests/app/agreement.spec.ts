import { writeFile } from "node:fs/promises";
import { cli, EXIT } from "../../lib/cli.ts";
import { CHANGES } from "../../lib/mutate.ts";
import { protocolVectors } from "../../lib/protocol-vectors.ts";
import { bundleOf, readBundle } from "../../lib/reading.ts";
import { Dice } from "../../lib/scale.ts";
import { Refused, utf8 } from "../../protocol/bytes.ts";
import { canonical, type JsonObject, parse } from "../../protocol/json.ts";
import { readFile } from "../../protocol/files.ts";
import { verifyReceipt } from "../../protocol/receipt.ts";
import { expect, test } from "@playwright/test";

/** How a verifier that asks no chain ends: nothing speaks against it, something does, or the version is not known. */
type Judgement = "holds" | "refused" | "unsupported";

const ROUNDS = 100;
const v = protocolVectors();
const bundles = v.bundles.map(({ canonical }) => canonical);
const receipts = v.receipts.map(({ file_canonical }) => file_canonical);
const documents = [...bundles, ...receipts, ...receipts.map(bundleOf)];

/** What this folder's own implementation says. */
function judge(bytes: Uint8Array): Judgement {
  try {
    const file = readFile(bytes);
    if (file.format === "bundle") readBundle(bytes);
    else if (file.format === "receipt") verifyReceipt(file.receipt);
    else return "refused";
    return "holds";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.reason === "unsupported-version" ? "unsupported" : "refused";
  }
}

/** The canonical receipt inside a document: proofs may come and go, the receipt may not change. */
function receiptIn(text: string): string {
  const json = parse(text) as JsonObject;
  return canonical(json["receipt"] ?? json);
}

/** What the command line program says. */
async function judgeByProgram(path: string): Promise<Judgement> {
  const { code, stderr } = await cli(["receipt", "verify", path, "--offline"]);
  if (code === EXIT.unknown) return "holds";
  if (code === EXIT.unsupported) return "unsupported";
  expect(code, stderr).toBe(EXIT.invalid);
  return "refused";
}

for (const [name, change] of Object.entries(CHANGES)) {
  test(`R3: two implementations judge files with ${name} alike`, async ({}, testInfo) => {
    const dice = new Dice(BigInt(name.length * 7919));
    const path = testInfo.outputPath("document.json");
    const disagreements: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const original = documents[round % documents.length] ?? "";
      const altered = change(original, dice, documents);
      const bytes = name === "a flipped bit" ? new Uint8Array(Buffer.from(altered, "latin1")) : utf8(altered);
      const ours = judge(bytes);
      if (ours === "holds") expect(receiptIn(altered), altered).toBe(receiptIn(original));
      await writeFile(path, bytes);
      const theirs = await judgeByProgram(path);
      if (ours !== theirs) disagreements.push(`here ${ours}, there ${theirs}: ${altered}`);
    }
    expect(disagreements).toEqual([]);
  });
}

test("R3: two implementations judge openings and batch proofs alike", async ({}, testInfo) => {
  const receipt = testInfo.outputPath("receipt.json");
  const proof = testInfo.outputPath("proof.json");
  const proofs = [...v.openings, ...v.anchors];
  expect(proofs.length).toBeGreaterThan(0);
  for (const { receipt: index, canonical } of proofs)
    for (const other of [index, (index + 1) % receipts.length]) {
      await writeFile(receipt, receipts[other] ?? "");
      await writeFile(proof, canonical);
      const { code, stderr } = await cli(["receipt", "verify", receipt, "--proof", proof, "--offline"]);
      expect(code, stderr).toBe(other === index ? EXIT.unknown : EXIT.invalid);
    }
});
