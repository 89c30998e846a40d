import path from "node:path";
import { connect } from "../../lib/chain.ts";
import { cliJson } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { Fork } from "../../lib/fork.ts";
import { LocalNode, withFolder } from "../../lib/node.ts";
import { type Line, Tower } from "../../lib/tower.ts";
import { believing, BOND, Lies } from "./claims.ts";
import { alice, bob, expect, test } from "./fixtures.ts";

/** Blocks that stand on a final one: time enough to look at what is not final yet. */
const DEPTH = 14;
/** Blocks after which no transaction that was sent before can be taken (256), and a few. */
const LIFE = 270;

type Claim = { games: number; claim: { standing: string } };
type Game = { contest: { game: { turn: number } } };

test("X2: a watchtower whose challenge and moves are reorganised away sends them again, and wins with the one bond", () =>
  withFolder(async (folder) => {
    const node = await LocalNode.start({ blockTimeMs: 500, finaliseAfter: DEPTH });
    const api = await connect(node.ws);
    const fork = new Fork(node, api);
    try {
      const registry = await Contract.deploy(api, alice, "registry", []);
      const genesis = api.genesisHash.toHex();
      const receipts = await Contract.deploy(api, alice, "receipts", [genesis, registry.account]);
      const rules = [genesis, registry.account, receipts.account, 3_000, 1_500, BOND];
      const disputes = await Contract.deploy(api, alice, "disputes", rules);
      await believing(node, registry, receipts, folder, async () => {
        const lies = await Lies.publish(disputes, folder);
        const cases = path.join(folder, "cases");
        const place = { genesis, contract: receipts.account };
        const receipt = await lies.stake(receipts, place, path.join(cases, "one"));
        // What the best chain says, final or not.
        const games = async () => ((await disputes.read(bob, "claim", receipt)) as Claim).games;
        const turn = async () => ((await disputes.read(bob, "game", receipt, 0)) as Game | null)?.contest.game.turn;
        const at = (wanted: number) => fork.until(async () => (await turn()) === wanted);
        const contract = ["--disputes", disputes.address];
        const tower = Tower.start([cases, ...contract, "--state", path.join(folder, "state"), "--suri", "//Charlie"]);
        const heard: Line[] = [];
        const hear = async (wanted: (line: Line) => boolean) => {
          const lines = await tower.until(wanted);
          heard.push(...lines);
          return lines;
        };

        // The challenge is in a block that is lost, and nobody else heard of it.
        await fork.until(async () => (await games()) === 1);
        await fork.lose();
        expect(await games()).toBe(0);
        await fork.seal(LIFE);
        const again = await hear(({ event }) => event === "challenged");
        expect(again.map(({ event }) => event)).toContain("trouble");
        expect(await games()).toBe(1);

        const [opening, ...rest] = lies.game.moves;
        if (opening?.side !== "A") throw new Error("the asserter moves first");
        // The liar's move is seen for some blocks, then lost: nobody answered what was not final.
        const lost = lies.play(bob, receipt, 0, opening).then(
          () => "kept",
          () => "lost",
        );
        await at(1);
        await fork.pass(6);
        expect(await turn()).toBe(1);
        await fork.lose();
        expect(await lost).toBe("lost");
        expect(await turn()).toBe(0);
        await lies.play(bob, receipt, 0, opening);

        let answers = 0;
        for (const entry of rest) {
          if (entry.side === "A") {
            await lies.play(bob, receipt, 0, entry);
            continue;
          }
          answers += 1;
          await at(entry.turn + 1);
          // The first answer is lost for good, the second comes back from the pool, the others stay.
          if (answers === 1) {
            await fork.lose();
            expect(await turn()).toBe(entry.turn);
            await fork.seal(LIFE);
          }
          if (answers === 2) await fork.lose({ keep: true });
          const wanted = `game 0, turn ${entry.turn}: ${entry.move}`;
          await hear(({ event, text }) => event === "played" && text.startsWith(wanted));
        }
        expect(heard.at(-1)?.text).toContain("and won");
        await tower.kill();

        // What was taken back was never told as done; what was lost was sent once more, and no more.
        const of = (event: string) => heard.filter((line) => line.event === event);
        expect(of("challenged")).toHaveLength(1);
        expect(of("played")).toHaveLength(answers);
        expect(of("trouble").length).toBeGreaterThanOrEqual(2);
        expect(await disputes.read(bob, "claim", receipt)).toMatchObject({ games: 1, claim: { standing: "False" } });
        const taken = await cliJson<{ withdrawn: string }>(["claim", "withdraw", ...contract, "--suri", "//Charlie"]);
        expect(taken.json.withdrawn).toBe(String(BOND + BOND / 2n));
      });
    } finally {
      await api.disconnect();
      await node.stop();
    }
  }));
