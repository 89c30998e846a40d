import { randomBytes } from "node:crypto";
import { H, tagged, toHex } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { developer } from "../../lib/chain.ts";
import { cli, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { programs, publish, write } from "../../lib/exact.ts";
import { games, hex, moveOf } from "../../lib/games.ts";
import { look } from "../../lib/look.ts";
import { polkadotSigner, signReceipt } from "../../lib/receipt.ts";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "./fixtures.ts";

const [bob, charlie, dave] = [developer("Bob"), developer("Charlie"), developer("Dave")];

test("a false claim narrows from the network to the terms, and is shown as false once it is refuted", async ({
  api,
  deployment,
  receipts,
  place,
  folder,
  page,
}) => {
  const game = games().at(-1);
  const program = programs().find(({ name }) => name === game?.program);
  if (game === undefined || program === undefined) throw new Error("no such game");
  if (deployment.disputes === null) throw new Error("the deployment lists no disputes contract");
  const disputes = Contract.at(api, "disputes", deployment.disputes);
  const { bond } = (await disputes.read(bob, "deployment")) as { bond: string | number };
  const written = await write(folder, program, `shown ${toHex(randomBytes(4))}`);
  const model = await publish(written, "//Dave");
  const engine = toHex(H(tagged("countersign/exact/1")));
  const lie = { model, engine, input: hex(game.input), output: hex(game.output), beacon: ZERO32 };
  const signed = await signReceipt(polkadotSigner(bob), place, { ...lie, lane: "exact" });
  await receipts.call(bob, "anchor", signed.sealedId);
  const file = path.join(folder, "receipt.json");
  await writeFile(file, signed.file);
  const { code, stderr } = await cli(["claim", "assert", file, "--models", folder, "--suri", "//Bob"]);
  expect(code, stderr).toBe(EXIT.ok);
  await page.goto("/explore/claims");
  const row = page.getByRole("row").filter({ has: page.locator(`[data-id="${signed.receiptId}"]`) });
  await expect(row).toContainText("open");
  await look(page, "explore-claims", [320, 1280]);
  await row.getByRole("link", { name: /^Details of Receipt id/ }).click();
  await expect(page).toHaveURL(new RegExp(`/explore/claim/${signed.receiptId}$`));
  await expect(page.getByText("Nobody has challenged this receipt.")).toBeVisible();
  await disputes.pay(charlie, BigInt(bond), "challenge", signed.receiptId);
  const registered = { publisher: toHex(dave.publicKey), manifest: written.digest };
  const [sheet, shown] = [page.getByTestId("explore-claim"), page.getByTestId("explore-game")];
  const seen = new Set<string>();
  for (const entry of game.moves) {
    const mover = entry.side === "A" ? bob : charlie;
    const made = moveOf(entry, registered);
    const { answer } = await disputes.call(mover, "play", signed.receiptId, 0, entry.turn, made);
    expect(answer, entry.move).toHaveProperty("ok");
    seen.add(entry.move);
    // The page shows finalised blocks; the development chain finalises each block that it seals.
    await expect(async () => {
      await page.getByRole("button", { name: "Read again" }).click();
      await expect(shown).toContainText(`Moves made${entry.turn + 1}`, { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    const expected: Record<string, RegExp> = {
      open_trace: /a network of (one|\d+) steps?/,
      pick_element: /number [\d,]+terms 0 up to before [\d,]+: from the start to a claimed -?\d+/,
    };
    const words = expected[entry.move];
    if (words !== undefined) await expect(shown).toContainText(words);
    if (entry.move === "open_sums") await look(page, "explore-claim", [320, 1280]);
  }
  expect(seen).toContain("open_trace");
  await expect(shown).toContainText("over: the challenger won");
  await expect(sheet.locator("[data-standing]")).toHaveAttribute("data-standing", "false");
  await look(page, "explore-claim-false", [320, 1280]);
});

test("a receipt that was never put at stake is unknown here, and an address that is none says so", async ({ page }) => {
  await page.goto(`/explore/claim/0x${"5a".repeat(32)}`);
  await expect(page.getByRole("main")).toContainText("No receipt with this id is at stake");
  await page.goto("/explore/claim/nothing");
  await expect(page.getByRole("main")).toContainText("This address names nothing");
});
