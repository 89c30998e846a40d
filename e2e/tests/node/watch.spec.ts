import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fromHex, H, tagged, toHex } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { canonical } from "../../protocol/json.ts";
import { auditPath, leafHash, root } from "../../protocol/merkle.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { inputFlags, publish, write } from "../../lib/exact.ts";
import { hex, moveOf } from "../../lib/games.ts";
import { polkadotSigner, signReceipt } from "../../lib/receipt.ts";
import { Tower } from "../../lib/tower.ts";
import { BOND, dave, done, honestBundle, lie, opened, test } from "./claims.ts";
import { bob, expect } from "./fixtures.ts";

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
    await done(["claim", "assert", file, ...contract, "--models", falseCase, "--suri", "//Bob"]);
    return signed;
  };
  const signed = await stake();
  const unknown = await stake();
  await writeFile(path.join(falseCase, "bundle.json"), opened(game, program, signed));

  // A true one of the same model, run on the engine.
  const honest = await honestBundle(trueCase, program, model);
  await done(["claim", "assert", honest.file, ...contract, "--models", trueCase, "--suri", "//Dave"]);

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
  const asked = ["claim", "assert", file, "--disputes", disputes.address, "--models", folder, "--suri", "//Bob"];
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
  await done(["claim", "assert", honest.file, ...contract, "--models", folder, "--suri", "//Dave"]);
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
