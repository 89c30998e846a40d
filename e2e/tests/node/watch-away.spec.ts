import path from "node:path";
import { connect } from "../../lib/chain.ts";
import { cliJson } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { LocalNode, withFolder } from "../../lib/node.ts";
import { Tower } from "../../lib/tower.ts";
import { believing, BOND, Lies } from "./claims.ts";
import { alice, bob, expect, test } from "./fixtures.ts";

test("a node that is killed twice in mid-game and started again takes no bond from a watchtower", () =>
  withFolder(async (folder) => {
    const basePath = path.join(folder, "chain");
    let node = await LocalNode.start({ basePath, blockTimeMs: 500 });
    const { port } = node;
    const api = await connect(node.ws);
    try {
      const registry = await Contract.deploy(api, alice, "registry", []);
      const genesis = api.genesisHash.toHex();
      const receipts = await Contract.deploy(api, alice, "receipts", [genesis, registry.account]);
      const rules = [genesis, registry.account, receipts.account, 1_000, 500, BOND];
      const disputes = await Contract.deploy(api, alice, "disputes", rules);
      await believing(node, registry, receipts, folder, async () => {
        const lies = await Lies.publish(disputes, folder);
        const cases = path.join(folder, "cases");
        const place = { genesis, contract: receipts.account };
        const receipt = await lies.stake(receipts, place, path.join(cases, "one"));
        const contract = ["--disputes", disputes.address];
        const tower = Tower.start([cases, ...contract, "--state", path.join(folder, "state"), "--suri", "//Charlie"]);
        const heard = await tower.until(({ event }) => event === "challenged");
        const killed = new Set([0, 2]);
        for (const [turn, entry] of lies.game.moves.entries()) {
          if (killed.has(turn)) {
            await node.kill();
            heard.push(...(await tower.until(({ event }) => event === "trouble")));
            const back = new Promise<unknown>((resolve) => api.once("connected", resolve));
            node = await LocalNode.start({ basePath, port, blockTimeMs: 500 });
            await back;
          }
          if (entry.side === "A") await lies.play(bob, receipt, 0, entry);
          else
            heard.push(
              ...(await tower.until(({ event, text }) => event === "played" && text.includes(`turn ${turn}:`))),
            );
        }
        expect(heard.at(-1)?.text).toContain("and won");
        await tower.kill();
        expect(heard.filter(({ event }) => event === "challenged")).toHaveLength(1);
        expect(heard.filter(({ event }) => event === "trouble").length).toBeGreaterThanOrEqual(killed.size);
        expect(await disputes.read(bob, "claim", receipt)).toMatchObject({ games: 1, claim: { standing: "False" } });
        const taken = await cliJson<{ withdrawn: string }>(["claim", "withdraw", ...contract, "--suri", "//Charlie"]);
        expect(taken.json.withdrawn).toBe(String(BOND + BOND / 2n));
      });
    } finally {
      await api.disconnect();
      await node.stop();
    }
  }));
