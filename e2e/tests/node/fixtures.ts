import { test as base } from "@playwright/test";
import type { ApiPromise } from "@polkadot/api";
import { connect, developer } from "../../lib/chain.ts";
import { Contract } from "../../lib/contract.ts";
import { LocalNode } from "../../lib/node.ts";
import type { Place } from "../../lib/receipt.ts";

/** A node of its own for every worker, with all contracts deployed once. */
type WorkerFixtures = {
  node: LocalNode;
  api: ApiPromise;
  registry: Contract;
  receipts: Contract;
  /** With a long window, long clocks and a bond of 5 units. */
  disputes: Contract;
  /** Where receipts for {@link WorkerFixtures.receipts} are signed. */
  place: Place;
};

export const alice = developer("Alice");
export const bob = developer("Bob");
export const charlie = developer("Charlie");

export const test = base.extend<object, WorkerFixtures>({
  node: [
    async ({}, use) => {
      const node = await LocalNode.start({ blockTimeMs: 500 });
      await use(node);
      await node.stop();
    },
    { scope: "worker" },
  ],
  api: [
    async ({ node }, use) => {
      const api = await connect(node.ws);
      await use(api);
      await api.disconnect();
    },
    { scope: "worker" },
  ],
  registry: [async ({ api }, use) => use(await Contract.deploy(api, alice, "registry", [])), { scope: "worker" }],
  receipts: [
    async ({ api, registry }, use) =>
      use(await Contract.deploy(api, alice, "receipts", [api.genesisHash.toHex(), registry.account])),
    { scope: "worker" },
  ],
  disputes: [
    async ({ api, registry, receipts }, use) => {
      const [genesis, bond] = [api.genesisHash.toHex(), 5_000_000_000_000n];
      await use(
        await Contract.deploy(api, alice, "disputes", [genesis, registry.account, receipts.account, 1_000, 500, bond]),
      );
    },
    { scope: "worker" },
  ],
  place: [
    async ({ api, receipts }, use) => use({ genesis: api.genesisHash.toHex(), contract: receipts.account }),
    { scope: "worker" },
  ],
});

export { expect } from "@playwright/test";
