import type { BrowserContext, Page } from "@playwright/test";
import { StoragePage } from "../pages/storage.ts";
import { expect, test } from "../tests/app/fixtures.ts";

const REPETITIONS = 5;
const PAGES = ["/", "/verify", "/explore", "/receipts"];

/** What a visit took: milliseconds to the first paint with content and to the page's own heading, and bytes. */
type Visit = { paint: number; heading: number; bytes: number };

/** Opens a page and asks the browser's own clock. The heading's time is taken in the page, at the frame that has it. */
async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page: Page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector("main h1") === null) return;
      observer.disconnect();
      requestAnimationFrame(() => performance.mark("heading"));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const read = () =>
    page.evaluate(() => {
      const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
      const heading = performance.getEntriesByName("heading")[0]?.startTime ?? 0;
      const loads = [
        ...performance.getEntriesByType("navigation"),
        ...performance.getEntriesByType("resource"),
      ] as PerformanceResourceTiming[];
      const own = loads.filter(({ name }) => new URL(name).origin === location.origin);
      return { paint, heading, bytes: own.reduce((sum, { transferSize }) => sum + transferSize, 0) };
    });
  await expect.poll(async () => (await read()).paint).toBeGreaterThan(0);
  await expect.poll(async () => (await read()).heading).toBeGreaterThan(0);
  const found = await read();
  await page.close();
  return found;
}

const median = (values: number[]): string =>
  ([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(0);

const line = (name: string, visits: Visit[]): string =>
  `| ${name} | ${median(visits.map(({ paint }) => paint))} | ${median(visits.map(({ heading }) => heading))} | ${median(visits.map(({ bytes }) => bytes))} |`; // prettier-ignore

/** Not a test of behaviour: prints numbers for docs/measurements.md. */
test("first load, and paint from what the browser keeps", async ({ browser, baseURL }) => {
  const rows: string[] = [];
  for (const address of PAGES) {
    const first: Visit[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      const context = await browser.newContext({ baseURL: baseURL ?? "" });
      first.push(await visit(context, address));
      await context.close();
    }
    rows.push(line(`${address}, never been here`, first));
  }
  const context = await browser.newContext({ baseURL: baseURL ?? "" });
  const keeper = new StoragePage(await context.newPage());
  await keeper.open();
  await keeper.appKept();
  await keeper.page.close();
  for (const cut of [false, true]) {
    await context.setOffline(cut);
    for (const address of PAGES) {
      const kept: Visit[] = [];
      for (let repetition = 0; repetition < REPETITIONS; repetition += 1) kept.push(await visit(context, address));
      rows.push(line(`${address}, from the browser's own copy${cut ? ", network cut" : ""}`, kept));
      expect(Number(median(kept.map(({ paint }) => paint))), `${address} paints within a second`).toBeLessThan(1_000);
    }
  }
  await context.close();
  console.log(`| page | first paint, ms | heading, ms | bytes over the network |\n| --- | ---: | ---: | ---: |`);
  for (const row of rows) console.log(row);
});
