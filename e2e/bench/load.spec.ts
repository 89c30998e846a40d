import { randomBytes } from "node:crypto";
import type { SubmittableExtrinsic } from "@polkadot/api/types";
import type { ApiPromise } from "@polkadot/api";
import type { Page } from "@playwright/test";
import { developer } from "../lib/chain.ts";
import { toHex, utf8 } from "../protocol/bytes.ts";
import { canonical, type Json } from "../protocol/json.ts";
import { expect, test } from "../tests/app/fixtures.ts";

/** How full the chain is made: COUNTERSIGN_LOAD divides both, for a short look. */
const LESS = Number(process.env["COUNTERSIGN_LOAD"] ?? "1");
const ANCHORS = 100_000 / LESS;
const MODELS = 1_000 / LESS;
const REPETITIONS = 5;
/** Transactions that wait in the node's pool at most; it holds 8,192. */
const WAITING = 2_000;

type Extrinsic = SubmittableExtrinsic<"promise">;

/** Sends everything that `make` gives as one account, no faster than the chain takes it, and waits for the last. */
async function fill(api: ApiPromise, count: number, make: (index: number) => Extrinsic): Promise<void> {
  const signer = developer("Ferdie");
  const nonceNow = async () => (await api.rpc.system.accountNextIndex(signer.address)).toNumber();
  const onChain = async () =>
    ((await api.query["system"]?.["account"]?.(signer.address)) as unknown as { nonce: { toNumber(): number } }).nonce.toNumber(); // prettier-ignore
  const first = await nonceNow();
  const common = {
    blockHash: api.genesisHash,
    genesisHash: api.genesisHash,
    runtimeVersion: api.runtimeVersion,
    era: 0,
  };
  let sending: Promise<unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    sending.push(api.rpc.author.submitExtrinsic(make(index).sign(signer, { ...common, nonce: first + index })));
    if (sending.length < 200 && index + 1 < count) continue;
    await Promise.all(sending);
    sending = [];
    while (first + index - (await onChain()) > WAITING) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await expect.poll(onChain, { timeout: 600_000 }).toBe(first + count);
}

/** Milliseconds from asking for a page to having what `shown` waits for: the least and the median. */
async function timed(page: Page, address: string, shown: () => Promise<void>): Promise<string> {
  const times: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    await page.goto("/about");
    const from = performance.now();
    await page.goto(address);
    await shown();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return `${times[0]?.toFixed(0)} | ${times[Math.floor(REPETITIONS / 2)]?.toFixed(0)}`;
}

/** Not a test of behaviour: prints numbers for docs/measurements.md. */
test("explorer and gallery on a full chain", async ({ page, api, receipts, registry, magika }) => {
  test.setTimeout(3_600_000);
  const gas = api.registry.createType("WeightV2", { refTime: 3_000_000_000n, proofSize: 200_000n });
  const anchor = receipts.inner.tx["anchor"];
  const publish = registry.inner.tx["publishModel"];
  if (anchor === undefined || publish === undefined) throw new Error("a contract lacks its message");
  const started = performance.now();
  const options = { gasLimit: gas, storageDepositLimit: null };
  await fill(api, MODELS, (index) => {
    const manifest = { ...magika.manifest, name: `Load ${index}`, publisher: toHex(developer("Ferdie").publicKey) };
    return publish(options, toHex(utf8(canonical(manifest as Json))), `0x${"00".repeat(32)}`, null);
  });
  const last = toHex(randomBytes(32));
  await fill(api, ANCHORS, (index) => anchor(options, index + 1 === ANCHORS ? last : toHex(randomBytes(32))));
  const held = (await registry.read(developer("Ferdie"), "models", 0, 1)) as { total: number };
  const anchored = (await receipts.read(developer("Ferdie"), "anchors", 0, 1)) as { total: number };
  expect(held.total).toBeGreaterThanOrEqual(MODELS);
  expect(anchored.total).toBeGreaterThanOrEqual(ANCHORS);
  console.log(`filled in ${((performance.now() - started) / 1000).toFixed(0)} s: ${held.total} models, ${anchored.total} anchors, block ${(await api.rpc.chain.getHeader()).number.toNumber()}`); // prettier-ignore

  const cell = (text: string) => async () => void (await page.locator(`[data-id="${text}"]`).first().waitFor());
  const rows = async () => void (await page.getByRole("row").nth(2).waitFor());
  const middle = Math.floor(anchored.total / 2);
  const pages: [string, string, () => Promise<void>][] = [
    ["gallery", "/", async () => void (await page.locator(".cards li").nth(5).waitFor())],
    ["overview", "/explore", async () => void (await page.getByTestId("explore-counts").getByText("Models").waitFor())],
    ["models", "/explore/models", rows],
    ["publishers", "/explore/publishers", async () => void (await page.getByRole("row").nth(1).waitFor())],
    ["anchors, the newest", "/explore/anchors", cell(last)],
    ["anchors, in the middle", `/explore/anchors?before=${middle}`, rows],
    ["one anchored receipt", `/explore/receipt/${last}`, cell(last)],
    ["blocks", "/explore/blocks", rows],
    ["events", "/explore/events", rows],
  ];
  console.log(`| page | least, ms | median of ${REPETITIONS}, ms |\n| --- | ---: | ---: |`);
  for (const [name, address, shown] of pages) console.log(`| ${name} | ${await timed(page, address, shown)} |`);
});
