import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, sample, test } from "./fixtures.ts";

/** Bytes that were asked of the server under /models/. */
function downloads(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/models/")) asked.push(request.url());
  });
  return asked;
}

test("a model that was run is kept with publisher and size, is not downloaded again, and can be deleted", async ({
  page,
  run,
  storage,
  magika,
}) => {
  await storage.open();
  await expect(page.getByText("No model is kept yet")).toBeVisible();
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  const asked = downloads(page);
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  expect(asked).toEqual([]);
  await storage.open();
  await expect(storage.models).toHaveCount(1);
  const row = storage.model(magika.id);
  await expect(row).toContainText("Magika");
  await expect(row).toContainText(/\d MB/);
  await expect(row.getByRole("button", { name: /^Copy publisher/ })).toBeVisible();
  await row.getByRole("button", { name: /^Delete Magika/ }).click();
  await expect(page.getByText("No model is kept yet")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  expect(asked.length).toBeGreaterThan(0);
});

test("deleting everything is asked twice", async ({ page, run, storage, magika }) => {
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  await storage.open();
  await page.getByRole("button", { name: "Delete all models" }).click();
  await page.getByRole("button", { name: "Keep them", exact: true }).click();
  await expect(storage.models).toHaveCount(1);
  await page.getByRole("button", { name: "Delete all models" }).click();
  await page.getByRole("button", { name: "Delete all for good" }).click();
  await expect(page.getByText("No model is kept yet")).toBeVisible();
});

test("R2: a kept file that was changed is thrown away and downloaded again", async ({ page, run, magika }) => {
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  const damaged = await page.evaluate(async () => {
    const shelf = await caches.open("countersign-models-1");
    const files = (await shelf.keys()).filter(({ url }) => url.includes("/kept/file/"));
    for (const file of files) {
      const bytes = new Uint8Array(await (await shelf.match(file))!.arrayBuffer());
      bytes[bytes.length >> 1]! ^= 1;
      await shelf.put(file, new Response(bytes));
    }
    return files.length;
  });
  expect(damaged).toBeGreaterThan(0);
  const asked = downloads(page);
  await run.open(magika.id);
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
  expect(asked).toHaveLength(damaged);
});

test("with storage switched off everything runs and the page says so", async ({
  context,
  page,
  run,
  storage,
  magika,
}) => {
  await context.addInitScript(() => {
    const refuse = () => Promise.reject(new DOMException("The operation is insecure", "SecurityError"));
    CacheStorage.prototype.open = refuse;
    CacheStorage.prototype.keys = refuse;
    StorageManager.prototype.estimate = refuse;
  });
  await run.open(magika.id);
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
  await storage.open();
  await expect(page.getByText("Nothing can be kept")).toBeVisible();
  await expect(page.getByText("The browser does not say how much there is")).toBeVisible();
});

test("with no room left everything runs and the page says so", async ({ context, page, run, storage, magika }) => {
  await context.addInitScript(() => {
    Cache.prototype.put = () => Promise.reject(new DOMException("Quota exceeded", "QuotaExceededError"));
  });
  await run.open(magika.id);
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
  await page.getByRole("link", { name: "What this browser keeps" }).click();
  await expect(page.getByText("A file was not kept")).toBeVisible();
  await expect(page.getByText("Quota exceeded")).toBeVisible();
  await expect(storage.models).toHaveCount(0);
});

test("the browser's promise can be asked for, and its answer is shown", async ({ context, page, storage }) => {
  await context.addInitScript(() => {
    let lasting = false;
    StorageManager.prototype.persisted = () => Promise.resolve(lasting);
    StorageManager.prototype.persist = () => Promise.resolve((lasting = true));
  });
  await storage.open();
  await expect(page.getByTestId("room")).toContainText("in use");
  await page.getByRole("button", { name: "Ask the browser to keep them" }).click();
  await expect(page.getByTestId("lasting")).toContainText("has promised");
});

test("every file that the browser runs is on the list, and another program finds the same hashes", async ({ page }) => {
  await page.goto("/files");
  await expect(page.getByTestId("files-agree")).toHaveAttribute("data-verdict", "valid");
  const list = (await (await page.request.get("/release.json")).json()) as {
    files: { path: string; sha256: string; size: number }[];
    release: string;
    worker: string;
  };
  let lines = "";
  for (const { path, sha256, size } of list.files) {
    const bytes = await (await page.request.get(path)).body();
    expect([path, `0x${createHash("sha256").update(bytes).digest("hex")}`, bytes.length]).toEqual([path, sha256, size]);
    lines += `${sha256.slice(2)}  .${path}\n`;
  }
  expect(list.release).toBe(`0x${createHash("sha256").update(lines).digest("hex")}`);
  for (const { path } of [...list.files, { path: "/sw.js" }])
    await expect(page.locator(`[data-file="${path}"]`)).toContainText("the same");
});
