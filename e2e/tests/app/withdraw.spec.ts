import { writeFile } from "node:fs/promises";
import path from "node:path";
import { look } from "../../lib/look.ts";
import { TestWallet } from "../../lib/wallet.ts";
import { WithdrawPage } from "../../pages/withdraw.ts";
import { EXIT, shell } from "../../lib/cli.ts";
import { expect, keptRun, sample, signedRun, test as base } from "./fixtures.ts";

/** A key that no other test signs with: here it gets disowned, for good. */
const STOLEN = "0x00000000000000000000000000000000000000000000000000000000d150443d";

const test = base.extend<{ withdraw: WithdrawPage }>({
  withdraw: async ({ page }, use) => use(new WithdrawPage(page)),
});

test("a kept receipt is revoked after a reload: shown, signed by its own wallet, read back", async ({
  wallet,
  run,
  sign,
  keeping,
  withdraw,
  verify,
  page,
  magika,
}) => {
  await keptRun({ run, sign, magika });
  const id = ((await sign.receiptId.textContent()) ?? "").trim();
  await page.reload();
  await keeping.open();
  await keeping.show();
  await withdraw.press("Revoke");
  await expect(withdraw.sentence).toContainText(id);
  const uid = ((await withdraw.word("uid").textContent()) ?? "").trim();
  await look(page, "revoke-review");
  wallet.answers.sign = "hold";
  await withdraw.press("Revoke for good");
  const prompt = await wallet.prompt();
  expect(String(prompt.request.params[1]), "what is signed is what was shown").toContain(uid);
  prompt.approve();
  await expect(withdraw.state).toHaveAttribute("data-state", "finalised");
  await expect(keeping.standing).toHaveAttribute("data-state", "revoked");
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toHaveCount(0);
  const bytes = await keeping.save();
  await verify.open();
  await verify.receipt({ name: "receipt.json", bytes });
  await verify.expectVerdict("invalid");
  await verify.expectRow("revocation", "bad", /revoked/i);
});

test("a wallet that stays silent can be left, and what it signs after that is thrown away", async ({
  wallet,
  run,
  sign,
  keeping,
  withdraw,
  page,
  magika,
}) => {
  await signedRun({ run, sign, magika });
  await keeping.open();
  await keeping.show();
  await withdraw.press("Revoke");
  wallet.answers.sign = "hold";
  await withdraw.press("Revoke for good");
  const prompt = await wallet.prompt();
  await expect(withdraw.status).toHaveText("Waiting for your signature");
  await withdraw.press("Stop waiting");
  await expect(withdraw.status).toBeEmpty();
  prompt.approve();
  await withdraw.press("Keep it");
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toBeFocused();
  await expect(withdraw.state).toHaveAttribute("data-state", "idle");
  await expect(keeping.standing).toHaveAttribute("data-state", "waiting");
});

test("a wallet that shows another account is asked for the right one, and nothing is signed", async ({
  wallet,
  run,
  sign,
  keeping,
  withdraw,
  page,
  magika,
}) => {
  await signedRun({ run, sign, magika });
  const signer = wallet.address;
  await wallet.select(1);
  await keeping.open();
  await keeping.show();
  await withdraw.press("Revoke");
  await withdraw.press("Revoke for good");
  await expect(page.getByRole("alert")).toContainText(wallet.address);
  await expect(page.getByRole("alert")).toContainText(signer);
  await expect(withdraw.state).toHaveAttribute("data-state", "idle");
  expect(wallet.asked("eth_signTypedData_v4"), "only the receipt was signed").toHaveLength(1);
});

test("the lines for the command line do what they say: verify, then revoke with a development account", async ({
  run,
  sign,
  keeping,
  withdraw,
  verify,
  page,
  magika,
  folder,
}) => {
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.developer("//Ferdie");
  await sign.signButton.click();
  await sign.receiptId.waitFor();
  const saved = await sign.save();
  await writeFile(path.join(folder, saved.name), saved.bytes);
  await verify.open();
  await verify.receipt({ name: saved.name, bytes: saved.bytes });
  await verify.expectVerdict("valid");
  const judge = (await page.getByTestId("verify-command").textContent()) ?? "";
  expect((await shell(judge, folder)).code).toBe(EXIT.ok);
  await keeping.open();
  await keeping.show();
  const anchor = (await page.getByTestId("anchor-command").textContent()) ?? "";
  expect((await shell(anchor, folder)).code).toBe(EXIT.ok);
  await withdraw.press("Revoke");
  expect((await shell((await withdraw.command.textContent()) ?? "", folder)).code).toBe(EXIT.ok);
  expect((await shell(judge, folder)).code).toBe(EXIT.invalid);
  await keeping.open();
  await keeping.show();
  await expect(keeping.standing).toHaveAttribute("data-state", "revoked");
});

test("a stolen key is disowned: what it means for each kept receipt is said before, and true after", async ({
  context,
  api,
  run,
  sign,
  keeping,
  withdraw,
  verify,
  page,
  magika,
}) => {
  await TestWallet.install(context, { name: "Stolen wallet", keys: [STOLEN] });
  const signed = async (file: string) => {
    await run.open(magika.id);
    await run.run(sample(file), "Engine");
    await run.signLink.click();
    await sign.sign("Stolen wallet");
    await expect(page.getByTestId("kept")).toHaveAttribute("data-state", "kept");
    return sign.save();
  };
  const before = await signed("e2e/package.json");
  await sign.anchor();
  const after = await signed("README.md");
  const since = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber() + 1;
  await keeping.open();
  await expect(keeping.lines).toHaveCount(2);
  await page.getByRole("link", { name: "Disown a stolen key" }).click();
  await page.getByRole("combobox", { name: "Key of a kept receipt" }).selectOption({ index: 1 });
  await page.getByRole("textbox", { name: /first block/ }).fill("soon");
  await expect(page.getByText("Give a block number, digits only.")).toBeVisible();
  await page.getByRole("textbox", { name: /first block/ }).fill(String(since));
  const touched = page.getByTestId("touched").getByRole("listitem");
  await expect(touched.filter({ hasText: "package.json" })).toContainText("stays as it is");
  await expect(touched.filter({ hasText: "README.md" })).toContainText("will count no more");
  await withdraw.press("Disown this key");
  await look(page, "disown-review");
  const wallet = page.getByRole("radio", { name: "Stolen wallet" });
  await wallet.check();
  await withdraw.press("Disown for good");
  await expect(withdraw.state).toHaveAttribute("data-state", "finalised");
  await verify.open();
  await verify.receipt({ name: before.name, bytes: before.bytes });
  await verify.expectVerdict("valid");
  await verify.open();
  await verify.receipt({ name: after.name, bytes: after.bytes });
  await verify.expectVerdict("invalid");
  await verify.expectRow("revocation", "bad", /disown/i);
});

test("bad input: what is no key is named, and nothing can be signed", async ({ withdraw, page }) => {
  await withdraw.disown("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267", 7);
  await expect(page.getByText("This is neither an Ethereum address", { exact: false })).toBeVisible();
  await expect(page.getByRole("button", { name: "Disown this key" })).toHaveCount(0);
  await page.getByRole("textbox", { name: "Address or account" }).fill("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
  await expect(page.getByRole("button", { name: "Disown this key" })).toBeVisible();
  await look(page, "disown-empty");
});
