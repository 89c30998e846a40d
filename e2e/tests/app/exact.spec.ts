import { mkdir, readFile, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { H, type Hex, tagged, toHex } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { developer } from "../../lib/chain.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { inputFlags, programs, publish, type Written, write } from "../../lib/exact.ts";
import { games, hex, moveOf } from "../../lib/games.ts";
import { polkadotSigner, signReceipt } from "../../lib/receipt.ts";
import { expect, test as base } from "./fixtures.ts";

const BOND = 5_000_000_000_000n;
const [alice, bob, dave] = [developer("Alice"), developer("Bob"), developer("Dave")];

const test = base.extend<{ deploy: (window: number, clock: number) => Promise<Contract> }>({
  deploy: async ({ api, registry, receipts }, use) =>
    use((window, clock) => {
      const given = [api.genesisHash.toHex(), registry.account, receipts.account, window, clock, BOND];
      return Contract.deploy(api, alice, "disputes", given, toHex(randomBytes(8)));
    }),
});

/** Runs a command that must succeed, and gives what it said on the way and in the end. */
async function done(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(args);
  expect(code, `countersign ${args.join(" ")}: ${stderr}`).toBe(EXIT.ok);
  return stderr + stdout;
}

/** Runs a command that must fail, and say why. */
async function fails(args: readonly string[], why: RegExp): Promise<void> {
  const { code, stderr } = await cli(args);
  expect(code, `countersign ${args.join(" ")}`).not.toBe(EXIT.ok);
  expect(stderr).toMatch(why);
}

/** An honest run, signed by a development account and anchored: the run record and the bundle. */
async function signedRun(folder: string, written: Written, model: Hex, account: string) {
  const [run, bundle] = [path.join(folder, "run.json"), path.join(folder, "bundle.json")];
  const files = ["--models", folder];
  await done(["run", "--model", model, ...files, ...inputFlags(written), "--lane", "exact", "--save", run]);
  await done(["receipt", "sign", run, "--suri", account, "--output", bundle]);
  await done(["receipt", "anchor", bundle, "--suri", account]);
  return { run, bundle };
}

test("a receipt of the Exact lane: published with its program, run, signed, anchored, computed again", async ({
  verify,
  folder,
}) => {
  const [program] = programs();
  if (program === undefined) throw new Error("no programs");
  const written = await write(folder, program, "lane");
  const model = await publish(written, "//Dave");
  const { bundle } = await signedRun(folder, written, model, "//Dave");
  const asked = ["verify", bundle, ...inputFlags(written), "--models", folder];
  const judged = await cliJson<{ verdict: string; rows: { row: string; state: string; sentence: string }[] }>(asked);
  expect(judged).toMatchObject({ code: EXIT.ok, json: { verdict: "valid" } });
  const row = judged.json.rows.find(({ row }) => row === "computation");
  expect(row).toMatchObject({ state: "ok" });
  expect(row?.sentence).toContain("bit for bit");
  await verify.open();
  await verify.receipt({ name: "bundle.json", bytes: new Uint8Array(await readFile(bundle)) });
  await verify.expectVerdict("valid");
});

test("X2: the command line challenges a lie, keeps what it must between its moves, and wins", async ({
  deploy,
  receipts,
  place,
  folder,
}) => {
  const game = games().at(-1);
  const program = programs().find(({ name }) => name === game?.program);
  if (game === undefined || program === undefined) throw new Error("no such game");
  const written = await write(folder, program, "lie");
  const model = await publish(written, "//Dave");
  const disputes = await deploy(1_000, 500);
  const engine = toHex(H(tagged("countersign/exact/1")));
  const lie = { model, engine, input: hex(game.input), output: hex(game.output), beacon: ZERO32 };
  const signed = await signReceipt(polkadotSigner(bob), place, { ...lie, lane: "exact" });
  await receipts.call(bob, "anchor", signed.sealedId);
  const receipt = path.join(folder, "receipt.json");
  await writeFile(receipt, signed.file);
  const contract = ["--disputes", disputes.address];
  const staking = [...contract, "--models", folder];
  await done(["claim", "assert", receipt, ...staking, "--suri", "//Bob"]);
  await done(["claim", "challenge", signed.receiptId, ...staking, "--suri", "//Charlie"]);
  const known = ["--model", model, "--models", folder, ...inputFlags(written), "--state", folder];
  const play = ["claim", "play", signed.receiptId, ...contract, ...known, "--suri", "//Charlie", "--once"];
  const registered = { publisher: toHex(dave.publicKey), manifest: written.digest };
  let said = "";
  for (const entry of game.moves) {
    if (entry.side === "A") {
      const made = moveOf(entry, registered);
      const { answer } = await disputes.call(bob, "play", signed.receiptId, 0, entry.turn, made);
      expect(answer, entry.move).toHaveProperty("ok");
    } else {
      // A program of its own for each move: nothing but the folder is kept between them.
      said = await done(play);
      expect(said).toContain(`turn ${entry.turn}: ${entry.move}`);
    }
  }
  expect(said).toContain("and won");
  expect(said).toContain("the claim is false");
  const withdrawn = await cliJson<{ withdrawn: string }>(["claim", "withdraw", ...contract, "--suri", "//Charlie"]);
  expect(withdrawn.json.withdrawn).toBe(String(BOND + BOND / 2n));
  expect(await done(["claim", "list", ...contract])).toContain("false");
  expect(await done(["claim", "list"]), "the deployment's own contract").not.toContain(signed.receiptId);
});

test("X2, X4: an honest asserter answers, wins against a silent challenger, and gets its bond back", async ({
  deploy,
  folder,
}) => {
  const [program] = programs();
  if (program === undefined) throw new Error("no programs");
  const written = await write(folder, program, "honest");
  const model = await publish(written, "//Eve");
  const { run, bundle } = await signedRun(folder, written, model, "//Eve");
  const disputes = await deploy(10, 4);
  const contract = ["--disputes", disputes.address];
  const asked = ["claim", "assert", bundle, ...contract, "--models", folder, "--suri", "//Eve"];
  const staked = await cliJson<{ receipt: Hex }>(asked);
  expect(staked.code, staked.stderr).toBe(EXIT.ok);
  const { receipt } = staked.json;
  expect((await disputes.pay(bob, BOND, "challenge", receipt)).answer).toEqual({ ok: 0 });
  const known = ["--model", model, "--models", folder, ...inputFlags(written), "--run", run, "--every", "1"];
  const said = await done(["claim", "play", receipt, ...contract, ...known, "--suri", "//Eve"]);
  expect(said).toContain("turn 0: open_trace");
  expect(said).toContain("the other side let its clock run out");
  expect(said).toContain("nobody refuted the claim in time");
  expect(said).toContain("the claim is final");
  expect((await cli(["claim", "finalise", receipt, ...contract, "--suri", "//Eve"])).stderr).toContain("final");
  const withdrawn = await cliJson<{ withdrawn: string }>(["claim", "withdraw", ...contract, "--suri", "//Eve"]);
  expect(withdrawn.json.withdrawn).toBe(String(BOND + BOND / 2n));
});

test("2.6: no bond goes to a claim whose model's file is not here, or compiles to another program", async ({
  deploy,
  registry,
  receipts,
  place,
  folder,
}) => {
  const [program] = programs();
  if (program === undefined) throw new Error("no programs");
  const written = await write(folder, program, "another program");
  const manifest = toHex(new Uint8Array(await readFile(written.manifest)));
  const published = await registry.call(dave, "publishModel", manifest, toHex(randomBytes(32)), null);
  const { ok: model } = published.answer as { ok: Hex };
  const disputes = await deploy(1_000, 500);
  const engine = toHex(H(tagged("countersign/exact/1")));
  const signed = await signReceipt(polkadotSigner(bob), place, { model, engine, beacon: ZERO32, lane: "exact" });
  await receipts.call(bob, "anchor", signed.sealedId);
  const [receipt, replay] = [path.join(folder, "receipt.json"), path.join(folder, "replay.json")];
  const empty = path.join(folder, "empty");
  await writeFile(receipt, signed.file);
  await mkdir(empty);
  const contract = ["--disputes", disputes.address];
  const missing = /model\.onnx is not at hand: .* folder named by --models/;
  const other = /the registry names another one/;
  const assert = ["claim", "assert", receipt, ...contract, "--suri", "//Bob"];
  await fails([...assert, "--models", empty], missing);
  await fails([...assert, "--models", folder], other);
  await writeFile(replay, (await signReceipt(polkadotSigner(bob), place, { model })).file);
  await fails(["claim", "assert", replay, ...contract, "--suri", "//Bob"], /only receipts of the lane Exact/);
  expect(await disputes.read(bob, "claims", 0, 50)).toEqual({ items: [], total: 0 });

  // The contract compiles nothing: such a claim can be there.
  const { attesterArg: attester, statement, signatureArg: signature } = signed;
  const assertion = { attester, statement, signature, authorisation: null, batch: null };
  expect((await disputes.pay(bob, BOND, "assert", assertion)).answer).toEqual({ ok: signed.receiptId });
  const challenge = ["claim", "challenge", signed.receiptId, ...contract, "--suri", "//Charlie"];
  await fails([...challenge, "--models", empty], missing);
  await fails([...challenge, "--models", folder], other);
  expect(await disputes.read(bob, "claim", signed.receiptId)).toMatchObject({ games: 0 });
});

test("bad input: a claim that is not there, a missing run record, another input, nothing due", async ({
  deploy,
  folder,
}) => {
  const [program] = programs();
  if (program === undefined) throw new Error("no programs");
  const written = await write(folder, program, "bad");
  const model = await publish(written, "//Eve");
  const { run, bundle } = await signedRun(folder, written, model, "//Eve");
  const disputes = await deploy(1_000, 500);
  const contract = ["--disputes", disputes.address];
  const staking = [...contract, "--models", folder];
  const { receipt } = (await cliJson<{ receipt: Hex }>(["receipt", "show", bundle])).json;
  const known = ["--model", model, "--models", folder, ...inputFlags(written), "--suri", "//Eve", "--once"];
  await fails(["claim", "play", receipt, ...contract, ...known], /never put at stake/);
  await fails(["claim", "challenge", receipt, ...contract, "--suri", "//Bob"], /never put at stake/);
  await fails(["claim", "assert", bundle, ...staking, "--suri", "//Bob"], /only the account that signed/);
  await done(["claim", "assert", bundle, ...staking, "--suri", "//Eve"]);
  await fails(["claim", "assert", bundle, ...staking, "--suri", "//Eve"], /put at stake before/);
  await fails(["claim", "play", receipt, ...contract, ...known], /run record/);
  await fails(["claim", "finalise", receipt, ...contract, "--suri", "//Eve"], /can still be challenged/);
  await fails(["claim", "withdraw", ...contract, "--suri", "//Eve"], /nothing is due/);
  // A challenger that computes the same learns that it has no case before it makes a move.
  await done(["claim", "challenge", receipt, ...staking, "--suri", "//Bob"]);
  await done(["claim", "play", receipt, ...contract, ...known, "--run", run]);
  const challenger = known.map((word) => (word === "//Eve" ? "//Bob" : word));
  const state = ["--state", folder];
  await fails(["claim", "play", receipt, ...contract, ...challenger, ...state], /nothing to prove/);
});
