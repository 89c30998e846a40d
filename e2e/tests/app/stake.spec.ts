import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "@playwright/test";
import { backup } from "../../lib/backup.ts";
import { developer } from "../../lib/chain.ts";
import { cli, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { look } from "../../lib/look.ts";
import { npy } from "../../lib/npy.ts";
import { polkadotSigner, signReceipt } from "../../lib/receipt.ts";
import { ReceiptsPage } from "../../pages/receipts.ts";
import type { RunPage } from "../../pages/run.ts";
import type { SignPage } from "../../pages/sign.ts";
import { H, type Hex, tagged, toHex, utf8 } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { canonical } from "../../protocol/json.ts";
import { expect, test, WALLET } from "./fixtures.ts";

const [bob, charlie] = [developer("Bob"), developer("Charlie")];
const pixels = new Float32Array(Array.from({ length: 64 }, (_, at) => (at * 5) % 17));
const picture = npy("<f4", [1, 1, 8, 8], new Uint8Array(pixels.buffer));

/** Runs a model in the page and signs the receipt with Bob's development account; the receipt's id. */
async function signed({ run, sign, page }: { run: RunPage; sign: SignPage; page: Page }, model: string) {
  await run.open(model);
  await page.getByLabel("Filled with").selectOption("An NPY file");
  const file = { name: "picture.npy", mimeType: "application/octet-stream", buffer: Buffer.from(picture) };
  await page.getByTestId("feed-0").locator("input[type=file]").setInputFiles(file);
  await run.runButton.click();
  await run.signLink.waitFor();
  await run.signLink.click();
  await sign.developer("//Bob");
  await sign.signButton.click();
  return (await sign.receiptId.textContent())?.trim() ?? "";
}

/** Presses through to the bond. */
async function stakeBond(page: Page): Promise<void> {
  await page.getByTestId("stake").getByRole("button", { name: "Put at stake" }).click();
  const review = page.getByRole("region", { name: "Read it before you stake" });
  await review.getByRole("button", { name: "Stake the bond" }).click();
}

test("a receipt is put at stake in the page, and defended with what the page saved", async ({
  api,
  deployment,
  published,
  run,
  sign,
  page,
  folder,
}) => {
  if (deployment.disputes === null) throw new Error("the deployment lists no disputes contract");
  const disputes = Contract.at(api, "disputes", deployment.disputes);
  const digits = published("Digits");
  await signed({ run, sign, page }, digits.id);

  const receipts = new ReceiptsPage(page);
  await receipts.open();
  await receipts.show();
  const panel = page.getByTestId("stake");
  await expect(panel).toContainText("anchor it first");
  await page.getByLabel("Paid by").selectOption({ label: "//Bob" });
  await page.getByRole("button", { name: "Anchor", exact: true }).click();
  await panel.getByRole("button", { name: "Put at stake" }).click();
  const review = page.getByRole("region", { name: "Read it before you stake" });
  await expect(review).toContainText("Who does not answer loses the whole bond, even if the result is right.");
  await expect(review).toContainText("an input that can be guessed can be confirmed");
  await expect(review.getByRole("heading")).toBeFocused();
  await look(page, "stake-review", [320, 1280]);
  await review.getByRole("button", { name: "Do not stake" }).click();
  await expect(panel.getByRole("button", { name: "Put at stake" })).toBeFocused();
  await panel.getByRole("button", { name: "Put at stake" }).click();
  await review.getByRole("button", { name: "Stake the bond" }).click();
  await page.locator('[data-testid="stake-state"][data-state="finalised"]').waitFor();
  const line = await page.getByTestId("play-command").textContent();
  expect(line).toContain("--input picture=picture.npy --run countersign-receipt-");
  await look(page, "staked", [320, 1280]);

  // The saved file with everything opened is what its owner needs to answer.
  await receipts.reveal("picture", "digit");
  const bundle = path.join(folder, "bundle.json");
  await writeFile(bundle, await receipts.save());
  await page.getByRole("link", { name: "See the claim" }).click();
  await expect(page.getByTestId("explore-claim").locator("[data-standing]")).toHaveAttribute("data-standing", "open");
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const { bond } = (await disputes.read(bob, "deployment")) as { bond: string | number };
  expect((await disputes.pay(charlie, BigInt(bond), "challenge", id)).answer).toEqual({ ok: 0 });
  const input = path.join(folder, "picture.npy");
  await writeFile(input, picture);
  const play = ["claim", "play", id, "--model", digits.id, "--input", `picture=${input}`, "--suri", "//Bob", "--once"];
  const answered = await cli([...play, "--run", bundle]);
  expect(answered.code, answered.stderr).toBe(EXIT.ok);
  expect(answered.stderr).toContain("game 0, turn 0: open_trace");
});

test("2.6: the page compiles the model's program before a bond goes, and without its file none goes", async ({
  api,
  deployment,
  published,
  run,
  sign,
  page,
  keeping,
}) => {
  if (deployment.disputes === null) throw new Error("the deployment lists no disputes contract");
  const disputes = Contract.at(api, "disputes", deployment.disputes);
  const id = await signed({ run, sign, page }, published("Digits").id);
  await sign.anchor();
  await keeping.open();
  await keeping.show();
  // Neither the tab nor the browser holds the file any more.
  await page.evaluate(() => caches.delete("countersign-models-1"));
  await page.reload();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/models/*", async (route) => {
    await held;
    await route.abort();
  });
  const state = page.getByTestId("stake-state");
  await stakeBond(page);
  await expect(state).toHaveAttribute("data-state", "recompiling");
  await expect(state.getByRole("status")).toContainText("Compiling the model's program from its file again");
  release();
  await expect(state).toHaveAttribute("data-state", "failed");
  await expect(state).toContainText("could not be downloaded");
  await expect(state).toContainText("Nothing was sent");
  expect(await disputes.read(bob, "claim", id)).toBeNull();
  await page.unroute("**/models/*");
  await stakeBond(page);
  await expect(state).toHaveAttribute("data-state", "finalised");
  expect(await disputes.read(bob, "claim", id)).toMatchObject({ claim: { standing: "Open" } });
});

test("2.6: nothing is staked in the page on a model whose file compiles to another program", async ({
  api,
  deployment,
  registry,
  receipts,
  published,
  place,
  page,
  keeping,
  folder,
}) => {
  if (deployment.disputes === null) throw new Error("the deployment lists no disputes contract");
  const disputes = Contract.at(api, "disputes", deployment.disputes);
  // The file of Digits, under a root that is not its program's.
  const name = `Another program ${toHex(randomBytes(4))}`;
  const manifest = utf8(canonical({ ...published("Digits").manifest, name }));
  const { answer } = await registry.call(bob, "publishModel", toHex(manifest), toHex(randomBytes(32)), null);
  const { ok: model } = answer as { ok: Hex };
  const engine = toHex(H(tagged("countersign/exact/1")));
  const said = { model, engine, beacon: ZERO32, lane: "exact" } as const;
  const receipt = await signReceipt(polkadotSigner(bob), place, said);
  await receipts.call(bob, "anchor", receipt.sealedId);
  const [file, passphrase] = [path.join(folder, "receipts.backup"), "correct horse battery staple"];
  await writeFile(file, backup([receipt], passphrase));
  await keeping.open();
  await page.getByText("Import a backup").click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a backup" }).click();
  await (await chooser).setFiles(file);
  await page.getByLabel("Passphrase of the backup").fill(passphrase);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByTestId("backup-status")).toContainText("1 of them new");
  await keeping.show();
  await stakeBond(page);
  const state = page.getByTestId("stake-state");
  await expect(state).toHaveAttribute("data-state", "failed");
  await expect(state).toContainText("the registry names another one");
  await expect(state).toContainText("Nothing was sent");
  await look(page, "stake-refused", [320, 1280]);
  expect(await disputes.read(bob, "claim", receipt.receiptId)).toBeNull();
});

test("a receipt that a wallet signed is put at stake on the command line, and the page says so", async ({
  published,
  run,
  sign,
  page,
}) => {
  await run.open(published("Digits").id);
  await page.getByLabel("Filled with").selectOption("An NPY file");
  const file = { name: "picture.npy", mimeType: "application/octet-stream", buffer: Buffer.from(picture) };
  await page.getByTestId("feed-0").locator("input[type=file]").setInputFiles(file);
  await run.runButton.click();
  await run.signLink.click();
  await sign.sign(WALLET);
  await sign.anchor();
  const receipts = new ReceiptsPage(page);
  await receipts.open();
  await receipts.show();
  const panel = page.getByTestId("stake");
  await panel.getByRole("button", { name: "Put at stake" }).click();
  await expect(panel).toContainText("The bond comes from the account that signed.");
  await expect(panel.getByRole("button", { name: "Stake the bond" })).toHaveCount(0);
  await expect(panel.getByTestId("stake-command")).toContainText("--key-file key.txt");
});
