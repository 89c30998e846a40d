import { expect, type Page, test } from "@playwright/test";
import { attempt, PAGE_WAYS, WORKER_WAYS } from "../../lib/leaks.ts";
import { Site } from "../../lib/site.ts";
import { Trap } from "../../lib/trap.ts";
import { vectors } from "../../lib/vectors.ts";

/** PROTOCOL 7.1, for an app that talks to nobody but itself. */
const POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " +
  "worker-src 'self' blob:; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; connect-src 'self'";
const HTML = "<!doctype html><title>empty</title><body><p>Nothing here.</p>";
const WORKER = "onmessage = () => postMessage(0)";

let site: Site;
let trap: Trap;

test.beforeAll(async () => {
  trap = await Trap.start();
  site = await Site.start({
    "/without": { type: "text/html", body: HTML },
    "/with": { type: "text/html", body: HTML, policy: POLICY },
    "/worker.js": { type: "text/javascript", body: WORKER },
    "/worker-with.js": { type: "text/javascript", body: WORKER, policy: POLICY },
  });
});

test.afterAll(async () => {
  await site.stop();
  await trap.stop();
});

/** Starts a worker on the page, by address or from a blob, and runs a way in it. */
async function inWorker(
  page: Page,
  source: "/worker.js" | "/worker-with.js" | "blob",
  body: string,
  url: string,
): Promise<string> {
  const started = page.waitForEvent("worker");
  await page.evaluate(
    ([source, text]) => {
      const address = source === "blob" ? URL.createObjectURL(new Blob([text])) : source;
      Object.assign(window, { worker: new Worker(address) });
    },
    [source, WORKER] as const,
  );
  return (await started).evaluate(attempt(body, url));
}

for (const [way, body] of Object.entries(PAGE_WAYS)) {
  test(`P1: from a page by ${way}: without the policy it arrives, with it nothing does`, async ({ page }) => {
    const mark = (place: string): string => `/page/${way}/${place}`;
    await page.goto(`${site.origin}/without`);
    await page.evaluate(attempt(body, `${trap.origin}${mark("no-policy")}`));
    await expect.poll(() => trap.saw(mark("no-policy"))).toBe(true);
    await page.goto(`${site.origin}/with`);
    await page.evaluate(attempt(body, `${trap.origin}${mark("policed")}`));
    await trap.settle();
    expect(trap.saw(mark("policed"))).toBe(false);
  });
}

for (const [way, body] of Object.entries(WORKER_WAYS)) {
  test(`P1: from a worker by ${way}: without the policy it arrives, with it nothing does`, async ({ page }) => {
    const mark = (place: string): string => `/worker/${way}/${place}`;
    await page.goto(`${site.origin}/without`);
    await inWorker(page, "blob", body, `${trap.origin}${mark("no-policy")}`);
    await expect.poll(() => trap.saw(mark("no-policy"))).toBe(true);
    await page.goto(`${site.origin}/with`);
    await inWorker(page, "blob", body, `${trap.origin}${mark("policed-blob")}`);
    await inWorker(page, "/worker-with.js", body, `${trap.origin}${mark("policed-header")}`);
    await trap.settle();
    expect(trap.saw(mark("policed-blob"))).toBe(false);
    expect(trap.saw(mark("policed-header"))).toBe(false);
  });
}

test("a worker started by address does not inherit the page's policy: why ours starts from a blob (PROTOCOL 7.1)", async ({
  page,
}) => {
  type Probe = Record<"page" | "worker_by_url" | "worker_by_url_with_header" | "worker_by_blob", "blocked" | "sent">;
  const probe = vectors<Record<"/header" | "/none", Probe>>("csp-worker-probe.json");
  for (const [address, recorded] of [
    ["/with", probe["/header"]],
    ["/without", probe["/none"]],
  ] as const) {
    const outcome = async (place: keyof Probe, send: (url: string) => Promise<unknown>): Promise<void> => {
      const mark = `/probe${address}/${place}`;
      await page.goto(`${site.origin}${address}`);
      await send(`${trap.origin}${mark}`);
      await trap.settle();
      expect(trap.saw(mark) ? "sent" : "blocked", `${address} ${place}`).toBe(recorded[place]);
    };
    const way = PAGE_WAYS["fetch"] ?? "";
    await outcome("page", (url) => page.evaluate(attempt(way, url)));
    await outcome("worker_by_url", (url) => inWorker(page, "/worker.js", way, url));
    await outcome("worker_by_url_with_header", (url) => inWorker(page, "/worker-with.js", way, url));
    await outcome("worker_by_blob", (url) => inWorker(page, "blob", way, url));
  }
});
