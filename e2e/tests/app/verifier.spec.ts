import { AxeBuilder } from "@axe-core/playwright";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { developer, submit } from "../../lib/chain.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { need } from "../../lib/environment.ts";
import { bundleOf } from "../../lib/reading.ts";
import { polkadotSigner, type Signed, signDisownment, signReceipt, signRevocation, viemSigner } from "../../lib/receipt.ts"; // prettier-ignore
import { Site } from "../../lib/site.ts";
import { BADGE, type Report, verifierJson } from "../../lib/verifier.ts";
import { fromHex, H, toHex, utf8 } from "../../protocol/bytes.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { auditPath, leafHash, root } from "../../protocol/merkle.ts";
import { expect, sample, test } from "./fixtures.ts";

const fresh = () => viemSigner(toHex(randomBytes(32)));
const flags = (): string[] => ["--rpc", need("COUNTERSIGN_RPC"), "--deployments", need("COUNTERSIGN_DEPLOYMENTS")];

/** What both programs say in the same form: which block was the last final one depends on when each of them asked. */
const anyBlock = (facts: Report["rows"][number]["facts"]) =>
  Object.fromEntries(
    Object.entries(facts).map(([label, value]) => [
      label,
      label === "read at finalised block" ? String(value).replace(/^\d+ \(0x[0-9a-f]{64}\)$/, "a block") : value,
    ]),
  );

/** Of a run that nobody repeats, each program says so in its own words; all else is the same, word for word. */
const comparable = ({ rows, earlier, ...rest }: Report): Report => ({
  ...rest,
  earlier: earlier && comparable(earlier),
  rows: rows.map((row) =>
    row.row === "computation" ? { ...row, sentence: "", facts: {} } : { ...row, facts: anyBlock(row.facts) },
  ),
});

/** Both programs on the same file: same exit code, verdict, sentences, states and facts. Gives the verifier's report. */
async function agree(file: string, code: number, extra: readonly string[] = [], chain = flags()): Promise<Report> {
  const ours = await verifierJson([file, ...chain, ...extra]);
  const theirs = await cliJson<Report>(["receipt", "verify", file, ...chain, ...extra]);
  expect(ours.code, JSON.stringify(ours.json)).toBe(code);
  expect(theirs.code, theirs.stdout).toBe(code);
  expect(comparable(ours.json)).toEqual(comparable(theirs.json));
  const state = (report: Report) => report.rows.find(({ row }) => row === "computation")?.state;
  expect(state(ours.json)).toBe(state(theirs.json));
  return ours.json;
}

const save = async (folder: string, text: string | Uint8Array): Promise<string> => {
  const file = path.join(folder, "receipt.json");
  await writeFile(file, text);
  return file;
};
const row = (report: Report, name: string) => report.rows.find(({ row }) => row === name);

for (const kind of ["secp256k1", "sr25519"] as const) {
  test(`the independent verifier agrees on a ${kind} receipt: not anchored, anchored, revoked`, async ({
    receipts,
    place,
    folder,
  }) => {
    const signer = kind === "secp256k1" ? fresh() : polkadotSigner(developer("Dave"));
    const signed = await signReceipt(signer, place);
    const file = await save(folder, signed.file);
    expect(row(await agree(file, EXIT.ok), "anchor")?.state).toBe("none");
    await receipts.call(developer("Charlie"), "anchor", signed.sealedId);
    const anchored = await agree(file, EXIT.ok);
    expect(anchored).toMatchObject({ verdict: "valid", receipt: signed.receiptId, sealed: signed.sealedId });
    expect(row(anchored, "anchor")?.state).toBe("ok");
    const revocation = await signRevocation(signer, place, signed.receiptId);
    await receipts.call(developer("Charlie"), "revokeSigned", signed.attesterArg, signed.digest, revocation);
    const revoked = await agree(file, EXIT.invalid);
    expect(row(revoked, "revocation")?.state).toBe("bad");
    expect(revoked.sentence).toMatch(/anchored before that/);
  });
}

test("both agree on receipts that expired, are of another chain, or of a look-alike contract", async ({
  api,
  registry,
  place,
  folder,
}) => {
  const expired = await signReceipt(fresh(), place, { expirationTime: 1_700_000_000n, lane: "fast" });
  expect((await agree(await save(folder, expired.file), EXIT.invalid)).sentence).toMatch(/expired/);
  const elsewhere = await signReceipt(fresh(), { ...place, genesis: toHex(new Uint8Array(32).fill(9)) });
  expect((await agree(await save(folder, elsewhere.file), EXIT.unknown)).rows[2]?.sentence).toMatch(
    /belongs to the chain/,
  );
  const alice = developer("Alice");
  const copy = await Contract.deploy(api, alice, "receipts", [place.genesis, registry.account], toHex(randomBytes(8)));
  const fake = await signReceipt(fresh(), { ...place, contract: copy.account });
  await copy.call(alice, "anchor", fake.sealedId);
  expect((await agree(await save(folder, fake.file), EXIT.unknown)).rows[2]?.sentence).toMatch(/look-alike/);
});

test("both agree on the bracket of beacon and anchor", async ({ api, receipts, place, folder }) => {
  const remark = api.tx["system"]?.["remark"];
  if (remark === undefined) throw new Error("no system pallet");
  await submit(api, remark("0x00"), developer("Alice"));
  const beacon = (await api.rpc.chain.getFinalizedHead()).toHex();
  const signed = await signReceipt(fresh(), place, { beacon });
  const file = await save(folder, signed.file);
  expect(row(await agree(file, EXIT.ok), "time")?.sentence).toMatch(/^Not earlier than block .*no upper bound/);
  await receipts.call(developer("Alice"), "anchor", signed.sealedId);
  expect(row(await agree(file, EXIT.ok), "time")?.sentence).toMatch(/^Not earlier than block .*not later than block/);
  const offline = await signReceipt(fresh(), place, { beacon: `0x${"00".repeat(32)}` });
  expect(row(await agree(await save(folder, offline.file), EXIT.ok), "time")?.state).toBe("none");

  const early = await signReceipt(fresh(), place, { beacon: `0x${"5a".repeat(32)}` });
  await receipts.call(developer("Alice"), "anchor", early.sealedId);
  expect(row(await agree(await save(folder, early.file), EXIT.ok), "time")?.state).toBe("unknown");
});

test("both agree on a batch, and neither takes a wrong proof or a batch that nobody anchored", async ({
  receipts,
  place,
  folder,
}) => {
  const members = await Promise.all(Array.from({ length: 5 }, () => signReceipt(fresh(), place)));
  const leaves = members.map(({ sealedId }) => leafHash(fromHex(sealedId)));
  const batch = { root: toHex(root(leaves)), size: 5 };
  const bundle = ({ file, receiptId }: Signed, index: number, size = 5): string => {
    const path = auditPath(leaves, index).map(toHex);
    const anchor = { format: "countersign/anchor/1", index, path, receipt: receiptId, root: batch.root, size };
    return canonical({ anchors: [anchor], format: "countersign/bundle/1", openings: [], receipt: JSON.parse(file) } as Json); // prettier-ignore
  };
  const member = members[3];
  if (member === undefined) throw new Error("a batch of five has a fourth");
  const file = await save(folder, bundle(member, 3));
  expect(row(await agree(file, EXIT.ok), "anchor")?.state).toBe("none");
  await receipts.call(developer("Charlie"), "anchorBatch", batch);
  expect(row(await agree(file, EXIT.ok), "anchor")?.sentence).toMatch(/as part of a batch/);
  await agree(await save(folder, bundle(member, 2)), EXIT.invalid);
  // The path fits a tree of six too, whose root would be another: the chain holds no such batch.
  expect(row(await agree(await save(folder, bundle(member, 3, 6)), EXIT.ok), "anchor")?.state).toBe("none");
});

test("both agree on a disowned key: anchored before, anchored later, never anchored", async ({
  api,
  receipts,
  place,
  folder,
}) => {
  const signer = fresh();
  const charlie = developer("Charlie");
  const [before, between, after] = await Promise.all([1, 2, 3].map(() => signReceipt(signer, place)));
  if (before === undefined || between === undefined || after === undefined) throw new Error("three were signed");
  await receipts.call(charlie, "anchor", before.sealedId);
  const since = (await api.rpc.chain.getHeader()).number.toNumber() + 1;
  await receipts.call(charlie, "anchor", between.sealedId);
  const disownment = await signDisownment(signer, place, since);
  await receipts.call(charlie, "disownSigned", before.attesterArg, since, disownment);
  const said = async ({ file }: Signed, code: number) => row(await agree(await save(folder, file), code), "revocation");
  expect(await said(before, EXIT.ok)).toMatchObject({ state: "ok" });
  expect((await said(between, EXIT.invalid))?.sentence).toMatch(/^Anchored, later disowned/);
  expect((await said(after, EXIT.invalid))?.sentence).toMatch(/^Its signer disowned the key/);
});

test("both agree on a run's whole bundle, its input and another input", async ({ magika, folder }) => {
  const [input, run, bundle] = ["input", "run.json", "bundle.json"].map((name) => path.join(folder, name)) as [string, string, string]; // prettier-ignore
  await writeFile(input, sample("README.md").bytes);
  expect((await cli(["run", "--model", magika.id, input, "--save", run])).code).toBe(EXIT.ok);
  expect((await cli(["receipt", "sign", run, "--suri", "//Bob", "--output", bundle])).code).toBe(EXIT.ok);
  expect((await agree(bundle, EXIT.ok)).rows[0]?.sentence).toMatch(/parts: 2 openings/);
  const given = await verifierJson([bundle, ...flags(), "--input", input]);
  expect(row(given.json, "computation")).toMatchObject({ state: "unknown", sentence: expect.stringMatching(/^Not repeated/) }); // prettier-ignore
  await writeFile(input, "another");
  await agree(bundle, EXIT.invalid, ["--input", input]);
});

test("R3: neither takes an altered, doubled, shortened or newer file", async ({ place, folder }) => {
  const { file: text } = await signReceipt(fresh(), place);
  const bytes = utf8(bundleOf(text));
  const altered = Array.from({ length: 24 }, (_, i) => {
    const copy = new Uint8Array(bytes);
    const at = (7 + 61 * i) % bytes.length;
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  });
  const newer = [text.replace("receipt/1", "receipt/2"), bundleOf(text).replace("bundle/1", "bundle/2")].map(utf8);
  const others = ["", "[]", '{"hello":"world"}', `${text}\n`, text.replace("{", '{"contract":"",'), text.slice(0, -9)];
  for (const document of [...altered, ...newer, ...others.map(utf8)]) {
    const file = await save(folder, document);
    const ours = await verifierJson([file, ...flags()]);
    const theirs = await cliJson<Report>(["receipt", "verify", file, ...flags()]);
    expect([EXIT.invalid, EXIT.unsupported]).toContain(ours.code);
    expect([ours.code, ours.json.verdict]).toEqual([theirs.code, theirs.json.verdict]);
    expect(ours.json.rows.map(({ state }) => state)).toEqual(theirs.json.rows.map(({ state }) => state));
  }
});

test("both refuse openings that hold one by one and tell two stories together (PROTOCOL 2.2)", async () => {
  const file = path.resolve(import.meta.dirname, "../../../client/tests/data/ambiguous.json");
  expect((await agree(file, EXIT.invalid)).sentence).toMatch(/commitment is ambiguous/);
});

test("with the node down both know signer and integrity, and no more", async ({ place, folder }) => {
  const file = await save(folder, (await signReceipt(fresh(), place)).file);
  const down = ["--rpc", "http://127.0.0.1:1", "--deployments", need("COUNTERSIGN_DEPLOYMENTS")];
  const ours = await verifierJson([file, ...down]);
  const theirs = await cliJson<Report>(["receipt", "verify", file, ...down]);
  expect([ours.code, theirs.code]).toEqual([EXIT.unknown, EXIT.unknown]);
  expect(ours.json.rows.map(({ state }) => state)).toEqual(theirs.json.rows.map(({ state }) => state));
  expect(ours.json.rows[2]?.sentence).toMatch(/cannot be reached/);
});

/** A stranger's page with badges on it, under a policy that allows the badge's script and the node, and nothing else. */
async function strangersPage(files: Readonly<Record<string, string>>, body: string): Promise<Site> {
  const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${need("COUNTERSIGN_RPC")}`;
  const page = `<!doctype html><html lang="en"><title>A stranger's page</title><main><h1>Results</h1>${body}</main></html>`;
  return Site.start({
    "/": { type: "text/html; charset=utf-8", body: page, policy },
    "/badge.js": { type: "text/javascript; charset=utf-8", body: await readFile(BADGE, "utf8") },
    "/deployments.json": { type: "application/json", body: await readFile(need("COUNTERSIGN_DEPLOYMENTS"), "utf8") },
    ...Object.fromEntries(Object.entries(files).map(([at, text]) => [at, { type: "application/json", body: text }])),
  });
}

const attributes = (receipt: string, prefix = ""): string =>
  Object.entries({
    receipt,
    rpc: need("COUNTERSIGN_RPC"),
    deployments: "/deployments.json",
    app: `${need("COUNTERSIGN_APP_URL")}/verify`,
  })
    .map(([name, value]) => ` ${prefix}${name}="${value}"`)
    .join("");

test("the badge on a stranger's page verifies in the visitor's browser and links to the app", async ({
  page,
  verify,
  receipts,
  place,
}) => {
  const violations: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  const signer = fresh();
  const [good, revoked] = [await signReceipt(signer, place), await signReceipt(signer, place)];
  await receipts.call(developer("Charlie"), "anchor", good.sealedId);
  const revocation = await signRevocation(signer, place, revoked.receiptId);
  await receipts.call(developer("Charlie"), "revokeSigned", revoked.attesterArg, revoked.digest, revocation);
  const markup = "<img src=x onerror=document.title='taken'>";
  const files = {
    "/good.json": good.file,
    "/revoked.json": revoked.file,
    "/tampered.json": good.file.replace(/"time":"1/, '"time":"2'),
    // A name that a file may hold, where it would do most harm.
    "/markup.json": canonical({ ...(JSON.parse(good.file) as Record<string, Json>), [markup]: 1 }),
  };
  const others = ["revoked", "tampered", "markup", "missing"].map((name) => `<countersign-badge id="${name}"${attributes(`/${name}.json`)}></countersign-badge>`); // prettier-ignore
  const script = `<script src="/badge.js"${attributes("/good.json", "data-")}></script>`;
  const site = await strangersPage(files, script + others.join(""));
  try {
    await page.goto(site.origin);
    const badge = page.locator("countersign-badge").first();
    await expect(badge).toHaveAttribute("data-verdict", "valid");
    await expect(badge).toHaveAttribute("role", "status");
    await expect(badge).toHaveText(/Receipt: valid.*Valid: signed by its attester and not taken back/s);
    await expect(page.locator("#revoked")).toHaveText(/Receipt: invalid.*Its signer revoked it/s);
    await expect(page.locator("#tampered")).toHaveText(/Receipt: invalid/);
    await expect(page.locator("#markup")).toContainText(markup);
    await expect(page.locator("#missing")).toHaveText(/Receipt: unknown.*HTTP status 404/s);
    await expect(page.locator("img")).toHaveCount(0);
    await expect(page).toHaveTitle("A stranger's page");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(violations).toEqual([]);

    // What the page's own scripts read is never the report on the receipt before.
    const verdict = await page.locator("#revoked").evaluate(async (element) => {
      element.setAttribute("receipt", "/good.json");
      await Promise.resolve();
      return (element as unknown as { report?: { verdict: string } }).report?.verdict;
    });
    expect(verdict).toBeUndefined();

    await page.getByRole("link", { name: "Verify it yourself" }).first().click();
    await verify.expectVerdict("valid");
    expect(new URL(page.url()).origin).toBe(new URL(need("COUNTERSIGN_APP_URL")).origin);
  } finally {
    await site.stop();
  }
});

test("the badge's script is the same for the same sources, and needs no eval", async () => {
  const script = await readFile(BADGE);
  expect(H(new Uint8Array(script))).toHaveLength(32);
  expect(script.toString()).not.toMatch(/\beval\(|new Function|innerHTML|document\.write/);
});
