import { randomBytes } from "node:crypto";
import type { ApiPromise } from "@polkadot/api";
import { developer } from "../../lib/chain.ts";
import { look } from "../../lib/look.ts";
import { signReceipt, viemSigner } from "../../lib/receipt.ts";
import { ss58 } from "../../protocol/account.ts";
import { fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { canonical } from "../../protocol/json.ts";
import { auditPath, leafHash, root } from "../../protocol/merkle.ts";
import { expect, test } from "./fixtures.ts";

const [bob, charlie] = [developer("Bob"), developer("Charlie")];
const file = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });

/** Three signed receipts, and each one's proof in the batch that they make together. */
async function batchOf(place: Parameters<typeof signReceipt>[1]) {
  const signer = viemSigner(toHex(randomBytes(32)));
  const members = await Promise.all(Array.from({ length: 3 }, () => signReceipt(signer, place)));
  const leaves = members.map(({ sealedId }) => leafHash(fromHex(sealedId)));
  const key = { root: toHex(root(leaves)), size: leaves.length };
  const proofs = members.map(({ receiptId }, index) =>
    canonical({
      format: "countersign/anchor/1",
      index,
      path: auditPath(leaves, index).map((hash) => toHex(hash)),
      receipt: receiptId,
      ...key,
    }),
  );
  return { members, key, proofs };
}

test("a batch says who anchored it, when and in which block, and a receipt is checked against it by its own proof", async ({
  page,
  models,
  receipts,
  place,
}) => {
  const { members, key, proofs } = await batchOf(place);
  const { block } = await receipts.call(bob, "anchorBatch", key);
  const [first, second] = members;
  if (first === undefined || second === undefined) throw new Error("a batch of three has two");

  await page.goto("/explore");
  await page.getByLabel("Id, account, block number or hash").fill(key.root);
  await page.getByRole("button", { name: "Look up" }).click();
  await page.getByTestId("explore-found").getByRole("link", { name: "Batch (root)" }).click();
  await expect(models.heading).toHaveText("Batch");
  const sheet = page.getByTestId("explore-batch");
  await expect(sheet.locator(`[data-id="${key.root}"]`)).toBeVisible();
  await expect(sheet).toContainText(ss58(bob.publicKey, 42).slice(0, 6));
  await expect(sheet.getByRole("link", { name: /^Block / })).toHaveText(`Block ${block?.toLocaleString("en")}`);

  // The list leads to the same batch, by root and size.
  await page.goto("/explore/batches");
  await page.getByRole("link", { name: `Details of Root ${key.root}` }).click();
  await expect(page).toHaveURL(new RegExp(`/explore/batch/${key.root}\\?size=3$`));
  const member = page.getByTestId("explore-member");
  const chooser = member.locator("input[type=file]");
  const told = page.getByTestId("explore-membership");
  await chooser.setInputFiles([file("receipt.json", first.file)]);
  await expect(told).toContainText("It carries no batch proof");
  await look(page, "explore-batch-unknown", [320, 1280]);
  await chooser.setInputFiles([file("receipt.json", second.file), file("anchor.json", proofs[1] ?? "")]);
  await expect(told).toContainText("as number 2");
  await expect(told).toHaveAttribute("data-state", "valid");
  await look(page, "explore-batch", [320, 1280]);
  await chooser.setInputFiles([file("receipt.json", first.file), file("anchor.json", proofs[1] ?? "")]);
  await expect(member.getByRole("alert")).toContainText("belongs to another receipt");
  await expect(told).toHaveCount(0);
  await chooser.setInputFiles([file("a.json", first.file), file("b.json", second.file)]);
  await expect(member.getByRole("alert")).toContainText("several receipts");
  await chooser.setInputFiles([file("notes.json", "{}")]);
  await expect(member.getByRole("alert")).toBeVisible();
  await page.goto(`/explore/batch/${key.root}?size=4`);
  await expect(models.alert).toContainText("Unknown on this chain");
  await page.goto(`/explore/batch/${key.root}?size=some`);
  await expect(models.alert).toContainText("This address names nothing");
});

test("a proof that leads to another batch, and a receipt of another chain, are told apart from a member", async ({
  page,
  receipts,
  place,
}) => {
  const [here, there] = [await batchOf(place), await batchOf(place)];
  await receipts.call(bob, "anchorBatch", here.key);
  await receipts.call(charlie, "anchorBatch", there.key);
  await page.goto(`/explore/batch/${here.key.root}?size=3`);
  const chooser = page.getByTestId("explore-member").locator("input[type=file]");
  const told = page.getByTestId("explore-membership");
  await chooser.setInputFiles([
    file("receipt.json", there.members[0]?.file ?? ""),
    file("anchor.json", there.proofs[0] ?? ""),
  ]);
  await expect(told).toContainText("Its proof leads to another batch");
  await page.getByRole("link", { name: `Details of Root ${there.key.root}` }).click();
  await expect(page.getByTestId("explore-batch").locator(`[data-id="${there.key.root}"]`)).toBeVisible();
  const foreign = await signReceipt(viemSigner(toHex(randomBytes(32))), {
    ...place,
    genesis: toHex(randomBytes(32)),
  });
  await page
    .getByTestId("explore-member")
    .locator("input[type=file]")
    .setInputFiles([file("r.json", foreign.file)]);
  await expect(told).toContainText("It is for another chain");
});

/** The newest block with a transaction that failed. */
async function failedIn(api: ApiPromise): Promise<{ number: number; hash: Hex }> {
  let hash = await api.rpc.chain.getBlockHash();
  for (;;) {
    const header = await api.rpc.chain.getHeader(hash);
    const events = (await (await api.at(hash)).query["system"]?.["events"]?.()) as unknown as {
      event: { section: string; method: string };
    }[];
    if (events.some(({ event }) => event.section === "system" && event.method === "ExtrinsicFailed"))
      return { number: header.number.toNumber(), hash: hash.toHex() };
    hash = header.parentHash;
  }
}

test("a block by its hash: parent, finality, the message and the contract's own error by name", async ({
  page,
  api,
  models,
  registry,
  magika,
}) => {
  const refused = await registry.call(charlie, "offerModel", magika.id, toHex(charlie.publicKey));
  expect(refused.answer).toEqual({ err: "NotOwner" });
  const { number, hash } = await failedIn(api);
  await page.goto(`/explore/block/${hash}`);
  await expect(models.heading).toHaveText("Block");
  const sheet = page.getByTestId("explore-block");
  await expect(sheet.locator(`[data-id="${hash}"]`)).toBeVisible();
  const parent = (await api.rpc.chain.getBlockHash(number - 1)).toHex();
  await expect(sheet.getByRole("link", { name: `Details of Block before ${parent}` })).toBeVisible();
  await expect(sheet).toContainText("Final");
  const row = page.getByRole("row").filter({ hasText: "offer_model" });
  await expect(row).toContainText("Registry");
  await expect(row).toContainText("NotOwner");
  await expect(row).toContainText("Only the owner can do this.");
  await look(page, "explore-block-refused", [320, 1280]);
  await sheet.getByRole("link", { name: /^Details of Block before/ }).click();
  await expect(models.heading).toHaveText(`Block ${(number - 1).toLocaleString("en")}`);
  await page.goto(`/explore/block/0x${"5a".repeat(32)}`);
  await expect(models.alert).toContainText("Unknown on this chain");
});

test("receipts lead to their model and signer, and these back to the receipts that the contract verified", async ({
  page,
  models,
  receipts,
  place,
  magika,
}) => {
  const signer = viemSigner(toHex(randomBytes(32)));
  const signed = await signReceipt(signer, place, { model: magika.id });
  await receipts.call(bob, "attest", signed.attesterArg, signed.statement, signed.signatureArg);
  await page.goto(`/explore/receipt/${signed.sealedId}`);
  await page.getByRole("link", { name: /^Details of Signer/ }).click();
  await expect(models.heading).toHaveText("Account");
  await page.getByRole("link", { name: `Details of Sealed id ${signed.sealedId}` }).click();
  await page.getByRole("link", { name: `Details of model id ${magika.id}` }).click();
  await expect(models.heading).toHaveText("Model");
  await page.getByRole("link", { name: `Details of Sealed id ${signed.sealedId}` }).click();
  await expect(page.getByTestId("explore-receipt")).toContainText("Replay");
});
