import { connect, balance, eventNames, submit } from "../../lib/chain.ts";
import { LocalNode, withFolder } from "../../lib/node.ts";
import { alice, bob, expect, test } from "./fixtures.ts";

const UNIT = 1_000_000_000_000n;

test("@polkadot/api reads the chain's name, properties and pallets", async ({ api }) => {
  expect((await api.rpc.system.chain()).toString()).toBe("Countersign local");
  expect(api.registry.chainDecimals).toEqual([12]);
  expect(api.tx["contracts"]?.["call"]).toBeDefined();
  expect(api.call["contractsApi"]?.["call"]).toBeDefined();
});

test("blocks pass without transactions, and are final", async ({ api }) => {
  const first = (await api.rpc.chain.getHeader()).number.toNumber();
  await expect.poll(async () => (await api.rpc.chain.getHeader()).number.toNumber()).toBeGreaterThan(first + 1);
  const final = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
  expect(final.number.toNumber()).toBeGreaterThan(first);
});

test("a transfer is sealed at once and moves exactly its amount", async ({ api }) => {
  const transfer = api.tx["balances"]?.["transferKeepAlive"];
  if (transfer === undefined) throw new Error("no balances pallet");
  const before = await balance(api, bob.address);
  const { result } = await submit(api, transfer(bob.address, 3n * UNIT), alice);
  expect(eventNames(result.events)).toContain("balances.Transfer");
  expect((await balance(api, bob.address)) - before).toBe(3n * UNIT);
});

test("a transfer of more than there is fails with the chain's own reason", async ({ api }) => {
  const transfer = api.tx["balances"]?.["transferAllowDeath"];
  if (transfer === undefined) throw new Error("no balances pallet");
  await expect(submit(api, transfer(alice.address, 10n ** 30n), bob)).rejects.toThrow(/FundsUnavailable|Underflow/);
});

test("two fresh chains never share a genesis hash", async ({ api }) => {
  const other = await LocalNode.start();
  const second = await connect(other.ws);
  expect(second.genesisHash.toHex()).not.toBe(api.genesisHash.toHex());
  await second.disconnect();
  await other.stop();
});

test("a chain survives the restart of its node", async () => {
  await withFolder(async (folder) => {
    const first = await LocalNode.start({ basePath: folder });
    let api = await connect(first.ws);
    const genesis = api.genesisHash.toHex();
    const transfer = api.tx["balances"]?.["transferKeepAlive"];
    if (transfer === undefined) throw new Error("no balances pallet");
    const { block, blockHash } = await submit(api, transfer(bob.address, UNIT), alice);
    const held = await balance(api, bob.address);
    await api.disconnect();
    expect(await first.stop()).toBe(0);

    const second = await LocalNode.start({ basePath: folder });
    api = await connect(second.ws);
    expect(api.genesisHash.toHex()).toBe(genesis);
    expect((await api.rpc.chain.getBlockHash(block)).toHex()).toBe(blockHash);
    expect(await balance(api, bob.address)).toBe(held);
    await api.disconnect();
    await second.stop();
  });
});
