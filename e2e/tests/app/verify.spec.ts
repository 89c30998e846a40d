import { writeFile } from "node:fs/promises";
import { developer, submit } from "../../lib/chain.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { need } from "../../lib/environment.ts";
import { bundleOf, readBundle } from "../../lib/reading.ts";
import { polkadotSigner, signReceipt, signRevocation, viemSigner } from "../../lib/receipt.ts";
import { TEST_KEYS } from "../../lib/wallet.ts";
import { fromHex, toHex, utf8 } from "../../protocol/bytes.ts";
import { linkOf } from "../../protocol/files.ts";
import type { VerifyPage } from "../../pages/verify.ts";
import { expect, sample, signedRun, test } from "./fixtures.ts";

const file = (text: string | Uint8Array, name = "receipt.json") => ({
  name,
  bytes: typeof text === "string" ? utf8(text) : text,
});

/** What the command line program prints about a receipt. */
type CliReport = { verdict: string; rows: { row: string; state: string }[] };

/** Verifies with the command line program and expects what the page shows: verdict and every row. */
async function expectSameFromCli(
  verify: VerifyPage,
  path: string,
  code: number,
  extra: readonly string[] = [],
): Promise<void> {
  const common = ["--rpc", need("COUNTERSIGN_RPC"), "--deployments", need("COUNTERSIGN_DEPLOYMENTS")];
  const result = await cliJson<CliReport>(["receipt", "verify", path, ...common, ...extra]);
  expect(result.code, result.stderr).toBe(code);
  expect(result.json.verdict).toBe(await verify.slip.getAttribute("data-verdict"));
  for (const { row, state } of result.json.rows)
    await expect(verify.page.getByTestId(`row-${row}`)).toHaveAttribute("data-state", state);
}

test("sign, anchor, verify by link, by file and by the command line program, revoke, verify again", async ({
  run,
  sign,
  verify,
  magika,
}, testInfo) => {
  const input = sample("e2e/package.json");
  await signedRun({ run, sign, magika }, input);
  await sign.anchor();
  await sign.reveal({ input: true, result: true });
  const saved = await sign.save();
  const link = await sign.link();
  const path = testInfo.outputPath("receipt.json");
  await writeFile(path, saved.bytes);

  await verify.page.goto(link);
  await verify.expectVerdict("valid");
  for (const row of ["integrity", "signer", "anchor", "time", "revocation"] as const) await verify.expectRow(row, "ok");
  await expectSameFromCli(verify, path, EXIT.ok);

  await verify.open();
  await verify.receipt(file(saved.bytes));
  await verify.input(input);
  await verify.expectVerdict("valid");
  await verify.expectRow("computation", "ok");
  const inputPath = testInfo.outputPath("input");
  await writeFile(inputPath, input.bytes);
  await expectSameFromCli(verify, path, EXIT.ok, ["--input", inputPath]);
});

test("a receipt that its signer revoked says so everywhere", async ({
  wallet,
  run,
  sign,
  verify,
  magika,
}, testInfo) => {
  await signedRun({ run, sign, magika });
  await sign.anchor();
  await sign.revoke();
  const saved = await sign.save();
  const path = testInfo.outputPath("receipt.json");
  await writeFile(path, saved.bytes);
  await verify.open();
  await verify.receipt(file(saved.bytes));
  await verify.expectVerdict("invalid");
  await verify.expectRow("revocation", "bad", /revoked/i);
  await verify.expectRow("integrity", "ok");
  await expectSameFromCli(verify, path, EXIT.invalid);
  expect(wallet.asked("eth_signTypedData_v4")).toHaveLength(2);
});

test("bad input: another input than the receipt's is found out", async ({ run, sign, verify, magika }) => {
  await signedRun({ run, sign, magika }, sample("e2e/package.json"));
  await sign.reveal({ input: true, result: true });
  const saved = await sign.save();
  await verify.open();
  await verify.receipt(file(saved.bytes));
  await verify.input(sample("README.md"));
  await verify.expectVerdict("invalid");
  await verify.expectRow("computation", "bad");
});

test("R3: any changed byte of a receipt is refused with its reason, by page and program alike", async ({
  verify,
  place,
}, testInfo) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.first), place);
  const path = testInfo.outputPath("receipt.json");
  const bytes = utf8(bundleOf(text));
  await verify.open();
  for (let at = 7; at < bytes.length; at += 97) {
    const altered = new Uint8Array(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => readBundle(altered), `byte ${at}`).toThrow();
    await verify.page.reload();
    await verify.receipt(file(altered));
    await expect(verify.slip.or(verify.alert).first()).toBeVisible();
    await expect(verify.sentence.or(verify.alert).first()).not.toBeEmpty();
    await expect(verify.page.locator('[data-verdict="valid"]')).toHaveCount(0);
    await writeFile(path, altered);
    const { code } = await cli(["receipt", "verify", path, "--json", "--rpc", need("COUNTERSIGN_RPC")]);
    expect([EXIT.invalid, EXIT.unsupported]).toContain(code);
  }
});

test("a newer format is an unsupported version, never tampered", async ({ verify, place }, testInfo) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.first), place);
  const newer = text.replace("countersign/receipt/1", "countersign/receipt/2");
  await verify.open();
  await verify.receipt(file(newer));
  await verify.expectVerdict("unsupported version");
  const path = testInfo.outputPath("receipt.json");
  await writeFile(path, newer);
  expect((await cli(["receipt", "verify", path])).code).toBe(EXIT.unsupported);
});

test("C3: a receipt of another chain has a true signature and an unknown anchor", async ({
  verify,
  place,
}, testInfo) => {
  const elsewhere = { ...place, genesis: toHex(new Uint8Array(32).fill(9)) };
  const { file: text } = await signReceipt(polkadotSigner(developer("Ferdie")), elsewhere);
  await verify.open();
  await verify.receipt(file(text));
  await verify.expectVerdict("unknown");
  await verify.expectRow("signer", "ok");
  await verify.expectRow("anchor", "unknown", /chain/i);
  await verify.expectRow("revocation", "unknown");
  const path = testInfo.outputPath("receipt.json");
  await writeFile(path, text);
  await expectSameFromCli(verify, path, EXIT.unknown);
});

test("C3: a look-alike contract on the same chain proves no anchor", async ({
  api,
  verify,
  registry,
  place,
}, testInfo) => {
  const alice = developer("Alice");
  const salt = toHex(fromHex(`0x${Date.now().toString(16).padStart(16, "0")}`));
  const copy = await Contract.deploy(api, alice, "receipts", [place.genesis, registry.account], salt);
  const signed = await signReceipt(viemSigner(TEST_KEYS.second), { ...place, contract: copy.account });
  await copy.call(alice, "anchor", signed.sealedId);
  await verify.open();
  await verify.receipt(file(signed.file));
  await verify.expectVerdict("unknown");
  await verify.expectRow("anchor", "unknown", /contract|list/i);
  const path = testInfo.outputPath("receipt.json");
  await writeFile(path, signed.file);
  await expectSameFromCli(verify, path, EXIT.unknown);
});

test("a receipt that was never anchored is valid and says so", async ({ verify, place }) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.second), place);
  await verify.open();
  await verify.receipt(file(text));
  await verify.expectVerdict("valid");
  await verify.expectRow("anchor", "none");
});

test("a receipt revoked through another wallet's relay is revoked (PROTOCOL 5.3)", async ({
  verify,
  receipts,
  place,
}) => {
  const signer = viemSigner(TEST_KEYS.second);
  const signed = await signReceipt(signer, place);
  const revocation = await signRevocation(signer, place, signed.receiptId);
  await receipts.call(developer("Charlie"), "revokeSigned", signed.attesterArg, signed.digest, revocation);
  await verify.open();
  await verify.receipt(file(signed.file));
  await verify.expectVerdict("invalid");
  await verify.expectRow("revocation", "bad", /revoked/i);
});

test("an expired receipt is invalid, with its date", async ({ verify, place }) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.second), place, { expirationTime: 1_700_000_000n });
  await verify.open();
  await verify.receipt(file(text));
  await verify.expectVerdict("invalid");
  await expect(verify.slip).toContainText(/expired/i);
});

test("the beacon and the anchor bracket the time (PROTOCOL 4.4)", async ({ api, verify, receipts, place }) => {
  const remark = api.tx["system"]?.["remark"];
  if (remark === undefined) throw new Error("no system pallet");
  await submit(api, remark("0x00"), developer("Alice"));
  const beacon = (await api.rpc.chain.getFinalizedHead()).toHex();
  const signed = await signReceipt(viemSigner(TEST_KEYS.second), place, { beacon });
  await receipts.call(developer("Alice"), "anchor", signed.sealedId);
  await verify.open();
  await verify.receipt(file(signed.file));
  await verify.expectVerdict("valid");
  await verify.expectRow("time", "ok");

  const late = await signReceipt(viemSigner(TEST_KEYS.second), place, {
    beacon: `0x${"5a".repeat(32)}`,
  });
  await verify.open();
  await verify.receipt(file(late.file));
  await verify.expectRow("time", "unknown");
});

test("a link carries a bundle; a broken one is refused", async ({ verify, place }) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.first), place);
  const link = linkOf(utf8(bundleOf(text)));
  await verify.open(link);
  await verify.expectVerdict("valid");
  await verify.open();
  await verify.paste(`${link.slice(0, -2)}`);
  await expect(verify.page.locator('[data-verdict="valid"]')).toHaveCount(0);
  await expect(verify.slip.or(verify.alert).first()).toBeVisible();
});

for (const [what, text] of [
  ["an empty file", ""],
  ["a picture", "\u0089PNG\r\n"],
  ["other JSON", '{"hello":"world"}'],
  ["duplicate keys", '{"format":"countersign/receipt/1","format":"countersign/receipt/1"}'],
] as const) {
  test(`bad input: ${what} is no receipt, and the page says so`, async ({ verify }, testInfo) => {
    await verify.open();
    await verify.receipt(file(text));
    await verify.expectVerdict("invalid");
    await verify.expectRow("integrity", "bad");
    const path = testInfo.outputPath("receipt.json");
    await writeFile(path, text);
    expect((await cli(["receipt", "verify", path])).code).toBe(EXIT.invalid);
  });
}

test("bad input: with the node down, signer and integrity are still judged", async ({ page, verify, place }) => {
  const { file: text } = await signReceipt(viemSigner(TEST_KEYS.first), place);
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, (route) => route.abort("connectionrefused"));
  await verify.open();
  await verify.receipt(file(text));
  await verify.expectVerdict("unknown");
  await verify.expectRow("signer", "ok");
  await verify.expectRow("anchor", "unknown");
});
