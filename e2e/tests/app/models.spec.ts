import { ss58 } from "../../protocol/account.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { LocalNode } from "../../lib/node.ts";
import { need } from "../../lib/environment.ts";
import { expect, test } from "./fixtures.ts";

test("the gallery shows the model that is published on the chain, with its publisher", async ({ models, magika }) => {
  await models.open();
  await expect(models.heading).toHaveText("Models");
  const card = await models.reach(String(magika.manifest["name"]));
  await expect(card).toBeVisible();
  expect(await models.id("model id", card)).toBe(magika.id);
  await expect(card.locator(`[data-id="${ss58(fromHex(magika.publisher), 42)}"]`)).toBeVisible();
  await expect(card).toContainText(String(magika.manifest["licence"]));
  await models.run(String(magika.manifest["name"]));
  await expect(models.page).toHaveURL(new RegExp(`/run/${magika.id}$`));
});

test("the header names the chain and says that a development chain proves nothing", async ({ models, deployment }) => {
  await models.open();
  await expect(models.chain).toContainText(deployment.name);
  await expect(models.chain).toContainText("A development chain: it proves nothing");
});

test("bad input: a node that is down is named, and the page recovers when it is back", async ({
  models,
  page,
  magika,
}) => {
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, (route) => route.abort("connectionrefused"));
  await models.open();
  await expect(models.alert).toContainText("The chain cannot be reached");
  await page.unroute(`${need("COUNTERSIGN_RPC")}/**`);
  await models.retry.click();
  await expect(await models.reach(String(magika.manifest["name"]))).toBeVisible();
});

test("bad input: a node that never answers leaves a page that can be used", async ({ models, page }) => {
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, () => new Promise(() => undefined));
  await models.open();
  await expect(models.chain).toContainText("Reaching the chain");
  await models.go("What it proves");
  await expect(models.heading).toHaveText("What a receipt proves");
});

test("bad input: a node with a new genesis is not a chain that the app knows", async ({ models, page }) => {
  const node = await LocalNode.start();
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, async (route) => {
    const response = await route.fetch({ url: node.http });
    await route.fulfill({ response });
  });
  await models.open();
  await expect(models.chain).toContainText("Not a chain that this app knows");
  await expect(models.page.getByRole("link", { name: /^Run / })).toHaveCount(0);
  await node.stop();
});

test("an address that does not exist says so and leads back", async ({ models, page }) => {
  await page.goto("/nowhere");
  await expect(models.heading).toHaveText("There is no such page");
  await page.getByRole("link", { name: "See all models" }).click();
  await expect(models.heading).toHaveText("Models");
});
