import type { Page } from "@playwright/test";
import { balance, developer } from "../../lib/chain.ts";
import { Contract } from "../../lib/contract.ts";
import { need } from "../../lib/environment.ts";
import { look } from "../../lib/look.ts";
import { LiePage } from "../../pages/lie.ts";
import { toHex } from "../../protocol/bytes.ts";
import { expect, test, watched } from "./fixtures.ts";

const [eve, ferdie] = [developer("Eve"), developer("Ferdie")];

/** The development chain's unit. */
const UNIT = 10n ** 12n;

type Amount = string | number;
type Game = { challenger: string; contest: { game: { turn: number; phase: unknown }; settled: boolean } };
type Claim = { asserter: string; claim: { standing: string; openGames: number }; games: number };

/** What the contract says of its money. */
async function ledger(disputes: Contract): Promise<Record<string, bigint>> {
  const said = (await disputes.read(eve, "ledger")) as Record<string, Amount>;
  return Object.fromEntries(Object.entries(said).map(([name, amount]) => [name, BigInt(amount)]));
}

const bondOf = async (disputes: Contract): Promise<bigint> =>
  BigInt(((await disputes.read(eve, "deployment")) as { bond: Amount }).bond);

const due = async (disputes: Contract): Promise<bigint> =>
  BigInt((await disputes.read(ferdie, "due", toHex(ferdie.publicKey))) as Amount);

/** The disputes contract, and nothing due to the challenger from an earlier test. */
async function contract(api: Contract["api"], account: string | null): Promise<Contract> {
  if (account === null) throw new Error("the deployment lists no disputes contract");
  const disputes = Contract.at(api, "disputes", account);
  if ((await due(disputes)) > 0n) await disputes.call(ferdie, "withdraw");
  return disputes;
}

/** That the chain says so too, asked without the page. */
async function refuted(disputes: Contract, receipt: string): Promise<Game> {
  const claim = (await disputes.read(eve, "claim", receipt)) as Claim;
  expect(claim.asserter).toBe(toHex(eve.publicKey));
  expect(claim.claim).toMatchObject({ standing: "False", openGames: 0 });
  const game = (await disputes.read(eve, "game", receipt, 0)) as Game;
  expect(game.challenger).toBe(toHex(ferdie.publicKey));
  expect(game.contest).toMatchObject({ settled: true, game: { phase: { won: "Challenger" } } });
  return game;
}

test("a lie is told, narrowed from the network to its terms, and refuted by the contract; the money is where it must be", async ({
  api,
  deployment,
  page,
}) => {
  const disputes = await contract(api, deployment.disputes);
  const [bond, before] = [await bondOf(disputes), await ledger(disputes)];
  const [poor, rich] = [await balance(api, eve.address), await balance(api, ferdie.address)];
  const lie = new LiePage(page);
  await page.goto("/explore/claims");
  await page.getByRole("link", { name: "Watch a lie lose" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Watch a lie lose");
  await expect(page.getByText("Both players are this page")).toBeVisible();
  await page.getByLabel("Which digit").selectOption("7");
  await expect(page.getByRole("img", { name: "A handwritten 7 in 8 × 8 pixels" })).toBeVisible();
  await look(page, "lie", [320, 1280]);
  expect(await ledger(disputes), "nothing was sent yet").toEqual(before);
  await lie.begin.click();
  await lie.reach("over");

  const receipt = await lie.receipt();
  const game = await refuted(disputes, receipt);
  await expect(lie.state).toContainText("The claim stands false on the chain.");
  expect(await lie.reached()).toEqual([true, true, true, true, true]);
  // Anchor, stake, challenge, one line for each move, and the withdrawal.
  await expect(lie.happened).toHaveCount(3 + game.contest.game.turn + 1);
  await expect(lie.happened.getByRole("link", { name: /^Block / })).toHaveCount(3 + game.contest.game.turn + 1);
  await expect(page.getByTestId("lie-answers")).toHaveText(/^The network says 7\. The liar says [0-689]\.$/);
  const verdict = await page.getByTestId("lie-verdict").textContent();
  const [, computed, claimed] = /computed (−?[\d,]+)\. Claimed was (−?[\d,]+)\./.exec(verdict ?? "") ?? [];
  expect(computed).toBeDefined();
  expect(computed).not.toBe(claimed);
  // The last sum in the table is the one that was computed, from eight terms and what was before them.
  const terms = lie.level(4).locator("tbody tr");
  await expect(terms).toHaveCount(9);
  await expect(terms.last().locator("td").last()).toHaveText(computed ?? "");

  const [after, half] = [await ledger(disputes), bond / 2n];
  const gained = (name: string) => (after[name] ?? 0n) - (before[name] ?? 0n);
  expect(gained("received")).toBe(2n * bond);
  expect(gained("paid"), "its bond back, and half of the liar's").toBe(bond + half);
  expect(gained("burned") + gained("burning"), "the other half").toBe(bond - half);
  expect([gained("held"), gained("due")]).toEqual([0n, 0n]);
  expect(await due(disputes)).toBe(0n);
  // Fees and the deposit of the game's record are far below half a bond.
  expect(await balance(api, ferdie.address)).toBeGreaterThan(rich);
  expect(await balance(api, eve.address)).toBeLessThan(poor - bond);
  const end = page.getByTestId("lie-end");
  await expect(end).toContainText(`Paid to the challenger${(bond + half) / UNIT} UNIT`);
  await expect(end).toContainText(`Burned${(bond - half) / UNIT} UNIT`);
  await look(page, "lie-over", [320, 1280]);

  // The same numbers as tables, by keyboard alone.
  for (const number of [0, 1, 2, 3]) {
    const summary = lie.level(number).getByText("As a table");
    await summary.focus();
    await page.keyboard.press("Enter");
    await expect(lie.level(number).getByRole("table")).toBeVisible();
  }
  await expect(lie.level(0).getByRole("row").filter({ hasText: "picture" })).toContainText("same");
  await expect(lie.level(2).getByRole("row").filter({ hasText: "differs" })).toHaveCount(1);
  await look(page, "lie-tables", [320, 1280]);

  await page.getByRole("link", { name: "See the claim in the explorer" }).click();
  await expect(page.getByTestId("explore-claim").locator("[data-standing]")).toHaveAttribute("data-standing", "false");
  await expect(page.getByTestId("explore-game")).toContainText("over: the challenger won");
});

test("step by step by keyboard, a reload in the middle, and on to the end", async ({ api, deployment, page }) => {
  const disputes = await contract(api, deployment.disputes);
  const lie = new LiePage(page);
  await lie.open();
  await page.getByLabel("Wait after each step").check();
  await lie.begin.focus();
  await page.keyboard.press("Enter");
  await lie.reach("paused");
  await expect(lie.state).toContainText("Next: The liar puts the receipt at stake.");
  await expect(lie.happened).toHaveCount(1);
  const steps = ["The challenger objects", "The liar publishes the fingerprint", "The challenger names the first part"];
  for (const step of steps) {
    await lie.next();
    await expect(lie.state).toContainText(`Next: ${step}`);
  }
  expect(await lie.reached()).toEqual([true, false, false, false, false]);
  await look(page, "lie-paused", [320, 1280]);
  const receipt = await lie.receipt();
  expect((await disputes.read(eve, "claim", receipt)) as Claim).toMatchObject({
    claim: { standing: "Open" },
    games: 1,
  });

  await page.reload();
  const notice = page.getByRole("alert").filter({ hasText: "A game of this tab is not finished" });
  await expect(notice).toContainText("Both bonds are with the contract.");
  await look(page, "lie-unfinished", [320, 1280]);
  await notice.getByRole("button", { name: "Go on with it" }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  await lie.reach("paused");
  await page.getByRole("button", { name: "Go on by itself" }).click();
  await lie.reach("over");
  expect(await lie.receipt()).toBe(receipt);
  await refuted(disputes, receipt);
  // Nothing is left to go on with.
  await page.reload();
  await expect(lie.begin).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("who leaves an unfinished game is told what becomes of it, and can begin anew", async ({
  api,
  deployment,
  page,
}) => {
  const disputes = await contract(api, deployment.disputes);
  const lie = new LiePage(page);
  await lie.open();
  await page.getByLabel("Wait after each step").check();
  await lie.begin.click();
  await lie.reach("paused");
  await lie.next();
  await expect(lie.state).toContainText("Next: The challenger objects");
  const receipt = await lie.receipt();
  // Another page of the app, and back.
  await page.getByRole("link", { name: "See the claim in the explorer" }).click();
  await expect(page.getByTestId("explore-claim")).toBeVisible();
  await page.goBack();
  const notice = page.getByRole("alert").filter({ hasText: "A game of this tab is not finished" });
  await expect(notice).toContainText("whoever has to move loses once its clock has run out");
  await notice.getByRole("button", { name: "Leave it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(lie.begin).toBeVisible();
  expect((await disputes.read(eve, "claim", receipt)) as Claim).toMatchObject({ claim: { standing: "Open" } });
});

watched(
  "the node goes away in mid-game: it is said, and the game goes on when it is back",
  async ({ wire, api, deployment, page }) => {
    const disputes = await contract(api, deployment.disputes);
    const lie = new LiePage(page);
    await lie.open();
    await page.getByLabel("Wait after each step").check();
    await lie.begin.click();
    await lie.reach("paused");
    const node = need("COUNTERSIGN_RPC");
    wire.fate = ({ url }) => (url.startsWith(node) ? "gone" : "pass");
    await lie.next();
    await lie.reach("failed");
    const notice = page.getByRole("alert").filter({ hasText: "It stopped" });
    await expect(notice).toContainText("Nothing is lost");
    await look(page, "lie-failed", [320, 1280]);
    wire.fate = () => "pass";
    await expect(page.getByTestId("chain-status")).toContainText(/block \d/i);
    await page.getByRole("button", { name: "Try again" }).click();
    await lie.reach("paused");
    await page.getByRole("button", { name: "Go on by itself" }).click();
    await lie.reach("over");
    await refuted(disputes, await lie.receipt());
  },
);

test("a press too many makes one claim", async ({ api, deployment, page }) => {
  const disputes = await contract(api, deployment.disputes);
  const count = async () => ((await disputes.read(eve, "claims", 0, 0)) as { total: number }).total;
  const before = await count();
  const lie = new LiePage(page);
  await lie.open();
  await page.getByLabel("Wait after each step").check();
  await lie.begin.dblclick();
  await lie.reach("paused");
  const next = page.getByRole("button", { name: "Next step" });
  await next.dblclick();
  await expect(lie.state).toContainText("Next: The challenger objects");
  expect(await count()).toBe(before + 1);
});

/** The page with another entry for this chain in its list of deployments. */
async function listed(page: Page, altered: Record<string, unknown>): Promise<void> {
  await page.route("**/deployments.json", async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { deployments: Record<string, unknown>[] };
    const entries = list.deployments.map((entry) => ({ ...entry, ...altered }));
    await route.fulfill({ response, json: { ...list, deployments: entries } });
  });
}

test("it is offered on a development chain only, and says why not", async ({ page }) => {
  await listed(page, { development: false });
  await page.goto("/lie");
  await expect(page.getByText("This is a public chain.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Make a false claim" })).toHaveCount(0);
});

test("it is offered where the list names a disputes contract only, and says why not", async ({ page }) => {
  await listed(page, { disputes: null });
  await page.goto("/lie");
  await expect(page.getByText("names no disputes contract for this chain")).toBeVisible();
  await look(page, "lie-not-here", [320, 1280]);
});

// A context of its own for each: the service worker keeps the list of the first visit.
for (const place of ["/lie", "/explore/claims", `/explore/claim/0x${"5a".repeat(32)}`])
  test(`a disputes contract with other code than the released one is not believed at ${place.slice(0, 15)}`, async ({
    deployment,
    page,
  }) => {
    // The receipts contract stands there instead: a contract, and not that one.
    await listed(page, { disputes: deployment.receipts });
    await page.goto(place);
    await expect(page.getByRole("alert")).toContainText("the disputes contract's code hash is");
    await expect(page.getByRole("alert")).toContainText("It may be a look-alike.");
  });

test.describe("in German", () => {
  test.use({ locale: "de-DE" });

  test("the whole show", async ({ page }) => {
    await page.goto("/lie");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Zusehen, wie eine Lüge verliert");
    await page.getByRole("button", { name: "Einen falschen Anspruch stellen" }).click();
    const state = page.getByTestId("lie-state");
    await expect(state).toHaveAttribute("data-state", "over", { timeout: 180_000 });
    await expect(state).toContainText("Auf der Kette steht der Anspruch als falsch.");
    await look(page, "lie-german", [320, 1280]);
  });
});
