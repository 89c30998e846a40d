import type { Page, Route } from "@playwright/test";
import { brotliCompressSync, constants } from "node:zlib";
import { need } from "../../lib/environment.ts";
import { expect, test } from "./fixtures.ts";

/** The pages whose code comes later, and their headings. */
const LATER = {
  "/try": "Try a model of your own",
  "/receipts": "Receipts",
  "/disown": "Disown a stolen key",
  "/verify": "Verify a receipt",
  "/publish": "Publish a model",
  "/explore": "Explore the chain",
  "/about": "What a receipt proves",
  "/storage": "What this browser keeps",
  "/files": "Verify this page",
} as const;

/** Parts of the app, as the build names them. */
const PARTS = /\/assets\/(page|shared)-/;

const brotli = (bytes: Buffer): number =>
  Math.min(
    bytes.length,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } })
      .length,
  );

/** What counts as moving: the browser's own measure, since the page was made. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const moved: number[] = [];
    Object.assign(globalThis, { moved });
    new PerformanceObserver((seen) => {
      for (const entry of seen.getEntries()) moved.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
}

const shifts = (page: Page): Promise<number[]> =>
  page.evaluate(() => (globalThis as unknown as { moved: number[] }).moved);

test.describe("without the service worker's help", () => {
  test.use({ serviceWorkers: "block" });

  test("a first visit to the gallery downloads at most 600,000 bytes, and no other page's part", async ({
    models,
    page,
    magika,
  }) => {
    const origin = new URL(need("COUNTERSIGN_APP_URL")).origin;
    const sizes: Promise<[string, number]>[] = [];
    page.on("response", (answer) => {
      if (!answer.url().startsWith(origin)) return;
      sizes.push(answer.body().then((bytes) => [new URL(answer.url()).pathname, brotli(bytes)]));
    });
    await models.open();
    await expect(await models.reach(String(magika.manifest["name"]))).toBeVisible();
    const downloaded = await Promise.all(sizes);
    expect(downloaded.map(([path]) => path).filter((path) => PARTS.test(path))).toEqual([]);
    const all = downloaded.reduce((sum, [, size]) => sum + size, 0);
    expect(all, JSON.stringify(downloaded)).toBeLessThanOrEqual(600_000);
    expect(all, "the page itself was measured").toBeGreaterThan(100_000);
  });

  test("a page's part is fetched once, with its first visit; the heading takes the focus and names the tab", async ({
    models,
    page,
  }) => {
    const fetched: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (PARTS.test(pathname)) fetched.push(pathname);
    });
    await models.open();
    await models.heading.waitFor();
    expect(fetched).toEqual([]);
    await models.go("What it proves");
    await expect(models.heading).toBeFocused();
    await expect(models.heading).toHaveText("What a receipt proves");
    expect(await page.title()).toContain((await models.heading.innerText()).trim());
    const once = [...fetched];
    expect(once.length).toBeGreaterThan(0);
    await models.go("Models");
    await expect(models.heading).toHaveText("Models");
    await models.go("What it proves");
    await expect(models.heading).toHaveText("What a receipt proves");
    expect(fetched).toEqual(once);
  });

  test("while a part is on its way the page before stays, and a page that is opened first moves nothing", async ({
    models,
    page,
  }) => {
    const held: Route[] = [];
    let holding = true;
    const letGo = async (): Promise<void> => {
      holding = false;
      await Promise.all(held.splice(0).map((route) => route.continue()));
    };
    await page.route(PARTS, (route) => (holding ? void held.push(route) : route.continue()));
    await models.open();
    await models.heading.waitFor();
    await models.go("Verify");
    await expect(page.getByTestId("fetching")).toHaveText("Fetching this page");
    await expect(models.heading).toHaveText("Models");
    expect(new URL(page.url()).pathname).toBe("/");
    // Whoever goes elsewhere meanwhile is not brought back.
    await models.go("What it proves");
    await letGo();
    await expect(models.heading).toHaveText("What a receipt proves");
    await expect(page.getByTestId("fetching")).toHaveText("");
    expect(new URL(page.url()).pathname).toBe("/about");

    holding = true;
    await watchShifts(page);
    await page.goto("/verify");
    await expect(page.getByTestId("fetching")).toHaveText("Fetching this page");
    await letGo();
    await expect(models.heading).toHaveText("Verify a receipt");
    await expect.poll(async () => (await shifts(page)).reduce((sum, value) => sum + value, 0)).toBeLessThan(0.001);
  });

  test("a part that cannot be fetched is said, other pages go on, and it is fetched when one tries again", async ({
    models,
    page,
  }) => {
    await models.open();
    await models.heading.waitFor();
    await page.route(PARTS, (route) => route.abort());
    await models.go("What it proves");
    await expect(models.heading).toHaveText("This page could not be fetched");
    await expect(models.heading).toBeFocused();
    expect(await page.title()).toContain("This page could not be fetched");
    const refused = page.waitForEvent("requestfailed", (request) => PARTS.test(new URL(request.url()).pathname));
    await models.retry.click();
    await refused;
    await expect(models.heading).toHaveText("This page could not be fetched");
    await models.go("Models");
    await expect(models.heading).toHaveText("Models");
    await models.go("What it proves");
    await expect(models.heading).toHaveText("This page could not be fetched");
    await page.unroute(PARTS);
    await models.retry.click();
    await expect(models.heading).toHaveText("What a receipt proves");
    await expect(models.heading).toBeFocused();
  });

  test("a part with other bytes is refused", async ({ models, page }) => {
    await page.route(PARTS, async (route) => {
      const answer = await route.fetch();
      const bytes = await answer.body();
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await route.fulfill({ response: answer, body: bytes });
    });
    await models.open();
    await models.go("What it proves");
    await expect(models.heading).toHaveText("This page could not be fetched");
  });
});

test("P2: after one visit every page opens with the network cut", async ({ context, page, storage }) => {
  await storage.open();
  await storage.appKept();
  await context.setOffline(true);
  for (const [path, heading] of Object.entries(LATER)) {
    await page.goto(path);
    await expect(storage.heading, path).toHaveText(heading);
  }
});
