import path from "node:path";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import type { ApiPromise } from "@polkadot/api";
import { developer } from "../../lib/chain.ts";
import { cli, EXIT } from "../../lib/cli.ts";
import { inputFlags, programs, publish, write } from "../../lib/exact.ts";
import { Lagging } from "../../lib/lagging.ts";
import { npy } from "../../lib/npy.ts";
import { Player } from "../../lib/player.ts";
import { polkadotSigner, signReceipt } from "../../lib/receipt.ts";
import { Tower } from "../../lib/tower.ts";
import { H, tagged, toHex } from "../../protocol/bytes.ts";
import { commit, type Item, type Side } from "../../protocol/commitment.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { dataRoot } from "../../protocol/merkle.ts";
import { BOND, done, honestBundle, lie, test } from "./claims.ts";
import { bob, charlie, expect } from "./fixtures.ts";

const eve = developer("Eve");
const FLOAT32 = 1;

/** Resolves once the chain's newest finalised block has this number. */
async function finalised(api: ApiPromise, number: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = api.rpc.chain.subscribeFinalizedHeads((head) => {
      if (head.number.toNumber() < number) return;
      void stop.then((unsubscribe) => unsubscribe());
      resolve();
    });
    stop.catch(reject);
  });
}

test("X2: a chain that went on since its finalised block takes no asserter away from the other games", async ({
  api,
  node,
  deploy,
  folder,
}) => {
  const clock = 16;
  const { program } = lie();
  const written = await write(folder, program, "behind");
  const model = await publish(written, "//Dave");
  const honest = await honestBundle(folder, program, model);
  const disputes = await deploy(1_000, clock);
  const contract = ["--disputes", disputes.address];
  await done(["claim", "assert", honest.file, ...contract, "--models", folder, "--suri", "//Dave"]);
  await disputes.pay(bob, BOND, "challenge", honest.id);
  const behind = await Lagging.before(node.http);
  const given = ["--models", folder, ...inputFlags(written), "--run", path.join(folder, "run.json")];
  const args = [honest.id, ...contract, ...given, "--suri", "//Dave", "--model", model];
  const player = Player.start(args, behind.http);
  try {
    await player.until("game 0, turn 0: open_trace");
    // Bob falls silent. Somebody else calls time, and the player sees the block before that.
    behind.hold((await api.rpc.chain.getFinalizedHead()).toHex());
    const { contest } = (await disputes.read(bob, "game", honest.id, 0)) as { contest: { game: { last: number } } };
    const over = contest.game.last + clock + 1;
    await finalised(api, over);
    expect((await disputes.call(eve, "timeout", honest.id, 0)).answer).toMatchObject({ ok: { winner: "Asserter" } });
    behind.hold((await api.rpc.chain.getBlockHash(over)).toHex());
    await player.until("the game is over; trying again");
    behind.hold(undefined);
    expect((await disputes.pay(charlie, BOND, "challenge", honest.id)).answer).toEqual({ ok: 1 });
    await player.until("game 1, turn 0: open_trace");
  } finally {
    await player.kill();
    await behind.stop();
  }
});

test("an asserter that could not open its receipt is told so before it is challenged", async ({ deploy, folder }) => {
  const { program } = lie();
  const written = await write(folder, program, "opens");
  const model = await publish(written, "//Dave");
  const honest = await honestBundle(folder, program, model);
  const disputes = await deploy();
  const contract = ["--disputes", disputes.address];
  await done(["claim", "assert", honest.file, ...contract, "--models", folder, "--suri", "//Dave"]);
  const other = path.join(folder, "other.npy");
  const [port] = program.inputs;
  if (port === undefined) throw new Error("no input");
  const values = new Float32Array(port.values);
  values[0] = (values[0] ?? 0) === 0 ? 1 : 0;
  await writeFile(other, npy("<f4", port.dims, new Uint8Array(values.buffer)));
  const rest = ["--models", folder, "--run", path.join(folder, "run.json"), "--suri", "//Dave", "--model", model];
  const play = ["claim", "play", honest.id, ...contract, ...rest, "--once"];
  const { code, stderr } = await cli([...play, "--input", `${port.name}=${other}`]);
  expect([code, stderr]).toEqual([EXIT.failed, expect.stringContaining("the receipt's input commitment")]);
  await done([...play, ...inputFlags(written)]);
});

test("lies that honest runs never make are seen: −0 in the input, and an input of another shape", async ({
  deploy,
  folder,
  receipts,
  place,
}) => {
  const program = programs().find(({ inputs, outputs }) => inputs.length === 1 && outputs.length === 1);
  const [port, out] = [program?.inputs[0], program?.outputs[0]];
  if (program === undefined || port === undefined || out === undefined) throw new Error("no such program");
  const model = await publish(await write(folder, program, "unseen"), "//Dave");
  const disputes = await deploy();
  const cases = path.join(folder, "cases");
  const lied = async (name: string, dims: readonly number[], change: (values: Float32Array) => void) => {
    const at = path.join(cases, name);
    await mkdir(at, { recursive: true });
    await write(at, program, "unseen");
    const values = new Float32Array(port.values);
    change(values);
    const data = new Uint8Array(values.buffer);
    const seed = new Uint8Array(randomBytes(32));
    // Not `itemOf`, which makes −0 canonical.
    const item = (name: string, shape: readonly number[], bytes: Uint8Array): Item => {
      const [byteLength, root] = [BigInt(bytes.length), dataRoot(bytes)];
      return { kind: "tensor", dtype: FLOAT32, dims: shape.map(BigInt), name, byteLength, root };
    };
    const zeros = new Uint8Array(4 * out.dims.reduce((product, dim) => product * dim, 1));
    const [input, output] = [
      commit(seed, 0, [item(port.name, dims, data)]),
      commit(seed, 1, [item(out.name, out.dims, zeros)]),
    ];
    const engine = toHex(H(tagged("countersign/exact/1")));
    const run = { model, engine, input: toHex(input.commitment), output: toHex(output.commitment), beacon: ZERO32 };
    const signed = await signReceipt(polkadotSigner(bob), place, { ...run, lane: "exact" });
    await receipts.call(bob, "anchor", signed.sealedId);
    const opening = (side: Side, { leaves }: typeof input): Json => ({
      count: 1,
      format: "countersign/opening/1",
      items: leaves.map(({ item, salt }) => ({ index: 0, item: toHex(item), path: [], salt: toHex(salt) })),
      receipt: signed.receiptId,
      side,
    });
    const openings = [opening(0, input), opening(1, output)];
    const receipt = JSON.parse(signed.file) as Json;
    const file = path.join(at, "bundle.json");
    await writeFile(file, canonical({ anchors: [], format: "countersign/bundle/1", openings, receipt }));
    await writeFile(path.join(at, `${port.name}.npy`), npy("<f4", port.dims, data));
    await done(["claim", "assert", file, "--disputes", disputes.address, "--models", at, "--suri", "//Bob"]);
    return signed.receiptId;
  };
  const negative = await lied("negative", port.dims, (values) => values.set([-0]));
  const shape = await lied("shape", [1, ...port.dims], () => undefined);
  const state = ["--state", path.join(folder, "state"), "--max-bonds", "2"];
  const tower = Tower.start([cases, "--disputes", disputes.address, ...state, "--suri", "//Charlie"]);
  try {
    const challenged = new Set<string | undefined>();
    const heard = await tower.until(({ event, receipt }) => {
      if (event === "challenged") challenged.add(receipt);
      return challenged.size === 2;
    });
    const why = (id: string) => heard.find(({ event, receipt }) => event === "checked" && receipt === id)?.text;
    expect(why(negative)).toContain("checked: false, because element 0 of input 0");
    expect(why(shape)).toContain("checked: false, because the receipt's input 0 has not the name, type and shape");
  } finally {
    await tower.kill();
  }
});
