import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { KeyringPair } from "@polkadot/keyring/types";
import { H, type Hex, tagged, toHex, utf8 } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { canonical } from "../../protocol/json.ts";
import { balance, submit } from "../../lib/chain.ts";
import { type Called, Contract, type Cost } from "../../lib/contract.ts";
import { exactRoot, type Game, games, hex, moveOf, type Registered } from "../../lib/games.ts";
import {
  type Place,
  polkadotSigner,
  type Signed,
  signClaim,
  type Signer,
  signReceipt,
  viemSigner,
} from "../../lib/receipt.ts";
import { alice, bob, charlie, expect, test as base } from "./fixtures.ts";

const BOND = 5_000_000_000_000n;
const EXACT_ENGINE = toHex(H(tagged("countersign/exact/1")));
const BURN = toHex(H(tagged("countersign/burn/1")));
/** Picoseconds: 1 % of a block of 2 s (X3). */
const SHARE = 20_000_000_000n;
/** ink's buffer, in bytes (X3). */
const BUFFER = 16_384;

type Stake = { signed: Signed; registered: Registered; assertion: Record<string, unknown> };
type Table = {
  /** A contract of its own, with a window and clocks in blocks. */
  deploy: (window: number, clock: number) => Promise<Contract>;
  /** Publishes a game's program, signs its false receipt, anchors it; `account` will put it at stake. */
  stake: (disputes: Contract, game: Game, signer: Signer, account: KeyringPair) => Promise<Stake>;
  /** Lets blocks pass until one has this number. */
  until: (block: number) => Promise<void>;
};

const test = base.extend<Table>({
  deploy: async ({ api, registry, receipts }, use) =>
    use((window, clock) =>
      Contract.deploy(
        api,
        alice,
        "disputes",
        [api.genesisHash.toHex(), registry.account, receipts.account, window, clock, BOND],
        toHex(randomBytes(8)),
      ),
    ),
  stake: async ({ registry, receipts, place }, use) =>
    use(async (disputes, game, signer, account) => {
      const manifest = utf8(canonical({ format: "countersign/manifest/1", name: toHex(randomBytes(8)) }));
      const published = await registry.call(alice, "publishModel", toHex(manifest), exactRoot(game), null);
      const { ok: model } = published.answer as { ok: Hex };
      const run = { model, engine: EXACT_ENGINE, input: hex(game.input), output: hex(game.output), beacon: ZERO32 };
      const signed = await signReceipt(signer, place, { ...run, lane: "exact" });
      await receipts.call(charlie, "anchor", signed.sealedId);
      return {
        signed,
        registered: { publisher: toHex(alice.publicKey), manifest: toHex(H(manifest)) },
        assertion: await assertionOf(signed, signer, { ...place, contract: disputes.account }, account),
      };
    }),
  until: async ({ api }, use) =>
    use(async (block) => {
      const now = async () => (await api.rpc.chain.getHeader()).number.toNumber();
      await expect.poll(now).toBeGreaterThanOrEqual(block);
    }),
});

async function assertionOf(signed: Signed, signer: Signer, disputes: Place, account: KeyringPair) {
  const claim = () => signClaim(signer, disputes, signed.receiptId as Hex, toHex(account.publicKey));
  return {
    attester: signed.attesterArg,
    statement: signed.statement,
    signature: signed.signatureArg,
    authorisation: signer.attester.kind === "secp256k1" ? await claim() : null,
    batch: null,
  };
}

/** The name of a refusal, with the names inside it: `claim.move.inTime`. */
function err(called: Called): string | undefined {
  const names = (value: unknown): string[] => {
    if (typeof value === "string") return [value.charAt(0).toLowerCase() + value.slice(1)];
    const [entry] = Object.entries((value ?? {}) as object);
    return entry === undefined ? [] : [entry[0], ...names(entry[1])];
  };
  const { err: error } = called.answer as { err?: unknown };
  return error === undefined ? undefined : names(error).join(".");
}

/** Plays a recorded game to its end; answers what each move cost. */
async function playOut(disputes: Contract, game: Game, stake: Stake, sides: { A: KeyringPair; C: KeyringPair }) {
  const costs: { move: string; cost: Cost }[] = [];
  let last: Called | undefined;
  for (const entry of game.moves) {
    const made = moveOf(entry, stake.registered);
    last = await disputes.call(sides[entry.side], "play", stake.signed.receiptId, 0, entry.turn, made);
    expect(err(last), `${entry.move} of ${game.program}`).toBeUndefined();
    costs.push({ move: entry.move, cost: last.cost });
  }
  return { costs, last };
}

const all = games();
/** The shortest, one with running values, the longest: every recorded game is played over the rules without a chain. */
const shown = [0, 5, all.length - 1].map((index) => all[index]).filter((game) => game !== undefined);

for (const [index, game] of shown.entries()) {
  const kind = index % 2 === 0 ? "secp256k1" : "sr25519";
  test(`X2, X3, X5: a liar with a ${kind} key loses the game "${game.program}" on the chain`, async ({
    api,
    deploy,
    stake,
  }) => {
    const disputes = await deploy(1_000, 500);
    const signer = kind === "secp256k1" ? viemSigner(toHex(randomBytes(32))) : polkadotSigner(bob);
    const claim = await stake(disputes, game, signer, bob);
    const { receiptId } = claim.signed;
    const asserted = await disputes.pay(bob, BOND, "assert", claim.assertion);
    expect(asserted.answer).toEqual({ ok: receiptId });
    const challenged = await disputes.pay(charlie, BOND, "challenge", receiptId);
    expect(challenged.answer).toEqual({ ok: 0 });
    const burnedBefore = await balance(api, BURN);
    const { costs, last } = await playOut(disputes, game, claim, { A: bob, C: charlie });
    expect(last?.events.map(({ name }) => name)).toEqual(["Played", "Refuted"]);
    expect(await disputes.read(bob, "claim", receiptId)).toMatchObject({ claim: { standing: "False", openGames: 0 } });
    expect((await balance(api, BURN)) - burnedBefore, "half of the bond is burned").toBe(BOND / 2n);
    expect(BigInt(String(await disputes.read(bob, "due", toHex(charlie.publicKey))))).toBe(BOND + BOND / 2n);
    expect(BigInt(String(await disputes.read(bob, "due", toHex(bob.publicKey))))).toBe(0n);
    await disputes.call(charlie, "withdraw");
    expect(err(await disputes.call(charlie, "withdraw"))).toBe("nothingDue");
    const ledger = (await disputes.read(bob, "ledger")) as Record<string, string | number>;
    const sum = (names: string[]) => names.map((name) => BigInt(ledger[name] ?? 0)).reduce((a, b) => a + b, 0n);
    expect(sum(["held", "due", "burning"])).toBe(0n);
    expect(sum(["received"])).toBe(sum(["burned", "paid"]));
    for (const { move, cost } of costs) {
      expect(cost.bytes, `bytes of ${move}`).toBeLessThan(BUFFER);
      expect(cost.refTime, `weight of ${move}`).toBeLessThan(SHARE);
      expect(cost.deposit, `${move} moves no deposit`).toBe(0n);
    }
    record(game.program, [
      { move: "assert", cost: asserted.cost },
      { move: "challenge", cost: challenged.cost },
      ...costs,
    ]);
  });
}

/** Keeps what was measured, for the tables of the documentation. */
function record(program: string, costs: { move: string; cost: Cost }[]): void {
  const folder = path.resolve(import.meta.dirname, "../../artefacts/disputes");
  mkdirSync(folder, { recursive: true });
  const plain = costs.map(({ move, cost }) => ({ move, ...cost }));
  const text = JSON.stringify(plain, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value), 1);
  writeFileSync(path.join(folder, `${program.replaceAll(/\W+/g, "-")}.json`), text);
}

test("5.1: what may not be put at stake is refused by name, and nothing is paid", async ({
  deploy,
  stake,
  place,
  receipts,
}) => {
  const game = all[0];
  if (game === undefined) throw new Error("no games");
  const disputes = await deploy(1_000, 500);
  const signer = viemSigner(toHex(randomBytes(32)));
  const { signed, assertion } = await stake(disputes, game, signer, bob);
  const refused = async (by: KeyringPair, value: bigint, changed: Record<string, unknown>) =>
    err(await disputes.pay(by, value, "assert", { ...assertion, ...changed }));
  expect(await refused(bob, BOND - 1n, {})).toBe("value");
  expect(await refused(charlie, BOND, {})).toBe("authorisation.signatureInvalid");
  expect(await refused(bob, BOND, { authorisation: null })).toBe("authorisationMissing");
  const elsewhere = await assertionOf(signed, signer, place, bob);
  expect(await refused(bob, BOND, elsewhere)).toBe("authorisation.signatureInvalid");
  const other = { ...signed.statement, salt: toHex(randomBytes(32)) };
  expect(await refused(bob, BOND, { statement: other })).toBe("receipt.signatureInvalid");
  const replay = await signReceipt(polkadotSigner(bob), place);
  const inDisputes = { ...place, contract: disputes.account };
  expect(await refused(bob, BOND, await assertionOf(replay, polkadotSigner(bob), inDisputes, bob))).toBe("lane");
  const unanchored = await signReceipt(polkadotSigner(bob), place, { engine: EXACT_ENGINE, lane: "exact" });
  const late = await assertionOf(unanchored, polkadotSigner(bob), inDisputes, bob);
  expect(await refused(bob, BOND, late)).toBe("notAnchored");
  await receipts.call(charlie, "anchor", unanchored.sealedId);
  expect(await refused(bob, BOND, late)).toBe("modelUnknown");
  expect(await disputes.read(bob, "claims", 0, 50)).toEqual({ items: [], total: 0 });
  expect((await disputes.pay(bob, BOND, "assert", assertion)).answer).toEqual({ ok: signed.receiptId });
  expect(await refused(bob, BOND, {})).toBe("claimExists");
});

test("clocks: a silent challenger loses half of its bond, the claim becomes final and its bond returns", async ({
  api,
  deploy,
  stake,
  until,
}) => {
  const game = all[0];
  const first = game?.moves[0];
  if (game === undefined || first === undefined) throw new Error("no games");
  const disputes = await deploy(12, 6);
  const signer = polkadotSigner(bob);
  const claim = await stake(disputes, game, signer, bob);
  const { receiptId } = claim.signed;
  const asserted = await disputes.pay(bob, BOND, "assert", claim.assertion);
  await disputes.pay(charlie, BOND, "challenge", receiptId);
  const opened = await disputes.call(bob, "play", receiptId, 0, 0, moveOf(first, claim.registered));
  expect(err(await disputes.call(alice, "timeout", receiptId, 0))).toBe("claim.move.inTime");
  await until((opened.block ?? 0) + 7);
  const ended = await disputes.call(alice, "timeout", receiptId, 0);
  expect(ended.answer).toMatchObject({ ok: { side: "Challenger", made: null, winner: "Asserter" } });
  await until((asserted.block ?? 0) + 13);
  expect((await disputes.call(alice, "finalise", receiptId)).events.map(({ name }) => name)).toEqual(["Finalised"]);
  expect(BigInt(String(await disputes.read(bob, "due", toHex(bob.publicKey))))).toBe(BOND + BOND / 2n);
  const before = await balance(api, bob.address);
  await disputes.call(bob, "withdraw");
  expect((await balance(api, bob.address)) - before).toBeGreaterThan(BOND);
  const gone = err(await disputes.pay(charlie, BOND, "challenge", receiptId));
  expect(gone).toBe("claim.closed.final");
});

test("a constructor whose bond cannot be halved or paid out is refused", async ({ api, registry, receipts }) => {
  for (const [clock, bond] of [
    [500, 1n],
    [0, BOND],
  ] as const) {
    const given = [api.genesisHash.toHex(), registry.account, receipts.account, 1_000, clock, bond];
    await expect(Contract.deploy(api, alice, "disputes", given)).rejects.toThrow();
  }
});

test("gifts change no account of it: what is there may exceed what is owed (X5)", async ({ api, deploy }) => {
  const disputes = await deploy(1_000, 500);
  const transfer = api.tx["balances"]?.["transferKeepAlive"];
  if (transfer === undefined) throw new Error("no balances pallet");
  await submit(api, transfer(disputes.address, BOND), alice);
  expect(await disputes.read(bob, "ledger")).toMatchObject({ received: 0, held: 0, due: 0, burned: 0 });
  expect(err(await disputes.call(bob, "withdraw"))).toBe("nothingDue");
  expect(err(await disputes.call(bob, "burn"))).toBe("nothingDue");
});
