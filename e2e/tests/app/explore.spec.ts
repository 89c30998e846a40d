import type { Page } from "@playwright/test";
import { ss58 } from "../../protocol/account.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { need } from "../../lib/environment.ts";
import { look as lookAt } from "../../lib/look.ts";
import { LocalNode } from "../../lib/node.ts";
import { expect, signedRun, test } from "./fixtures.ts";

const NOWHERE = `0x${"5a".repeat(32)}`;

const look = (page: Page, state: string): Promise<void> => lookAt(page, `explore-${state}`, [320, 1280]);

async function lookUp(page: Page, text: string): Promise<void> {
  await page.getByLabel("Id, account, block number or hash").fill(text);
  await page.getByRole("button", { name: "Look up" }).click();
}

test("the overview names the chain, its contracts and how much they hold", async ({ page, models, deployment }) => {
  await models.open();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Explore" }).click();
  await expect(models.heading).toHaveText("Explore the chain");
  await expect(models.heading).toBeFocused();
  await expect(page.locator(`[data-id="${deployment.genesis}"]`)).toBeVisible();
  await expect(page.locator(`[data-id="${deployment.codeHashes.receipts}"]`)).toBeVisible();
  await expect(page.getByTestId("explore-counts")).toContainText("Models");
  await look(page, "overview");
});

test("models, one model with its files, its publisher and back", async ({ page, models, magika }) => {
  await page.goto("/explore/models");
  const row = page.getByRole("row").filter({ hasText: String(magika.manifest["name"]) });
  await expect(row).toBeVisible();
  await look(page, "models");
  await row.getByRole("link", { name: /^Details of model id/ }).click();
  await expect(models.heading).toHaveText("Model");
  await expect(page).toHaveURL(new RegExp(`/explore/model/${magika.id}$`));
  const files = magika.manifest["files"] as { path: string; sha256: string }[];
  for (const file of files) await expect(page.locator(`[data-id="${file.sha256}"]`)).toBeVisible();
  await look(page, "model");
  const publisher = ss58(fromHex(magika.publisher), 42);
  await page.getByRole("link", { name: `Details of Publisher ${publisher}` }).click();
  await expect(models.heading).toHaveText("Account");
  await look(page, "account");
  await page.goBack();
  await expect(models.heading).toHaveText("Model");
});

test("an anchored receipt is found by its sealed id, with block and sender, and its block shows the event", async ({
  page,
  models,
  run,
  sign,
  magika,
}) => {
  await signedRun({ run, sign, magika });
  const sealed = await sign.id("sealed id");
  await sign.anchor();
  await page.goto("/explore");
  await lookUp(page, sealed);
  await page.getByTestId("explore-found").getByRole("link", { name: "Anchored receipt (sealed id)" }).click();
  await expect(page).toHaveURL(new RegExp(`/explore/receipt/${sealed}$`));
  const sheet = page.getByTestId("explore-receipt");
  await expect(sheet).toContainText("Anchored by");
  await expect(sheet).toContainText("unknown: the chain does not say which receipt this sealed id belongs to");
  await look(page, "receipt");
  await sheet
    .getByRole("link", { name: /^Block / })
    .first()
    .click();
  await expect(page.getByText("Contracts.call")).toBeVisible();
  await expect(page.getByText("Anchored", { exact: true })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "Contracts.call" })).toContainText("succeeded");
  await look(page, "block");
  await page.getByRole("link", { name: "Previous block" }).click();
  await expect(models.heading).toBeFocused();
  await page.goto("/explore/anchors");
  await expect(page.locator(`[data-id="${sealed}"]`)).toBeVisible();
  await look(page, "anchors");
});

test("what was never seen is unknown and not invalid", async ({ page, models }) => {
  await page.goto("/explore");
  await lookUp(page, NOWHERE);
  await expect(models.alert).toContainText("Unknown on this chain");
  await expect(models.alert).not.toContainText(/invalid/i);
  await look(page, "unknown");
  await page.goto(`/explore/receipt/${NOWHERE}`);
  await expect(models.alert).toContainText("Unknown on this chain");
  await page.goto(`/explore/model/${NOWHERE}`);
  await expect(models.alert).toContainText("Unknown on this chain");
  await page.goto("/explore/block/4000000000");
  await expect(models.alert).toContainText("Unknown on this chain");
});

test("a number, a block's hash, an account and a slip of the pen are told apart", async ({ page, models, api }) => {
  await page.goto("/explore");
  const found = page.getByTestId("explore-found");
  await lookUp(page, "1");
  await expect(found.getByRole("link")).toHaveText(["Block"]);
  await lookUp(page, (await api.rpc.chain.getBlockHash(1)).toHex());
  await expect(found.getByRole("link")).toHaveText(["Block"]);
  await lookUp(page, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
  await expect(found.getByRole("link")).toHaveText(["Account"]);
  await lookUp(page, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ");
  await expect(models.alert).toContainText("This is no id, number or account");
  await lookUp(page, "<script>");
  await expect(models.alert).toContainText("This is no id, number or account");
});

test("every part opens by its address and has nothing for axe to find", async ({ page, models }) => {
  const parts = ["engines", "publishers", "batches", "verified", "revoked", "disowned", "blocks", "events"];
  for (const part of parts) {
    await page.goto(`/explore/${part}`);
    await expect(page.getByText(/^Read at finalised block/)).toBeVisible();
    await look(page, part);
  }
  await page.goto("/explore/nothing");
  await expect(models.alert).toContainText("This address names nothing");
  await page.goto("/explore/anchors?before=x");
  await expect(models.alert).toContainText("This address names nothing");
});

test("pages of a list stand in the address", async ({ page, models }) => {
  await page.goto("/explore/blocks?before=3");
  await expect(page.getByText("Blocks 0 to 2, newest first")).toBeVisible();
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page).toHaveURL(/\/explore\/blocks$/);
  await expect(page.getByText(/^Blocks .* newest first$/)).not.toHaveText("Blocks 0 to 2, newest first");
  await page.goBack();
  await expect(page.getByText("Blocks 0 to 2, newest first")).toBeVisible();
  await expect(models.heading).toHaveText("Blocks");
});

test("bad input: a node that is down is named, and the page recovers when it is back", async ({ page, models }) => {
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, (route) => route.abort("connectionrefused"));
  await page.goto("/explore");
  await expect(models.alert).toContainText("The chain cannot be reached");
  await page.unroute(`${need("COUNTERSIGN_RPC")}/**`);
  await models.retry.click();
  await expect(page.getByTestId("explore-counts")).toBeVisible();
});

test("bad input: a node of another chain shows nothing of its own", async ({ page, models }) => {
  const node = await LocalNode.start();
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, async (route) => {
    const response = await route.fetch({ url: node.http });
    await route.fulfill({ response });
  });
  await page.goto("/explore");
  await expect(models.alert).toContainText("Not a chain that this app knows");
  await node.stop();
});

test("the gallery narrows to what is sought and leads to a model's page in the explorer", async ({
  page,
  models,
  magika,
}) => {
  await models.open();
  await models.reach("Magika");
  const field = page.getByLabel("Find among the models read so far");
  await field.fill("magika apache");
  const list = page.getByRole("list", { name: "Models" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(page.getByText(/^1 of \d+ models/)).toBeVisible();
  await expect(field).toBeFocused();
  await look(page, "gallery");
  await field.fill("no such model anywhere");
  await expect(list.getByRole("listitem")).toHaveCount(0);
  await field.fill(magika.id);
  await models
    .card("Magika")
    .getByRole("link", { name: /^Details of Magika/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`/explore/model/${magika.id}$`));
});
