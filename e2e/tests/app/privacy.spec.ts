import { randomBytes } from "node:crypto";
import { attempt, PAGE_WAYS, WORKER_WAYS } from "../../lib/leaks.ts";
import { need } from "../../lib/environment.ts";
import { Site } from "../../lib/site.ts";
import { Trap } from "../../lib/trap.ts";
import { expect, test, WALLET, watched } from "./fixtures.ts";

/** Names that a worker has no business to know once its data is loaded (PROTOCOL 7.1). */
const NETWORK = [
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "WebSocketStream",
  "WebTransport",
  "EventSource",
  "caches",
  "importScripts",
  "Worker",
  "SharedWorker",
] as const;

/** Which of these names a script can still use: on the global object, on its prototypes, or after trying to get them back. */
function stillThere(names: string[]): string[] {
  return names.filter((name) => {
    try {
      Reflect.deleteProperty(globalThis, name);
      Reflect.defineProperty(globalThis, name, { get: () => undefined, configurable: true });
    } catch {
      return true;
    }
    for (
      let holder: object | null = globalThis;
      holder !== null;
      holder = Object.getPrototypeOf(holder) as object | null
    ) {
      const found = Reflect.getOwnPropertyDescriptor(holder, name);
      if (found !== undefined && (found.value !== undefined || found.get !== undefined)) return true;
    }
    return false;
  });
}

const INPUT = new Uint8Array(randomBytes(200_000));

watched(
  "P1: nothing that leaves the browser carries the input, not even a fraction of its bytes",
  async ({ traffic, wire, wallet, run, sign, magika, page }) => {
    await run.open(magika.id);
    await run.run({ name: "secret", bytes: INPUT }, "Engine");
    await run.signLink.click();
    await sign.sign(WALLET);
    await sign.anchor();
    // The record is of bodies too: the transaction is in it.
    expect(wire.sent.filter(({ body }) => body.includes("author_submitExtrinsic"))).toHaveLength(1);
    for (let at = 0; at + 24 <= INPUT.length; at += 4_096)
      expect(traffic.carrying(INPUT.subarray(at, at + 24)).map(({ url }) => url)).toEqual([]);
    expect(traffic.bytes).toBeLessThan(INPUT.length);
    expect(traffic.origins).toEqual([new URL(page.url()).origin, new URL(need("COUNTERSIGN_RPC")).origin].sort());
    const toApp = traffic.sent.filter(({ url }) => url.startsWith(new URL(page.url()).origin));
    expect(toApp.every(({ method, body }) => method === "GET" && body.length === 0)).toBe(true);
    expect(JSON.stringify(wallet.requests)).not.toContain(Buffer.from(INPUT.subarray(0, 12)).toString("hex"));
  },
);

watched("P1: on the GPU neither", async ({ traffic, run, magika }) => {
  await run.open(magika.id);
  await run.run({ name: "secret", bytes: INPUT }, "GPU");
  for (let at = 0; at + 24 <= INPUT.length; at += 4_096)
    expect(traffic.carrying(INPUT.subarray(at, at + 24))).toEqual([]);
  expect(traffic.bytes).toBeLessThan(INPUT.length);
});

watched(
  "P1: the run page counts every request that leaves since the file was chosen, and none carries it",
  async ({ traffic, run, page, storage, magika }) => {
    // First the service worker fetches its own copies: what is compared below is what the page asks for.
    await storage.open();
    await storage.appKept();
    await run.open(magika.id);
    await run.runButton.waitFor();
    const ours = (url: string) => url.startsWith(new URL(page.url()).origin);
    const before = new Set(traffic.asked.map(({ url }) => url));
    await run.run({ name: "secret", bytes: INPUT }, "Engine");
    const line = page.getByTestId("sent-line");
    await expect(line).toContainText("none carried your file");
    await expect(line).toContainText(/has sent \d+ requests with [\d.]+ (bytes|kB) in all/);
    await page.getByText("Every request", { exact: true }).click();
    const shown = await page.getByTestId("sent").locator("tbody tr").allInnerTexts();
    const fetched = traffic.asked.filter(({ url }) => ours(url) && !before.has(url) && !url.startsWith("blob:"));
    expect(fetched.length).toBeGreaterThan(0);
    for (const { url } of fetched)
      expect(
        shown.some((row) => row.includes(url)),
        url,
      ).toBe(true);
    expect(shown.filter((row) => row.includes("somewhere else"))).toEqual([]);
    for (let at = 0; at + 24 <= INPUT.length; at += 4_096)
      expect(traffic.carrying(INPUT.subarray(at, at + 24))).toEqual([]);
  },
);

test.describe("P1: against a listening server", () => {
  let trap: Trap;
  let control: Site;

  test.beforeAll(async () => {
    trap = await Trap.start();
    control = await Site.start({ "/": { type: "text/html", body: "<!doctype html><title>control</title><p>control" } });
  });

  test.afterAll(async () => {
    await trap.stop();
    await control.stop();
  });

  test("P1: inside the worker every way to the network is gone", async ({ page, run, magika }) => {
    const started = page.waitForEvent("worker");
    await run.open(magika.id);
    await run.run({ name: "x", bytes: INPUT.subarray(0, 1_000) }, "Engine");
    const worker = await started;
    expect(await worker.evaluate(stillThere, [...NETWORK])).toEqual([]);
    expect(await page.evaluate(stillThere, ["fetch"])).toEqual(["fetch"]);
    for (const [way, body] of Object.entries(WORKER_WAYS)) {
      const mark = `/app-worker/${way}`;
      expect(await worker.evaluate(attempt(body, `${trap.origin}${mark}`)), way).not.toBe("sent");
    }
    await trap.settle();
    expect(trap.everything.filter((said) => said.includes("/app-worker/"))).toEqual([]);
  });

  for (const [way, body] of Object.entries(PAGE_WAYS)) {
    test(`P1: from the app's page nothing goes by ${way}; from a page without the policy it does`, async ({ page }) => {
      await page.goto(control.origin);
      await page.evaluate(attempt(body, `${trap.origin}/control/${way}`));
      await expect.poll(() => trap.saw(`/control/${way}`)).toBe(true);
      for (const path of ["/", "/verify", "/about"]) {
        await page.goto(path);
        await page.evaluate(attempt(body, `${trap.origin}/app-page${path}${way}`));
        await trap.settle();
        expect(trap.saw(`/app-page${path}${way}`), path).toBe(false);
      }
    });
  }

  test("P1: WebRTC, which no policy reaches, is gone from the page", async ({ page }) => {
    await page.goto("/");
    expect(await page.evaluate(() => typeof RTCPeerConnection)).toBe("undefined");
    for (const name of ["XMLHttpRequest", "WebSocket", "EventSource", "WebTransport"])
      expect(await page.evaluate((name) => typeof Reflect.get(globalThis, name), name), name).toBe("undefined");
    expect(await page.evaluate(() => typeof navigator.sendBeacon)).toBe("undefined");
  });
});

test("P1: the app is served with PROTOCOL 7.1's policy on every address", async ({ page }) => {
  for (const path of ["/", "/run/0x00", "/sign", "/verify", "/about", "/nowhere", "/assets/assets.json"]) {
    const policy = (await page.request.get(path)).headers()["content-security-policy"] ?? "";
    const directives = new Map(policy.split(";").map((text) => [text.trim().split(" ")[0], text.trim()] as const));
    for (const closed of ["default-src", "base-uri", "form-action", "frame-src"])
      expect(directives.get(closed), path).toBe(`${closed} 'none'`);
    expect(directives.get("connect-src")).toBe(`connect-src 'self' ${new URL(need("COUNTERSIGN_RPC")).origin}`);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https:(?!\/\/)|\*/);
  }
});
