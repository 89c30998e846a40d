import { writeFile } from "node:fs/promises";
import path from "node:path";
import { developer } from "../../lib/chain.ts";
import { cli, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { look } from "../../lib/look.ts";
import { npy } from "../../lib/npy.ts";
import { ReceiptsPage } from "../../pages/receipts.ts";
import { expect, test, WALLET } from "./fixtures.ts";

const [bob, charlie] = [developer("Bob"), developer("Charlie")];
const pixels = new Float32Array(Array.from({ length: 64 }, (_, at) => (at * 5) % 17));
const picture = npy("<f4", [1, 1, 8, 8], new Uint8Array(pixels.buffer));

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
  await run.open(digits.id);
  await page.getByLabel("Filled with").selectOption("An NPY file");
  const file = { name: "picture.npy", mimeType: "application/octet-stream", buffer: Buffer.from(picture) };
  await page.getByTestId("feed-0").locator("input[type=file]").setInputFiles(file);
  await run.runButton.click();
  await run.signLink.waitFor();
  await run.signLink.click();
  await sign.developer("//Bob");
  await sign.signButton.click();
  await sign.receiptId.waitFor();

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
