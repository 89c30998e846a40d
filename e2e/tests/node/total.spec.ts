import { concat, fromHex, toHex } from "../../protocol/bytes.ts";
import type { Contract } from "../../lib/contract.ts";
import { Dice, randomScale } from "../../lib/scale.ts";
import { submit } from "../../lib/chain.ts";
import { alice, expect, test } from "./fixtures.ts";

const SEED = 0xc0_17_e5_16n;
const ROUNDS = 40;
/** ink's buffer, in bytes; the selector is part of the input. */
const BUFFER = 16_384;

const messages = (contract: Contract) => contract.inner.abi.messages;
const selector = (message: { selector: { toU8a(): Uint8Array } }): Uint8Array => message.selector.toU8a();

for (const name of ["registry", "receipts", "disputes"] as const) {
  test(`C1: no message of ${name} traps on any input up to ink's buffer`, async ({ registry, receipts, disputes }) => {
    const contract = { registry, receipts, disputes }[name];
    const dice = new Dice(SEED);
    for (const message of messages(contract)) {
      const lengths = [0, 1, BUFFER - 4, ...Array.from({ length: ROUNDS }, () => dice.upTo(BUFFER - 4))];
      for (const length of lengths) {
        const input = concat(selector(message), dice.bytes(length));
        const outcome = await contract.raw(alice, input);
        expect(outcome.kind, `${message.identifier} on ${toHex(input.slice(0, 40))}…, ${length} bytes`).not.toBe(
          "failed",
        );
      }
    }
  });

  test(`C1: no message of ${name} traps on random arguments of its own types`, async ({
    registry,
    receipts,
    disputes,
  }) => {
    const contract = { registry, receipts, disputes }[name];
    const dice = new Dice(SEED + 1n);
    for (const message of messages(contract)) {
      for (let round = 0; round < ROUNDS; round++) {
        const room = [64, 4_000, 12_288, 15_000][round % 4] ?? 64;
        const args = message.args.map(({ type }) => {
          const id = type.lookupIndex;
          if (id === undefined) throw new Error(`${message.identifier} has an argument without a type`);
          return randomScale(contract.inner.abi.registry, id, dice, room);
        });
        const input = concat(selector(message), ...args);
        if (input.length > BUFFER) continue;
        const outcome = await contract.raw(alice, input);
        const what = `${message.identifier} on ${toHex(input.slice(0, 40))}…`;
        expect(outcome.kind, what).not.toBe("failed");
        if (outcome.kind !== "failed") expect(outcome.data[0], `${what} was decoded`).toBe(0);
      }
    }
  });

  test(`C1: an unknown selector and an input beyond ink's buffer change nothing in ${name}`, async ({
    api,
    registry,
    receipts,
    disputes,
  }) => {
    const contract = { registry, receipts, disputes }[name];
    const dice = new Dice(SEED + 2n);
    const inputs = [new Uint8Array(), Uint8Array.of(0xff), fromHex("0xdeadbeef"), dice.bytes(BUFFER)];
    const first = messages(contract).find((message) => message.isMutating);
    if (first === undefined) throw new Error(`${name} has no message that changes anything`);
    inputs.push(concat(selector(first), dice.bytes(BUFFER)), concat(selector(first), dice.bytes(100_000)));
    const call = api.tx["contracts"]?.["call"];
    if (call === undefined) throw new Error("no contracts pallet");
    const weight = { refTime: 100_000_000_000n, proofSize: 3_000_000n };
    const state = async (): Promise<string> =>
      JSON.stringify(await Promise.all(lists(name).map((list) => contract.read(alice, list, 0, 50))));
    const before = await state();
    for (const input of inputs) {
      expect((await contract.raw(alice, input)).kind).not.toBe("answered");
      await expect(submit(api, call(contract.address, 0, weight, null, toHex(input)), alice)).rejects.toThrow(
        /contracts\./,
      );
    }
    expect(await state()).toBe(before);
  });

  const payable = name === "disputes" ? ["assert", "challenge"] : [];
  test(`C4: no message of ${name} takes value${payable.length > 0 ? " but bonds" : ""}`, async ({
    registry,
    receipts,
    disputes,
  }) => {
    const contract = { registry, receipts, disputes }[name];
    const dice = new Dice(SEED + 3n);
    const held = await contract.balance();
    for (const message of messages(contract)) {
      expect(message.isPayable ?? false, message.identifier).toBe(payable.includes(message.identifier));
      const args = message.args.map(({ type }) =>
        randomScale(contract.inner.abi.registry, type.lookupIndex ?? 0, dice, 32),
      );
      const input = concat(selector(message), ...args);
      expect((await contract.raw(alice, input, 1_000_000_000_000n)).kind, message.identifier).not.toBe("answered");
    }
    expect(contract.inner.abi.constructors.map((constructor) => constructor.isPayable)).toEqual([false]);
    expect(await contract.balance()).toBe(held);
  });
}

const lists = (name: "registry" | "receipts" | "disputes"): string[] =>
  ({
    registry: ["models", "engines"],
    receipts: ["anchors", "batches", "attestations", "revocations", "disownments"],
    disputes: ["claims"],
  })[name];
