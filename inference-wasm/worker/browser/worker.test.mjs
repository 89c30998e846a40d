// The worker with the real model: engine, GPU, and what goes wrong.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { start } from "./lib.mjs";

const MANIFEST = fs.readFileSync(new URL("../../../models/magika/manifest.json", import.meta.url));
const magika = () => JSON.parse(MANIFEST).files.map((file) => [file.path, `/models/${file.sha256.slice(2)}`]);
const PYTHON = new TextEncoder().encode("#!/usr/bin/env python3\nimport os\n\ndef main():\n    print(os.getcwd())\n\n\nmain()\n");
const result = (outcome) => JSON.parse(new TextDecoder().decode(Uint8Array.from(outcome.result)));

let browser;
before(async () => {
  browser = await start();
  const loaded = await browser.load(MANIFEST, magika());
  assert.equal(loaded.code, undefined, loaded.text);
});
after(() => browser.stop());

test("the engine answers the same bits twice", async () => {
  const [first, second] = [await browser.run(PYTHON, "engine"), await browser.run(PYTHON, "engine")];
  assert.equal(result(first).label, "python");
  assert.deepEqual([first.device, first.lane], ["Engine", "replay"]);
  assert.deepEqual([first.input, first.output], [second.input, second.output]);
  assert.equal(first.inputItems, 1);
  assert.equal(first.outputItems, 2);
});

test("the GPU answers as the engine does, in the Fast lane, under its own identity", async () => {
  const [engine, gpu] = [await browser.run(PYTHON, "engine"), await browser.run(PYTHON, "gpu")];
  assert.deepEqual([gpu.device, gpu.lane], ["Gpu", "fast"], gpu.text);
  assert.equal(result(gpu).label, result(engine).label);
  assert.ok(Math.abs(Number(result(gpu).score) - Number(result(engine).score)) < 1e-3);
  assert.equal(gpu.input, engine.input);
  assert.notEqual(gpu.engine, engine.engine);
});

test("an empty file needs no model, whatever the device", async () => {
  const outcome = await browser.run(new Uint8Array(), "auto");
  assert.deepEqual([outcome.device, outcome.executed, result(outcome).label], ["Engine", false, "empty"]);
});

test("a changed model file is not executed", async () => {
  // The smallest of the three files, so that little has to travel into the page.
  const config = await browser.page.evaluate(async (url) => Array.from(new Uint8Array(await (await fetch(url)).arrayBuffer())), magika()[1][1]);
  const changed = (bytes) => magika().map((file, at) => (at === 1 ? [file[0], bytes] : file));
  const flipped = config.map((byte, at) => (at === 1000 ? byte ^ 1 : byte));
  const refused = await browser.load(MANIFEST, changed(flipped));
  assert.equal(refused.code, "digest");
  assert.match(refused.text, /config\.min\.json .* not executed/s);
  assert.equal((await browser.run(PYTHON, "engine")).code, "no-model");
  assert.equal((await browser.load(MANIFEST, changed(config.slice(1)))).code, "size");
  assert.equal((await browser.load(MANIFEST, magika().slice(1))).code, "missing-file");
  assert.equal((await browser.load(MANIFEST.subarray(1), magika())).code, "manifest");
  assert.equal((await browser.load(MANIFEST, magika())).code, undefined);
});

test("cancelling ends the run, and the next run works", async () => {
  const cancelled = await browser.page.evaluate(async (input) => {
    // Cancelled at the first sign of life: the engine computes, and would for a long time.
    const running = await new Promise((resolve) => {
      const run = attempt(() => handle.run(new Blob([Uint8Array.from(input)]), "engine", new Uint8Array(32), () => resolve({ run })));
    });
    handle.cancel();
    return running.run;
  }, Array.from(PYTHON));
  assert.equal(cancelled.code, "cancelled");
  const outcome = await browser.run(PYTHON, "engine");
  assert.equal(result(outcome).label, "python", outcome.text);
});

/** The newest: one that was ended may still be listed. */
const worker = () => browser.page.workers().at(-1);

test("a crash is followed by a fresh worker, and the run is not lost", async () => {
  const running = browser.run(PYTHON, "engine");
  await worker().evaluate(() => countersignCrash("worker", "a test"));
  assert.equal(result(await running).label, "python");
});

test("a lost device is followed by a fresh one", async () => {
  assert.equal((await browser.run(PYTHON, "gpu")).device, "Gpu");
  await worker().evaluate(() => countersign_gpu.lose());
  const outcome = await browser.run(PYTHON, "gpu");
  assert.equal(outcome.device, "Gpu", outcome.text);
});

test("the worker has no network, and cannot get it back", async () => {
  const before = browser.requests.length;
  const names = await worker().evaluate(() => {
    const gone = ["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "caches", "importScripts", "Worker", "FontFace"];
    return gone.filter((name) => {
      try {
        self[name] = 1;
        delete self[name];
        Object.defineProperty(self, name, { value: 1 });
      } catch {
        // Strict code may throw where other code is ignored: both are what must be.
      }
      for (let at = self; at; at = Object.getPrototypeOf(at)) {
        if (Object.getOwnPropertyDescriptor(at, name)?.value !== undefined) return true;
        if (Object.getOwnPropertyDescriptor(at, name)?.get !== undefined) return true;
      }
      return self[name] !== undefined;
    });
  });
  assert.deepEqual(names, []);
  await browser.run(PYTHON, "engine");
  assert.equal(browser.requests.length, before, "a run asks the server for nothing");
});

test("without WebGPU the engine runs, and the reason is told", async () => {
  const without = await start({ webgpu: false });
  try {
    await without.load(MANIFEST, magika());
    const outcome = await without.run(PYTHON, "auto");
    assert.equal(outcome.device, "Engine");
    assert.match(outcome.reason, /WebGPU/);
    assert.equal((await without.run(PYTHON, "gpu")).code, "gpu");
    assert.ok(!without.requests.some((request) => request.includes("gpu") && request.endsWith(".wasm")));
  } finally {
    await without.stop();
  }
});
