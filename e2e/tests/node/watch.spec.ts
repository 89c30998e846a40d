import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fromHex, H, type Hex, tagged, toHex } from "../../protocol/bytes.ts";
import { encodeItem } from "../../protocol/commitment.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { auditPath, leafHash, root } from "../../protocol/merkle.ts";
import { developer } from "../../lib/chain.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { inputFlags, type Program, programs, publish, write } from "../../lib/exact.ts";
import { type Game, games, hex, moveOf } from "../../lib/games.ts";
import { withFolder } from "../../lib/node.ts";
import { polkadotSigner, type Signed, signReceipt } from "../../lib/receipt.ts";
import { Tower } from "../../lib/tower.ts";
import { alice, bob, expect, test as base } from "./fixtures.ts";

const BOND = 5_000_000_000_000n;
const FLOAT32 = 1;
const dave = developer("Dave");

type Fixtures = { folder: string; deploy: (window?: number, clock?: number) => Promise<Contract> };

/** The command line program asks this node, and believes its contracts. */
const test = base.extend<Fixtures>({
  folder: async ({ node, registry, receipts }, use) =>
    withFolder(async (folder) => {
      process.env["COUNTERSIGN_RPC"] = node.http;
      process.env["COUNTERSIGN_DEPLOYMENTS"] = path.join(folder, "deployments.json");
      await writeFile(
        process.env["COUNTERSIGN_DEPLOYMENTS"],
        canonical({ deployments: [], format: "countersign/deployments/1" }),
      );
      const accounts = ["--registry", registry.address, "--receipts", receipts.address];
      await done(["chain", "record", ...accounts, "--name", "node", "--development"]);
      await use(folder);
    }),
  deploy: async ({ api, registry, receipts }, use) =>
    use((window = 1_000, clock = 500) => {
      const given = [api.genesisHash.toHex(), registry.account, receipts.account, window, clock, BOND];
      return Contract.deploy(api, alice, "disputes", given, toHex(randomBytes(8)));
    }),
});

/** Runs a command that must succeed. */
async function done(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(args);
  expect(code, `countersign ${args.join(" ")}: ${stderr}`).toBe(EXIT.ok);
  return stderr + stdout;
}

/** A recorded game whose program has one input and one output, and the program. */
function lie(): { game: Game; program: Program } {
  const game = games().at(-1);
  const program = programs().find(({ name }) => name === game?.program);
  if (game === undefined || program === undefined) throw new Error("no such game");
  return { game, program };
}

/** The bundle of a lie that opens both sides, as its author would have given it to the input's owner. */
function opened(game: Game, program: Program, signed: Signed): string {
  const [, , , , , , , inputs, outputs] = game.moves[0]?.args ?? [];
  const opening = (side: 0 | 1): Json => {
    const ports = side === 0 ? program.inputs : program.outputs;
    const shown = (side === 0 ? inputs : outputs) as [string, string, string[]][];
    const [port, one] = [ports[0], shown[0]];
    if (port === undefined || one === undefined || ports.length !== 1) throw new Error("not one port");
    const dims = port.dims.map(BigInt);
    const byteLength = 4n * dims.reduce((product, dim) => product * dim, 1n);
    const item = encodeItem({
      kind: "tensor",
      name: port.name,
      dtype: FLOAT32,
      dims,
      byteLength,
      root: fromHex(hex(one[1])),
    });
    const items = [{ index: 0, item: toHex(item), path: [], salt: hex(one[0]) }];
    return { count: 1, format: "countersign/opening/1", items, receipt: signed.receiptId, side };
  };
  const receipt = JSON.parse(signed.file) as Json;
  return canonical({ anchors: [], format: "countersign/bundle/1", openings: [opening(0), opening(1)], receipt });
}

test("X2: a watchtower killed after each of its moves challenges the false claim only, and wins", async ({
  deploy,
  receipts,
  place,
  folder,
}) => {
  const { game, program } = lie();
  const disputes = await deploy();
  const contract = ["--disputes", disputes.address];
  const cases = path.join(folder, "cases");
  const [falseCase, trueCase] = [path.join(cases, "false"), path.join(cases, "true")];
  await mkdir(falseCase, { recursive: true });
  await mkdir(trueCase);

  // A false claim, and one whose bundle nobody gave to the watchtower.
  const written = await write(falseCase, program, "watched");
  const model = await publish(written, "//Dave");
  const engine = toHex(H(tagged("countersign/exact/1")));
  const run = { model, engine, input: hex(game.input), output: hex(game.output), beacon: ZERO32 };
  const stake = async () => {
    const signed = await signReceipt(polkadotSigner(bob), place, { ...run, lane: "exact" });
    await receipts.call(bob, "anchor", signed.sealedId);
    const file = path.join(folder, `${signed.receiptId}.json`);
    await writeFile(file, signed.file);
    await done(["claim", "assert", file, ...contract, "--suri", "//Bob"]);
    return signed;
  };
  const signed = await stake();
  const unknown = await stake();
  await writeFile(path.join(falseCase, "bundle.json"), opened(game, program, signed));

  // A true one of the same model, run on the engine.
  const honest = await honestBundle(trueCase, program, model);
  await done(["claim", "assert", honest.file, ...contract, "--suri", "//Dave"]);

  const args = [cases, ...contract, "--state", path.join(folder, "state"), "--suri", "//Charlie", "--max-bonds", "2"];
  const registered = { publisher: toHex(dave.publicKey), manifest: written.digest };
  let tower = Tower.start(args);
  const heard = await tower.until(({ event }) => event === "challenged");
  await tower.kill();
  for (const entry of game.moves) {
    if (entry.side === "A") {
      const made = moveOf(entry, registered);
      const { answer } = await disputes.call(bob, "play", signed.receiptId, 0, entry.turn, made);
      expect(answer, entry.move).toHaveProperty("ok");
      continue;
    }
    tower = Tower.start(args);
    heard.push(...(await tower.until(({ event, text }) => event === "played" && text.includes(`turn ${entry.turn}:`))));
    expect(heard.at(-1)?.text).toContain(entry.move);
    await tower.kill();
  }
  expect(heard.at(-1)?.text).toContain("and won");
  const last = Tower.start(args);
  heard.push(...(await last.until(({ receipt, event }) => receipt === honest.id && event === "checked")));
  await last.kill();

  expect(await disputes.read(bob, "claim", signed.receiptId)).toMatchObject({ claim: { standing: "False" } });
  expect(await disputes.read(bob, "claim", honest.id)).toMatchObject({ games: 0, claim: { standing: "Open" } });
  expect(await disputes.read(bob, "claim", unknown.receiptId)).toMatchObject({ games: 0 });
  const of = (id: string, event: string) => heard.filter((line) => line.receipt === id && line.event === event);
  expect(of(signed.receiptId, "checked")[0]).toMatchObject({ checked: false });
  expect(of(honest.id, "checked")[0]).toMatchObject({ checked: true, text: "checked: true" });
  expect(of(signed.receiptId, "challenged")).toHaveLength(1);
  expect(of(unknown.receiptId, "not-watched")[0]?.text).toContain("not watched");
  const withdrawn = await cliJson<{ withdrawn: string }>(["claim", "withdraw", ...contract, "--suri", "//Charlie"]);
  expect(withdrawn.json.withdrawn).toBe(String(BOND + BOND / 2n));
});

/** A run on the engine, signed and anchored: its bundle opens both sides, and its input lies beside it. */
async function honestBundle(folder: string, program: Program, model: Hex): Promise<{ id: string; file: string }> {
  const written = await write(folder, program, "watched");
  const [run, file] = [path.join(folder, "run.json"), path.join(folder, "bundle.json")];
  const models = ["--models", folder];
  await done(["run", "--model", model, ...models, ...inputFlags(written), "--lane", "exact", "--save", run]);
  await done(["receipt", "sign", run, "--suri", "//Dave", "--output", file]);
  await done(["receipt", "anchor", file, "--suri", "//Dave"]);
  const { receipt } = (await cliJson<{ receipt: string }>(["receipt", "show", file])).json;
  return { id: receipt, file };
}

test("5.1: a receipt that was anchored in a batch is put at stake with its proof, and not without", async ({
  deploy,
  receipts,
  place,
  folder,
}) => {
  const { game, program } = lie();
  const written = await write(folder, program, "batch");
  const model = await publish(written, "//Dave");
  const engine = toHex(H(tagged("countersign/exact/1")));
  const run = { model, engine, input: hex(game.input), output: hex(game.output), beacon: ZERO32 };
  const signed = await signReceipt(polkadotSigner(bob), place, { ...run, lane: "exact" });
  const leaves = [randomBytes(32), fromHex(signed.sealedId), randomBytes(32)].map((leaf) => leafHash(leaf));
  const key = { root: toHex(root(leaves)), size: leaves.length };
  await receipts.call(bob, "anchorBatch", key);
  const proof = auditPath(leaves, 1).map((hash) => toHex(hash));
  const anchor = { format: "countersign/anchor/1", index: 1, path: proof, receipt: signed.receiptId, ...key };
  const [file, beside] = [path.join(folder, "receipt.json"), path.join(folder, "anchor.json")];
  await writeFile(file, signed.file);
  await writeFile(beside, canonical(anchor));
  const disputes = await deploy();
  const asked = ["claim", "assert", file, "--disputes", disputes.address, "--suri", "//Bob"];
  const without = await cli(asked);
  expect(without.code).not.toBe(EXIT.ok);
  expect(without.stderr).toContain("anchor the receipt first");
  const wrong = await cli([...asked, "--proof", file]);
  expect(wrong).toMatchObject({ code: EXIT.usage });
  expect(wrong.stderr).toContain("holds no proof");
  await done([...asked, "--proof", beside]);
  expect(await disputes.read(bob, "claim", signed.receiptId)).toMatchObject({ claim: { standing: "Open" } });
});

test("X2, X4: an honest asserter answers with one run, wins by the clock; another model is refused", async ({
  deploy,
  folder,
}) => {
  const { program } = lie();
  const written = await write(folder, program, "watched");
  const model = await publish(written, "//Dave");
  const honest = await honestBundle(folder, program, model);
  const disputes = await deploy(10, 4);
  const contract = ["--disputes", disputes.address];
  await done(["claim", "assert", honest.file, ...contract, "--suri", "//Dave"]);
  expect((await disputes.pay(bob, BOND, "challenge", honest.id)).answer).toEqual({ ok: 0 });
  const given = ["--models", folder, ...inputFlags(written), "--run", path.join(folder, "run.json"), "--every", "1"];
  const play = ["claim", "play", honest.id, ...contract, ...given, "--suri", "//Dave"];
  const said = await done([...play, "--model", model]);
  expect(said).toContain("turn 0: open_trace");
  expect(said).toContain("the other side let its clock run out");
  expect(said).toContain("the claim is final");
  const other = path.join(folder, "other");
  await mkdir(other);
  const another = await publish(await write(other, program, "another"), "//Dave");
  const refused = await cli([...play, "--model", another]);
  expect(refused.code).not.toBe(EXIT.ok);
  expect(refused.stderr).toContain("has another manifest");
});
