import { readBundle } from "../../lib/reading.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { attempt, PAGE_WAYS } from "../../lib/leaks.ts";
import { Trap } from "../../lib/trap.ts";
import { ModelsPage } from "../../pages/models.ts";
import { RunPage } from "../../pages/run.ts";
import { SignPage } from "../../pages/sign.ts";
import { expect, sample, test, WALLET } from "./fixtures.ts";

test("P2: with the network cut the app runs, signs and keeps; the anchor waits and goes when the network is back", async ({
  context,
  wallet,
  run,
  sign,
  magika,
}) => {
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  await context.setOffline(true);
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
  await run.signLink.click();
  await sign.sign(WALLET);
  const { receipt } = readBundle((await sign.save()).bytes);
  expect(receipt.fields.beacon === ZERO32 || /^0x[0-9a-f]{64}$/.test(receipt.fields.beacon)).toBe(true);
  await sign.page.getByRole("button", { name: "Anchor", exact: true }).click();
  await expect(sign.anchorState).toHaveAttribute("data-state", /trying|submitted|failed|waiting/);
  await context.setOffline(false);
  await expect(sign.anchorState).toHaveAttribute("data-state", "finalised", { timeout: 60_000 });
  expect(wallet.asked("eth_signTypedData_v4")).toHaveLength(1);
});

test("P2: after one visit a cold start works with the network cut: run, sign, keep", async ({
  context,
  page,
  run,
  storage,
  magika,
}) => {
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  await storage.open();
  await storage.appKept();
  await page.close();
  await context.setOffline(true);

  const cold = await context.newPage();
  const [models, bench, sign] = [new ModelsPage(cold), new RunPage(cold), new SignPage(cold)];
  await models.open();
  await expect(cold.getByRole("heading", { name: "Kept on this device" })).toBeVisible();
  await cold.getByRole("link", { name: /^Run Magika/ }).click();
  expect(await bench.run(sample("e2e/package.json"), "Engine")).toBe("json");
  await bench.signLink.click();
  await sign.developer("//Bob");
  await sign.signButton.click();
  await sign.receiptId.waitFor();
  const { receipt } = readBundle((await sign.save()).bytes);
  expect(receipt.fields.beacon).toBe(ZERO32);
  expect(receipt.fields.model).toBe(magika.id);
  await cold.getByRole("button", { name: "Anchor", exact: true }).click();
  await context.setOffline(false);
  await expect(sign.anchorState).toHaveAttribute("data-state", "finalised", { timeout: 60_000 });
});

test("P1: the policy is as strict from the kept files as from the server, and the node's answers are not kept", async ({
  context,
  page,
  storage,
}) => {
  await page.goto("/");
  const served = (await page.request.get("/")).headers()["content-security-policy"];
  await storage.open();
  await storage.appKept();
  const worker = (await page.request.get("/sw.js")).headers()["content-security-policy"] ?? "";
  expect(worker).toContain("default-src 'none'");
  expect(worker).toMatch(/connect-src 'self'$/);
  const trap = await Trap.start();
  await context.setOffline(true);
  for (const path of ["/", "/verify", "/run/0x00"]) {
    const answer = await page.goto(path);
    expect(answer?.fromServiceWorker(), path).toBe(true);
    expect(answer?.headers()["content-security-policy"], path).toBe(served);
  }
  // With the network back and the page from the kept files, what the policy closes stays closed.
  await context.setOffline(false);
  await page.goto("/");
  for (const [way, body] of Object.entries(PAGE_WAYS)) {
    await page.evaluate(attempt(body, `${trap.origin}/kept-page/${way}`));
    await trap.settle();
    expect(trap.saw(`/kept-page/${way}`), way).toBe(false);
    await page.goto("/");
  }
  // Nor is the service worker a way out: it is asked for other origins, with bodies and with queries, from inside.
  const [service] = context.serviceWorkers();
  expect(await service!.evaluate(attempt("await fetch(url, { mode: 'no-cors' })", `${trap.origin}/from-sw`))).not.toBe(
    "sent",
  );
  await trap.settle();
  expect(trap.everything.filter((said) => said.includes("/from-sw"))).toEqual([]);
  const kept = await page.evaluate(async () => {
    const urls: string[] = [];
    for (const name of await caches.keys())
      for (const { url, method } of await (await caches.open(name)).keys()) urls.push(`${method} ${url}`);
    return urls;
  });
  const origin = new URL(page.url()).origin;
  expect(kept.filter((entry) => !entry.startsWith(`GET ${origin}/`))).toEqual([]);
  expect(kept.filter((entry) => entry.includes("?"))).toEqual([]);
  await trap.stop();
});

test("a newer release waits until the user lets it in; another tab is told, not reloaded", async ({
  context,
  page,
  run,
  storage,
  magika,
}) => {
  await storage.open();
  await storage.appKept();
  await run.open(magika.id);
  const other = await context.newPage();
  await other.goto("/verify");
  // The same files from another address are another service worker to the browser: what a new build changes.
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/sw.js?next");
  });
  await expect(page.getByTestId("newer")).toContainText("A newer version");
  await page.evaluate(() => Object.assign(globalThis, { same: true }));
  await other.evaluate(() => Object.assign(globalThis, { same: true }));
  await run.run(sample("e2e/package.json"), "Engine");
  expect(await page.evaluate(() => "same" in globalThis)).toBe(true);
  const reloaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Reload", exact: true }).click();
  await reloaded;
  expect(await page.evaluate(() => "same" in globalThis)).toBe(false);
  await expect(other.getByTestId("newer")).toContainText("A newer version");
  expect(await other.evaluate(() => "same" in globalThis)).toBe(true);
});
