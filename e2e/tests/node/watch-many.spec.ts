import path from "node:path";
import { developer } from "../../lib/chain.ts";
import { cliJson } from "../../lib/cli.ts";
import { inputFlags, publish, write } from "../../lib/exact.ts";
import { Tower } from "../../lib/tower.ts";
import { BOND, done, honestBundle, Lies, lie, test } from "./claims.ts";
import { bob, charlie, expect } from "./fixtures.ts";

const eve = developer("Eve");

const withdrawn = async (disputes: string, suri: string): Promise<string> =>
  (await cliJson<{ withdrawn: string }>(["claim", "withdraw", "--disputes", disputes, "--suri", suri])).json.withdrawn;

test("--max-bonds: a second false claim waits until the bond of the first has come back", async ({
  deploy,
  receipts,
  place,
  folder,
}) => {
  const disputes = await deploy();
  const lies = await Lies.publish(disputes, folder);
  const cases = path.join(folder, "cases");
  const staked = [
    await lies.stake(receipts, place, path.join(cases, "one")),
    await lies.stake(receipts, place, path.join(cases, "two")),
  ];
  const args = [cases, "--disputes", disputes.address, "--state", path.join(folder, "state"), "--suri", "//Charlie"];
  const tower = Tower.start([...args, "--max-bonds", "1"]);
  const begun = await tower.until(({ event, text }) => event === "waiting" && text.includes("--max-bonds"));
  const first = begun.find(({ event }) => event === "challenged")?.receipt ?? "none";
  const second = begun.at(-1)?.receipt ?? "none";
  expect([first, second].toSorted()).toEqual(staked.toSorted());
  expect(await disputes.read(bob, "claim", second)).toMatchObject({ games: 0 });

  const won = await lies.against(tower, first, 0);
  expect(won.at(-1)?.text).toContain("and won");
  expect(won.filter(({ event }) => event === "challenged")).toEqual([]);
  await tower.until(({ event, receipt }) => event === "challenged" && receipt === second);
  const also = await lies.against(tower, second, 0);
  expect(also.at(-1)?.text).toContain("and won");
  await tower.kill();

  for (const receipt of staked) {
    expect(await disputes.read(bob, "claim", receipt)).toMatchObject({ games: 1, claim: { standing: "False" } });
  }
  // Two bonds back, and half of each liar's.
  expect(await withdrawn(disputes.address, "//Charlie")).toBe(String(3n * BOND));
});

test("5.6: when another challenger wins first, the watchtower takes its own bond back and nothing more", async ({
  deploy,
  receipts,
  place,
  folder,
}) => {
  const disputes = await deploy();
  const lies = await Lies.publish(disputes, folder);
  const cases = path.join(folder, "cases");
  const receipt = await lies.stake(receipts, place, path.join(cases, "one"));
  const args = [cases, "--disputes", disputes.address, "--state", path.join(folder, "state"), "--suri", "//Charlie"];
  const tower = Tower.start(args);
  await tower.until(({ event }) => event === "challenged");
  expect((await disputes.pay(eve, BOND, "challenge", receipt)).answer).toEqual({ ok: 1 });

  // Both games go on for some moves; then Eve's alone does.
  const some = 4;
  for (const entry of lies.game.moves.slice(0, some))
    await lies.play(entry.side === "A" ? bob : eve, receipt, 1, entry);
  for (const entry of lies.game.moves.slice(0, some)) {
    if (entry.side === "A") await lies.play(bob, receipt, 0, entry);
    else await tower.until(({ event, text }) => event === "played" && text.startsWith(`game 0, turn ${entry.turn}:`));
  }
  for (const entry of lies.game.moves.slice(some)) await lies.play(entry.side === "A" ? bob : eve, receipt, 1, entry);
  const stopped = await tower.until(({ event }) => event === "played");
  expect(stopped.at(-1)?.text).toContain("stopped by another challenger's win; the bond is back");
  await tower.kill();

  expect(await disputes.read(bob, "claim", receipt)).toMatchObject({ games: 2, claim: { standing: "False" } });
  expect(await withdrawn(disputes.address, "//Charlie")).toBe(String(BOND));
  expect(await withdrawn(disputes.address, "//Eve")).toBe(String(BOND + BOND / 2n));
});

test("X4: a liar who falls silent loses its bond to the watchtower by the clock", async ({
  deploy,
  receipts,
  place,
  folder,
}) => {
  const disputes = await deploy(1_000, 10);
  const lies = await Lies.publish(disputes, folder);
  const cases = path.join(folder, "cases");
  const receipt = await lies.stake(receipts, place, path.join(cases, "one"));
  const args = [cases, "--disputes", disputes.address, "--state", path.join(folder, "state"), "--suri", "//Charlie"];
  const tower = Tower.start(args);
  await tower.until(({ event }) => event === "challenged");
  const ended = await tower.until(({ event }) => event === "played");
  expect(ended.at(-1)?.text).toBe("game 0: the other side let its clock run out");
  await tower.until(({ event, text }) => event === "closed" && text === "the claim is false");
  await tower.kill();
  expect(await disputes.read(bob, "claim", receipt)).toMatchObject({ claim: { standing: "False" } });
  expect(await withdrawn(disputes.address, "//Charlie")).toBe(String(BOND + BOND / 2n));
});

test("X2, X4: one honest asserter answers three challenges at once and keeps its bond", async ({ deploy, folder }) => {
  const { program } = lie();
  const written = await write(folder, program, "watched");
  const model = await publish(written, "//Dave");
  const honest = await honestBundle(folder, program, model);
  const disputes = await deploy(40, 40);
  const contract = ["--disputes", disputes.address];
  await done(["claim", "assert", honest.file, ...contract, "--models", folder, "--suri", "//Dave"]);
  for (const [number, challenger] of [bob, charlie, eve].entries()) {
    expect((await disputes.pay(challenger, BOND, "challenge", honest.id)).answer).toEqual({ ok: number });
  }
  const given = ["--models", folder, ...inputFlags(written), "--run", path.join(folder, "run.json"), "--every", "1"];
  const said = await done(["claim", "play", honest.id, ...contract, ...given, "--suri", "//Dave", "--model", model]);
  for (const number of [0, 1, 2]) {
    expect(said).toContain(`game ${number}, turn 0: open_trace`);
    expect(said).toContain(`game ${number}: the other side let its clock run out`);
  }
  expect(said).toContain("the claim is final");
  // The own bond, and half of three.
  expect(await withdrawn(disputes.address, "//Dave")).toBe(String(BOND + (3n * BOND) / 2n));
});
