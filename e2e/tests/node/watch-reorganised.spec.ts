import path from "node:path";
import { toHex } from "../../protocol/bytes.ts";
import { Contract, type ContractName } from "../../lib/contract.ts";
import { cliJson } from "../../lib/cli.ts";
import { inputFlags, publish, write } from "../../lib/exact.ts";
import { Fork } from "../../lib/fork.ts";
import { Lagging } from "../../lib/lagging.ts";
import { withFolder } from "../../lib/node.ts";
import { Player } from "../../lib/player.ts";
import type { Place } from "../../lib/receipt.ts";
import { type Line, Tower } from "../../lib/tower.ts";
import { believing, BOND, dave, done, honestBundle, lie, Lies } from "./claims.ts";
import { alice, bob, charlie, expect, test } from "./fixtures.ts";

type Stage = { fork: Fork; folder: string; disputes: Contract; receipts: Contract; place: Place };
type Claim = { games: number };
type Game = { contest: { game: { turn: number; last: number }; settled: boolean } };

/** The contracts, on a chain that loses blocks. */
const onFork = (window: number, clock: number, use: (stage: Stage) => Promise<void>) =>
  withFolder((folder) =>
    Fork.run(async (fork) => {
      const { api, node } = fork;
      const genesis = api.genesisHash.toHex();
      const deploy = (name: ContractName, args: unknown[]) => fork.during(Contract.deploy(api, alice, name, args));
      const registry = await deploy("registry", []);
      const receipts = await deploy("receipts", [genesis, registry.account]);
      const disputes = await deploy("disputes", [genesis, registry.account, receipts.account, window, clock, BOND]);
      const place = { genesis, contract: receipts.account };
      await believing(node, registry, receipts, folder, () => use({ fork, folder, disputes, receipts, place }));
    }),
  );

/** What the best chain says of a claim and of its first game, final or not. */
const best = (disputes: Contract, receipt: string) => {
  const contest = async () => ((await disputes.read(bob, "game", receipt, 0)) as Game).contest;
  return {
    games: async () => ((await disputes.read(bob, "claim", receipt)) as Claim).games,
    turn: async () => (await contest()).game.turn,
    last: async () => (await contest()).game.last,
    settled: async () => (await contest()).settled,
  };
};

/** A false claim, what is needed to watch it, and how both sides move. */
async function falseClaim({ fork, folder, disputes, receipts, place }: Stage) {
  const lies = await fork.during(Lies.publish(disputes, folder));
  const cases = path.join(folder, "cases");
  const receipt = await fork.during(lies.stake(receipts, place, path.join(cases, "one")));
  const { games, turn } = best(disputes, receipt);
  const args = [cases, "--disputes", disputes.address, "--state", path.join(folder, "state"), "--suri", "//Charlie"];
  const heard: Line[] = [];
  return {
    heard,
    games,
    turn,
    args,
    moves: lies.game.moves,
    liar: (entry: (typeof lies.game.moves)[number]) => lies.play(bob, receipt, 0, entry),
    /** Reads what a watchtower says up to the first such line; the chain does not go on for it. */
    hear: async (tower: Tower, event: string, text = "") => {
      heard.push(...(await tower.until((line) => line.event === event && line.text.startsWith(text))));
    },
    /** The challenge is there, on the best chain. */
    challenged: () => fork.until(async () => (await games()) === 1),
    /** All moves before this one are. */
    at: (wanted: number) => fork.until(async () => (await turn()) === wanted),
    /** The watchtower won with one bond: a challenge and its moves are all that it ever paid for. */
    won: async () => {
      const sent = 1 + lies.game.moves.filter(({ side }) => side === "C").length;
      const account = await fork.api.rpc.system.accountNextIndex(charlie.address);
      expect(account.toNumber()).toBe(sent);
      expect(await disputes.read(bob, "claim", receipt)).toMatchObject({ games: 1, claim: { standing: "False" } });
      await paid(fork, disputes, charlie, "//Charlie");
      expect(await due(disputes, bob)).toBe(0n);
    },
  };
}

const due = async (disputes: Contract, { publicKey }: { publicKey: Uint8Array }) =>
  BigInt(String(await disputes.read(bob, "due", toHex(publicKey))));

/** The winner of one game is due its bond and half of the loser's, and gets it. */
async function paid(fork: Fork, disputes: Contract, winner: { publicKey: Uint8Array }, suri: string): Promise<void> {
  const share = BOND + BOND / 2n;
  expect(await due(disputes, winner)).toBe(share);
  const held = await disputes.balance();
  const taken = cliJson<{ withdrawn: string }>(["claim", "withdraw", "--disputes", disputes.address, "--suri", suri]);
  expect((await fork.during(taken)).json.withdrawn).toBe(String(share));
  expect(held - (await disputes.balance())).toBe(share);
  expect(await due(disputes, winner)).toBe(0n);
}

test("X2: a watchtower whose challenge and moves are in lost blocks sends them again, and wins with the one bond", () =>
  onFork(20_000, 10_000, async (stage) => {
    const { fork } = stage;
    const { heard, hear, games, turn, moves, liar, ...claim } = await falseClaim(stage);
    const tower = Tower.start(claim.args);
    try {
      // The challenge is in a block that is lost, and nobody else heard of it.
      await claim.challenged();
      await fork.lose();
      expect(await games()).toBe(0);
      await fork.outlive();
      await hear(tower, "trouble");
      await claim.challenged();
      await fork.during(hear(tower, "challenged"));

      // The first answer is lost for good, the second comes back from the pool, and with the last one, which wins, it is first so, then so.
      const last = moves.length - 1;
      const [kept, forgotten] = [
        [3, last],
        [1, last],
      ];
      for (const entry of moves) {
        if (entry.side === "A") {
          await fork.during(liar(entry));
          continue;
        }
        await claim.at(entry.turn + 1);
        if (kept.includes(entry.turn)) {
          await fork.lose({ keep: true });
          await claim.at(entry.turn + 1);
        }
        if (forgotten.includes(entry.turn)) {
          await fork.lose();
          expect(await turn()).toBe(entry.turn);
          await fork.outlive();
          await hear(tower, "trouble");
          await claim.at(entry.turn + 1);
        }
        await fork.during(hear(tower, "played", `game 0, turn ${entry.turn}: ${entry.move}`));
      }
    } finally {
      await tower.kill();
    }
    // What was taken back was never told as done.
    const of = (event: string) => heard.filter((line) => line.event === event);
    expect(of("challenged")).toHaveLength(1);
    expect(of("played")).toHaveLength(moves.filter(({ side }) => side === "C").length);
    expect(heard.at(-1)?.text).toContain("and won");
    await claim.won();
  }));

test("X2: a watchtower killed before its challenge and its moves are final, and these lost, goes on when it is started again", () =>
  onFork(20_000, 10_000, async (stage) => {
    const { fork } = stage;
    const { heard, hear, games, turn, moves, liar, ...claim } = await falseClaim(stage);
    const watched = await Lagging.before(fork.node.http);
    let tower = Tower.start(claim.args);
    try {
      await claim.challenged();
      await tower.kill();
      await fork.lose();
      expect(await games()).toBe(0);
      // Not knowing what became of the challenge, it waits until that can come to nothing any more.
      tower = Tower.start(claim.args);
      await hear(tower, "waiting", "a challenge was sent and may still be taken");
      expect(await games()).toBe(0);
      await fork.outlive();
      await fork.during(hear(tower, "challenged"));
      await tower.kill();

      // The liar's move is seen, then lost: nobody answers what is not final.
      const [opening, ...rest] = moves;
      if (opening?.side !== "A") throw new Error("the asserter moves first");
      const lost = liar(opening).then(
        () => "kept",
        () => "lost",
      );
      await claim.at(1);
      await fork.almostFinal();
      tower = Tower.start([...claim.args, "--rpc", watched.http]);
      await hear(tower, "checked");
      await watched.looks(4);
      expect(await turn()).toBe(1);
      await fork.lose();
      expect(await lost).toBe("lost");
      expect(await turn()).toBe(0);
      await fork.during(liar(opening));

      for (const entry of rest) {
        if (entry.side === "A") {
          await fork.during(liar(entry));
          continue;
        }
        const played = `game 0, turn ${entry.turn}: ${entry.move}`;
        await claim.at(entry.turn + 1);
        if (entry.turn === 1) {
          // Lost for good: nothing keeps it from moving again at once.
          await tower.kill();
          await fork.lose();
          expect(await turn()).toBe(entry.turn);
          tower = Tower.start(claim.args);
          await claim.at(entry.turn + 1);
        } else if (entry.turn === 3) {
          // Back from the pool: the move that it would make again is refused before it is sent.
          await tower.kill();
          await fork.lose({ keep: true });
          await claim.at(entry.turn + 1);
          tower = Tower.start(claim.args);
          await hear(tower, "trouble");
          continue;
        }
        await fork.during(hear(tower, "played", played));
      }
    } finally {
      await tower.kill();
      await watched.stop();
    }
    expect(heard.at(-1)?.text).toContain("and won");
    await claim.won();
  }));

test("X2, X4: an honest asserter whose answer and whose call of time are in lost blocks sends them again, and wins", () => {
  const [window, clock] = [800, 400];
  return onFork(window, clock, async ({ fork, folder, disputes }) => {
    const { program } = lie();
    const written = await write(folder, program, "reorganised");
    const model = await fork.during(publish(written, "//Dave"));
    const honest = await fork.during(honestBundle(folder, program, model));
    const contract = ["--disputes", disputes.address];
    await fork.during(done(["claim", "assert", honest.file, ...contract, "--models", folder, "--suri", "//Dave"]));
    await fork.during(disputes.pay(charlie, BOND, "challenge", honest.id));
    const { turn, last, settled } = best(disputes, honest.id);
    const given = ["--models", folder, ...inputFlags(written), "--run", path.join(folder, "run.json")];
    const args = [honest.id, ...contract, ...given, "--suri", "//Dave", "--model", model];
    const answered = () => fork.until(async () => (await turn()) === 1);
    const player = Player.start(args, fork.node.http);
    try {
      await answered();
      await fork.lose();
      expect(await turn()).toBe(0);
      await fork.outlive();
      await player.until("send it again; trying again");
      await answered();
      await fork.during(player.until("game 0, turn 0: open_trace"));
      // The challenger falls silent.
      await fork.finalise((await last()) + clock + 1);
      await fork.until(settled);
      await fork.lose();
      expect(await settled()).toBe(false);
      await fork.outlive();
      await player.until("send it again; trying again");
      await fork.until(settled);
      await fork.during(player.until("the other side let its clock run out"));
      // The window is over by now.
      await fork.during(player.until("nobody refuted the claim in time"));
    } finally {
      await player.kill();
    }
    expect(await disputes.read(bob, "claim", honest.id)).toMatchObject({ claim: { standing: "Final" } });
    await paid(fork, disputes, dave, "//Dave");
  });
});
