import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { developer } from "../../lib/chain.ts";
import { cli, EXIT } from "../../lib/cli.ts";
import { Contract } from "../../lib/contract.ts";
import { polkadotSigner, signReceipt } from "../../lib/receipt.ts";
import { H, tagged, toHex } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { expect, test } from "./fixtures.ts";

const [bob, charlie, dave] = [developer("Bob"), developer("Charlie"), developer("Dave")];

test("claims follow the chain by themselves, and what has the focus keeps it", async ({
  api,
  deployment,
  receipts,
  published,
  place,
  folder,
  page,
}) => {
  if (deployment.disputes === null) throw new Error("the deployment lists no disputes contract");
  const disputes = Contract.at(api, "disputes", deployment.disputes);
  const { bond } = (await disputes.read(bob, "deployment")) as { bond: string | number };
  const stake = async (name: string): Promise<string> => {
    const some = () => toHex(randomBytes(32));
    const run = { model: published("Digits").id, engine: toHex(H(tagged("countersign/exact/1"))), beacon: ZERO32 };
    const said = { ...run, input: some(), output: some(), lane: "exact" } as const;
    const signed = await signReceipt(polkadotSigner(bob), place, said);
    await receipts.call(bob, "anchor", signed.sealedId);
    const file = path.join(folder, `${name}.json`);
    await writeFile(file, signed.file);
    const { code, stderr } = await cli(["claim", "assert", file, "--suri", "//Bob"]);
    expect(code, stderr).toBe(EXIT.ok);
    return signed.receiptId;
  };
  const first = await stake("first");
  await page.goto("/explore/claims");
  const row = (id: string) => page.getByRole("row").filter({ has: page.locator(`[data-id="${id}"]`) });
  await expect(row(first)).toContainText("open");
  const link = row(first).getByRole("link", { name: /^Details of Receipt id/ });
  await link.focus();
  const second = await stake("second");
  await expect(row(second)).toContainText("open");
  await expect(link).toBeFocused();
  await expect(page.getByTestId("explore-news")).toContainText("A new claim");

  await page.goto(`/explore/claim/${second}`);
  await expect(page.getByText("Nobody has challenged this receipt.")).toBeVisible();
  const copy = page.getByTestId("explore-claim").getByRole("button").first();
  await copy.focus();
  // Whether the page's parts are made anew: a mark on the element is lost then.
  await copy.evaluate((element) => element.setAttribute("data-mark", "here"));
  await disputes.pay(charlie, BigInt(bond), "challenge", second);
  const games = page.getByTestId("explore-game");
  await expect(games).toHaveCount(1);
  await expect(games.first()).toContainText("the signer opens the network");
  await expect(page.getByTestId("explore-news")).toContainText("Game 1: the signer opens the network.");
  await expect(page.getByText("Nobody has challenged this receipt.")).toHaveCount(0);
  await disputes.pay(dave, BigInt(bond), "challenge", second);
  await expect(games).toHaveCount(2);
  await expect(copy).toBeFocused();
  await expect(copy).toHaveAttribute("data-mark", "here");
});
