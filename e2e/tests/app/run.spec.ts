import { chromium } from "@playwright/test";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { withoutWebGpu } from "../../lib/browser.ts";
import { RunPage } from "../../pages/run.ts";
import { expect, sample, SAMPLES, test } from "./fixtures.ts";

for (const { file, label } of SAMPLES) {
  test(`Magika on the engine says that ${file} is ${label}`, async ({ run, magika }) => {
    await run.open(magika.id);
    expect(await run.run(sample(file), "Engine")).toBe(label);
    await expect(run.deviceUsed).toHaveAttribute("data-device", "engine");
    await expect(run.lane).toHaveAttribute("data-lane", "replay");
  });
}

test("engine and GPU give the same label", async ({ run, magika }) => {
  const { file, label } = SAMPLES[0] ?? { file: "", label: "" };
  await run.open(magika.id);
  expect(await run.run(sample(file), "GPU")).toBe(label);
  await expect(run.deviceUsed).toHaveAttribute("data-device", "gpu");
  await expect(run.lane).toHaveAttribute("data-lane", "fast");
  await run.open(magika.id);
  expect(await run.run(sample(file), "Engine")).toBe(label);
  await expect(run.deviceUsed).toHaveAttribute("data-device", "engine");
});

test("bad input: without WebGPU the engine runs by itself, and the page says why", async ({ baseURL, magika }) => {
  const browser = await chromium.launch(withoutWebGpu);
  const run = new RunPage(await browser.newPage({ baseURL: baseURL ?? "" }));
  await run.open(magika.id);
  expect(await run.run(sample("e2e/package.json"), "Automatic")).toBe("json");
  await expect(run.deviceUsed).toHaveAttribute("data-device", "engine");
  await expect(run.deviceUsed).toContainText(/WebGPU/);
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("GPU");
  await run.runButton.click();
  await expect(run.alert.or(run.deviceUsed).first()).toContainText(/WebGPU/);
  await browser.close();
});

test("an empty file is a file like any other", async ({ run, magika }) => {
  await run.open(magika.id);
  expect(await run.run({ name: "empty", bytes: new Uint8Array() }, "Engine")).toBe("empty");
});

test("bad input: a file of 2 GB is refused with its size, and the next file works", async ({ run, magika }) => {
  const big = path.join(tmpdir(), `countersign-2gb-${process.pid}`);
  const handle = await open(big, "w");
  await handle.truncate(2 ** 31);
  await handle.close();
  try {
    await run.open(magika.id);
    await run.choose(big);
    await run.device("Engine");
    await expect(run.alert.or(run.runButton).first()).toBeVisible();
    if (await run.runButton.isEnabled()) await run.runButton.click();
    await expect(run.alert).toContainText(/2\.1 GB|2,?147|too (large|big)/i);
    expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
  } finally {
    await rm(big);
  }
});

test("a run that was cancelled ends at once, and the next one works", async ({ run, page, magika }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/models/*", async (route) => {
    await held;
    await route.continue();
  });
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  await run.runButton.click();
  await run.cancelButton.click();
  await expect(run.cancelButton).toBeHidden();
  await expect(run.runButton).toBeEnabled();
  release();
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
});

test("R2: a model whose bytes were altered is never executed", async ({ run, page, magika }) => {
  await page.route("**/models/*", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  await run.runButton.click();
  await expect(run.alert).toContainText(/SHA-256|digest|hash/i);
  await expect(run.answer).toHaveCount(0);
  await expect(run.signLink).toHaveCount(0);
});

test("what became of each source is said: other bytes, no answer, the file, and later that no source was asked", async ({
  run,
  page,
  magika,
}) => {
  const files = magika.manifest["files"] as { path: string; sources: string[] }[];
  const settings = files.find(({ path }) => path.startsWith("config"))?.sources[0] ?? "";
  const model = files.find(({ path }) => path.endsWith(".onnx"))?.sources[0] ?? "";
  await page.route(`**/${settings}`, (route) => route.fulfill({ status: 404, body: "" }));
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  await run.runButton.click();
  await expect(run.alert).toBeVisible();
  const panel = page.getByTestId("give-files");
  await panel.locator("summary").click();
  const source = (name: string) => panel.locator("[data-source]").filter({ hasText: name });
  await expect(source(model)).toHaveAttribute("data-source", "gave");
  await expect(source(settings)).toHaveAttribute("data-source", "nothing");
  await expect(source(settings)).toContainText("404");
  await page.unroute(`**/${settings}`);
  await page.route(`**/${settings}`, (route) => route.fulfill({ body: "{}" }));
  await run.runButton.click();
  await expect(source(settings)).toHaveAttribute("data-source", "other-bytes");
  await expect(panel.locator('[data-source="here"]').first()).toContainText("This tab has it already");
  await page.unroute(`**/${settings}`);
  await run.runButton.click();
  await run.signLink.waitFor();
  await expect(source(settings)).toHaveAttribute("data-source", "gave");
  await page.reload();
  await run.run(sample("e2e/package.json"), "Engine");
  await panel.locator("summary").click();
  await expect(panel.locator('[data-source="here"]')).toHaveCount(files.length);
  await expect(panel.locator('[data-source="here"]').first()).toContainText("This browser keeps it");
});

test("R2: a model file cut short is never executed", async ({ run, page, magika }) => {
  await page.route("**/models/*", async (route) => {
    const response = await route.fetch();
    const body = (await response.body()).subarray(0, -1);
    await route.fulfill({ status: 200, contentType: "application/octet-stream", body });
  });
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  await run.runButton.click();
  await expect(run.alert).toContainText(/size|bytes|SHA-256/i);
  await expect(run.answer).toHaveCount(0);
});

test("R2: an engine whose bytes were altered is never executed", async ({ run, page, magika }) => {
  const assets = (await (await page.request.get("/assets/assets.json")).json()) as { engine: { path: string } };
  const name = assets.engine.path.split("/").at(-1) ?? "";
  await page.route(`**/${name}`, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  await run.runButton.click();
  await expect(run.alert).toContainText(/engine/i);
  await expect(run.answer).toHaveCount(0);
});

test("bad input: a ModelId that the chain does not know is named", async ({ run }) => {
  await run.open(`0x${"ab".repeat(32)}`);
  await expect(run.alert).toContainText(/not (registered|published|known)|no such model/i);
});
