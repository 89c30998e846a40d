import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { KeyringPair } from "@polkadot/keyring/types";
import { fromHex, H, type Hex, tagged, toHex } from "../../protocol/bytes.ts";
import { encodeItem } from "../../protocol/commitment.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { developer } from "../../lib/chain.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { inputFlags, type Program, programs, publish, write } from "../../lib/exact.ts";
import { type Game, games, hex, moveOf, type Registered } from "../../lib/games.ts";
import { type LocalNode, withFolder } from "../../lib/node.ts";
import { type Place, polkadotSigner, type Signed, signReceipt } from "../../lib/receipt.ts";
import type { Line, Tower } from "../../lib/tower.ts";
import { alice, bob, expect, test as base } from "./fixtures.ts";

export const BOND = 5_000_000_000_000n;
const FLOAT32 = 1;
export const dave = developer("Dave");

type Fixtures = { folder: string; deploy: (window?: number, clock?: number) => Promise<Contract> };

/** The command line program asks this node, and believes its contracts. */
export const test = base.extend<Fixtures>({
  folder: async ({ node, registry, receipts }, use) =>
    withFolder((folder) => believing(node, registry, receipts, folder, () => use(folder))),
  deploy: async ({ api, registry, receipts }, use) =>
    use((window = 1_000, clock = 500) => {
      const given = [api.genesisHash.toHex(), registry.account, receipts.account, window, clock, BOND];
      return Contract.deploy(api, alice, "disputes", given, toHex(randomBytes(8)));
    }),
});

/** While `use` runs, the command line program asks this node, and believes these contracts. */
export async function believing(
  node: LocalNode,
  registry: Contract,
  receipts: Contract,
  folder: string,
  use: () => Promise<void>,
): Promise<void> {
  const [rpc, deployments] = ["COUNTERSIGN_RPC", "COUNTERSIGN_DEPLOYMENTS"].map((name) => [name, process.env[name]]);
  const list = path.join(folder, "deployments.json");
  process.env["COUNTERSIGN_RPC"] = node.http;
  process.env["COUNTERSIGN_DEPLOYMENTS"] = list;
  try {
    await writeFile(list, canonical({ deployments: [], format: "countersign/deployments/1" }));
    const accounts = ["--registry", registry.address, "--receipts", receipts.address];
    await done(["chain", "record", ...accounts, "--name", "node", "--development"]);
    await use();
  } finally {
    for (const [name, value] of [rpc, deployments] as [string, string | undefined][]) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Runs a command that must succeed. */
export async function done(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(args);
  expect(code, `countersign ${args.join(" ")}: ${stderr}`).toBe(EXIT.ok);
  return stderr + stdout;
}

/** A recorded game whose program has one input and one output, and the program. */
export function lie(): { game: Game; program: Program } {
  const game = games().at(-1);
  const program = programs().find(({ name }) => name === game?.program);
  if (game === undefined || program === undefined) throw new Error("no such game");
  return { game, program };
}

/** The bundle of a lie that opens both sides, as its author would have given it to the input's owner. */
export function opened(game: Game, program: Program, signed: Signed): string {
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

/** A run on the engine, signed and anchored: its bundle opens both sides, and its input lies beside it. */
export async function honestBundle(
  folder: string,
  program: Program,
  model: Hex,
): Promise<{ id: string; file: string }> {
  const written = await write(folder, program, "watched");
  const [run, file] = [path.join(folder, "run.json"), path.join(folder, "bundle.json")];
  const models = ["--models", folder];
  await done(["run", "--model", model, ...models, ...inputFlags(written), "--lane", "exact", "--save", run]);
  await done(["receipt", "sign", run, "--suri", "//Dave", "--output", file]);
  await done(["receipt", "anchor", file, "--suri", "//Dave"]);
  const { receipt } = (await cliJson<{ receipt: string }>(["receipt", "show", file])).json;
  return { id: receipt, file };
}

/** The recorded lie as Bob's receipts: each anchored, at stake and, where a folder is given, known to the watchtower that reads it. */
export class Lies {
  private constructor(
    readonly game: Game,
    readonly registered: Registered,
    private readonly program: Program,
    private readonly model: Hex,
    private readonly disputes: Contract,
  ) {}

  /** Publishes the lie's program. */
  static async publish(disputes: Contract, folder: string): Promise<Lies> {
    const { game, program } = lie();
    const place = path.join(folder, "model");
    await mkdir(place, { recursive: true });
    const written = await write(place, program, "watched");
    const model = await publish(written, "//Dave");
    const registered = { publisher: toHex(dave.publicKey), manifest: written.digest };
    return new Lies(game, registered, program, model, disputes);
  }

  /** One more false claim; its bundle and input in `folder`, which is made. */
  async stake(receipts: Contract, place: Place, folder: string): Promise<string> {
    const { game, program, model } = this;
    await mkdir(folder, { recursive: true });
    await write(folder, program, "watched");
    const engine = toHex(H(tagged("countersign/exact/1")));
    const run = { model, engine, input: hex(game.input), output: hex(game.output), beacon: ZERO32 };
    const signed = await signReceipt(polkadotSigner(bob), place, { ...run, lane: "exact" });
    await receipts.call(bob, "anchor", signed.sealedId);
    const file = path.join(folder, "bundle.json");
    await writeFile(file, opened(game, program, signed));
    const contract = ["--disputes", this.disputes.address];
    await done(["claim", "assert", file, ...contract, "--models", folder, "--suri", "//Bob"]);
    return signed.receiptId;
  }

  /** One recorded move, by whoever is to make it. */
  async play(by: KeyringPair, receipt: string, number: number, entry: Game["moves"][number]): Promise<void> {
    const made = moveOf(entry, this.registered);
    const { answer } = await this.disputes.call(by, "play", receipt, number, entry.turn, made);
    expect(answer, `game ${number}, turn ${entry.turn}: ${entry.move}`).toHaveProperty("ok");
  }

  /** The liar's moves as recorded, the challenger's as the watchtower makes them; what that said. */
  async against(tower: Tower, receipt: string, number: number, from = 0): Promise<Line[]> {
    const heard: Line[] = [];
    for (const entry of this.game.moves.slice(from)) {
      if (entry.side === "A") {
        await this.play(bob, receipt, number, entry);
        continue;
      }
      const wanted = `game ${number}, turn ${entry.turn}: ${entry.move}`;
      const is = (line: Line) => line.receipt === receipt && line.event === "played" && line.text.startsWith(wanted);
      heard.push(...(await tower.until(is)));
    }
    return heard;
  }
}
