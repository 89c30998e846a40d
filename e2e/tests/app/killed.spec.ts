import type { Page } from "@playwright/test";
import path from "node:path";
import { connect, developer } from "../../lib/chain.ts";
import { Contract } from "../../lib/contract.ts";
import { deployments } from "../../lib/deployment.ts";
import { need } from "../../lib/environment.ts";
import { look } from "../../lib/look.ts";
import { LocalNode } from "../../lib/node.ts";
import { readBundle } from "../../lib/reading.ts";
import { toHex, utf8 } from "../../protocol/bytes.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { expect, sample, signedRun, test } from "./fixtures.ts";

const alice = developer("Alice");
const ZERO = `0x${"00".repeat(32)}`;

// The service worker would answer for the list of deployments, which these tests replace.
test.use({ serviceWorkers: "block" });

/** The page's node is one that can be killed: a chain of its own with the contracts and the sample model on it. */
async function standIn(page: Page, folder: string, manifest: Json) {
  const options = { basePath: path.join(folder, "chain") };
  let node = await LocalNode.start(options);
  const api = await connect(node.ws);
  const registry = await Contract.deploy(api, alice, "registry", []);
  const genesis = api.genesisHash.toHex();
  const receipts = await Contract.deploy(api, alice, "receipts", [genesis, registry.account]);
  const { answer } = await registry.call(alice, "publishModel", toHex(utf8(canonical(manifest))), ZERO, null);
  await api.disconnect();
  const [listed] = deployments();
  if (listed === undefined) throw new Error("no deployment is listed");
  const here = { ...listed, name: "Killed", genesis, registry: registry.account, receipts: receipts.account };
  const list = { deployments: [{ ...here, disputes: null }], format: "countersign/deployments/1" };
  await page.route("**/deployments.json", (route) => route.fulfill({ json: list }));
  /** What happens at the moment at which the page hands over a transaction; once. */
  let atSubmit: ((pass: () => Promise<void>) => Promise<void>) | undefined;
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, async (route) => {
    const pass = () => route.fetch({ url: node.http });
    try {
      const submit = (route.request().postData() ?? "").includes("author_submitExtrinsic");
      if (submit && atSubmit !== undefined) {
        const now = atSubmit;
        atSubmit = undefined;
        await now(async () => void (await pass()));
        return await route.abort("connectionreset");
      }
      await route.fulfill({ response: await pass() });
    } catch {
      // Nobody is there, or the page has gone meanwhile.
      await route.abort("connectionrefused").catch(() => undefined);
    }
  });
  return {
    model: (answer as { ok: string }).ok,
    kill: () => node.kill(),
    revive: async () => {
      node = await LocalNode.start(options);
    },
    stop: () => node.stop(),
    atSubmit: (what: NonNullable<typeof atSubmit>) => {
      atSubmit = what;
    },
    /** How many batches the contract holds. */
    batches: async () => {
      const now = await connect(node.ws);
      const page = (await Contract.at(now, "receipts", receipts.address).read(alice, "batches", 0, 1)) as {
        total: number;
      };
      await now.disconnect();
      return page.total;
    },
  };
}

for (const arrived of [false, true])
  test(`the node is killed with a batch in flight${arrived ? ", the batch already in a block" : ""}: the proofs survive, and every receipt is anchored in the end`, async ({
    page,
    run,
    sign,
    keeping,
    verify,
    magika,
    folder,
  }) => {
    const chain = await standIn(page, folder, magika.manifest);
    const own = { ...magika, id: chain.model as typeof magika.id };
    for (const file of ["e2e/package.json", "README.md"]) {
      await signedRun({ run, sign, magika: own }, sample(file));
      await expect(page.getByTestId("kept")).toHaveAttribute("data-state", "kept");
    }
    await keeping.open();
    await expect(page.getByTestId("queue")).toHaveAttribute("data-count", "2");
    chain.atSubmit(async (pass) => {
      if (arrived) {
        await pass();
        await expect.poll(chain.batches).toBe(1);
      }
      await chain.kill();
    });
    await page.getByRole("button", { name: "Anchor all in one transaction" }).click();
    await expect(keeping.queueState).toHaveAttribute("data-state", "waiting");
    for (const place of [0, 1]) await expect(keeping.lines.nth(place)).not.toHaveAttribute("data-state", "anchored");
    await look(page, `killed-${arrived ? "after" : "before"}`, [320, 1280]);

    // A new page, and still no node: the proofs are there.
    await page.reload();
    const saved: Uint8Array[] = [];
    for (const place of [0, 1]) {
      await keeping.open();
      await keeping.show(place);
      saved.push(await keeping.save());
    }
    const roots = saved.map((bytes) => readBundle(bytes).bundle.anchors.map(({ root, size }) => [toHex(root), size]));
    expect(roots[0]).toHaveLength(1);
    expect(roots[0]).toEqual(roots[1]);

    await keeping.open();
    await chain.revive();
    await expect(page.getByTestId("chain-status")).toContainText("Killed");
    if (arrived) {
      // Nothing has to be sent again: the chain holds it.
      for (const place of [0, 1]) await expect(keeping.lines.nth(place)).toHaveAttribute("data-state", "anchored");
    } else {
      await page.getByRole("button", { name: "Anchor all in one transaction" }).click();
      await expect(keeping.queueState).toHaveAttribute("data-state", "finalised");
    }
    expect(await chain.batches()).toBe(1);
    // What was saved while nobody knew whether it was anchored shows it now.
    for (const bytes of saved) {
      await verify.open();
      await verify.receipt({ name: "receipt.json", bytes });
      await verify.expectVerdict("valid");
      await verify.expectRow("anchor", "ok", /as part of a batch/);
    }
    await chain.stop();
  });
