import { readFileSync } from "node:fs";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import { signReceipt, viemSigner } from "../../lib/receipt.ts";
import { bundleOf } from "../../lib/reading.ts";
import { TEST_KEYS } from "../../lib/wallet.ts";
import { utf8 } from "../../protocol/bytes.ts";
import { linkOf } from "../../protocol/files.ts";
import { type Bytes, drop, type VerifyPage } from "../../pages/verify.ts";
import { expect, NOTICE, sample, signedRun, test } from "./fixtures.ts";

const file = (text: string | Uint8Array, name: string): Bytes => ({
  name,
  bytes: typeof text === "string" ? utf8(text) : text,
});

/** A file of this repository. */
const real = (at: string): Bytes => file(sample(at).bytes, path.basename(at));

/** The lines of the list. */
const lines = (verify: VerifyPage): Locator => verify.page.getByTestId("receipt-list").getByRole("listitem");

const notUsed = (verify: VerifyPage): Locator => verify.page.getByRole("alert");

test("a receipt and the file it commits to, in one drop: the run is repeated without another step", async ({
  run,
  sign,
  verify,
  magika,
}) => {
  const input = real("README.md");
  await signedRun({ run, sign, magika }, input);
  await sign.reveal({ input: true, result: true });
  const saved = await sign.save();
  await verify.open();
  // Whatever the order, and whatever else lies beside it.
  await drop(verify, real("e2e/package.json"), input, file(saved.bytes, saved.name));
  await verify.expectVerdict("valid");
  await verify.expectRow("computation", "ok");
  await expect(verify.page.getByTestId("opened-result")).toBeVisible();
  await expect(notUsed(verify)).toContainText("package.json");
  await expect(notUsed(verify)).not.toContainText("README.md");
});

test("a file whose receipt is sealed is not taken for the input", async ({ run, sign, verify, magika }) => {
  const input = real("e2e/package.json");
  await signedRun({ run, sign, magika }, input);
  await sign.reveal({ input: false, result: false });
  const saved = await sign.save();
  await verify.open();
  await drop(verify, file(saved.bytes, saved.name), input);
  await verify.expectVerdict("valid");
  await expect(notUsed(verify)).toContainText("package.json: nothing given here shows");
});

test("several receipts: a list with a verdict on each, one opened at a time", async ({ verify, place, page }) => {
  const one = await signReceipt(viemSigner(TEST_KEYS.first), place);
  const expired = await signReceipt(viemSigner(TEST_KEYS.second), place, { expirationTime: 1_700_000_000n });
  const altered = one.file.replace("countersign/receipt/1", "countersign/receipt/2");
  await verify.open();
  await drop(verify, file(one.file, "one.json"), file(expired.file, "old.json"), file(altered, "newer.json"));
  await expect(page.getByRole("heading", { name: "3 receipts" })).toBeVisible();
  await expect(page.getByTestId("list-status")).toHaveText("3 of 3 checked");
  for (const [at, verdict] of ["valid", "invalid", "unsupported version"].entries())
    await expect(lines(verify).nth(at)).toHaveAttribute("data-verdict", verdict);
  await expect(lines(verify).nth(1)).toContainText(/expired/i);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);

  await page.getByRole("button", { name: "Open old.json" }).click();
  await verify.expectVerdict("invalid");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("button", { name: "Open one.json" }).click();
  await verify.expectVerdict("valid");
  await page.getByRole("button", { name: "Check another" }).click();
  await expect(lines(verify)).toHaveCount(0);
});

test("a picture of the QR code is the link", async ({ run, sign, keeping, verify, page, magika }) => {
  await signedRun({ run, sign, magika });
  await keeping.open();
  await keeping.show();
  await page.getByRole("button", { name: "Show QR code" }).click();
  const code = page.getByRole("img", { name: "QR code of the link to this receipt" });
  const picture = await code.screenshot();
  await code.scrollIntoViewIfNeeded();
  const screen = await page.screenshot({ type: "jpeg", quality: 90 });
  for (const [name, bytes] of [
    ["code.png", picture],
    ["screen.jpg", screen],
  ] as const) {
    await verify.open();
    await verify.receipt(file(new Uint8Array(bytes), name));
    await verify.expectVerdict("valid");
  }
});

test("bad input: pictures say what is wrong with them", async ({ verify, page, place }) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.first), place);
  await verify.open();
  await verify.receipt(file(new Uint8Array(readFileSync(NOTICE)), "notice.png"));
  await expect(verify.alert).toContainText("notice.png: There is no QR code in this picture");
  await verify.receipt(file(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 1]), "torn.png"));
  await expect(verify.alert).toContainText("torn.png: The browser could not read the picture");
  await drop(verify, real("e2e/package.json"), real("e2e/lib/wallet.ts"));
  await expect(verify.alert).toContainText("package.json is no receipt");
  await expect(verify.alert).toContainText("wallet.ts is no receipt");
  await expect(page.locator('[data-verdict="valid"]')).toHaveCount(0);
  // What comes afterwards is judged as ever.
  await verify.paste(linkOf(utf8(bundleOf(text))));
  await verify.expectVerdict("valid");
  await expect(verify.alert).toHaveCount(0);
});
