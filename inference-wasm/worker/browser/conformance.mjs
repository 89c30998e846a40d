// Runs what `examples/lowered.rs` of the GPU lane prepared, on the GPU module in a real Chromium.
//
//   node conformance.mjs MODULE CASES: MODULE holds countersign_gpu.js and its wasm; CASES holds NAME.model and NAME.SET.inputs,
//   and gets NAME.SET.outputs.
// The cases of a page run in one worker; after a panic or a lost device the next one starts a fresh worker.
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { FLAGS } from "./lib.mjs";

const require = createRequire(new URL("../../../e2e/package.json", import.meta.url));
const { chromium } = require("@playwright/test");
const [module, cases] = process.argv.slice(2).map((folder) => path.resolve(folder));

// How many cases a page runs: what they leave on the device slows the later ones down.
const PAGE = 500;
const WORKER = `
  importScripts("/module/countersign_gpu.js");
  let crashed = "";
  self.countersignCrash = (part, detail) => { crashed = detail; postMessage({ crashed: detail }); };
  const get = async (name) => new Uint8Array(await (await fetch("/cases/" + name)).arrayBuffer());
  self.onmessage = async ({ data: { name, sets } }) => {
    try {
      const model = await get(name + ".model");
      for (const set of sets) {
        const inputs = await get(name + "." + set + ".inputs");
        // SCALE: a result begins with 0 where it is one.
        const loaded = await countersign_gpu.load(model, inputs);
        const answer = loaded[0] === 0 ? await countersign_gpu.run(inputs) : loaded;
        await fetch("/cases/" + name + "." + set + ".outputs", { method: "POST", body: answer });
        if (answer[0] !== 0 && new TextDecoder().decode(answer).includes("lost")) throw new Error("the device was lost");
      }
      postMessage({});
    } catch (error) {
      postMessage({ crashed: crashed || String(error) });
    }
  };
  countersign_gpu({ module_or_path: "/module/countersign_gpu_bg.wasm" })
    .then(() => countersign_gpu.open())
    .then((opened) => postMessage(opened[0] === 0 ? {} : { fatal: "there is no adapter" }), (error) => postMessage({ fatal: String(error) }));
`;

const server = http.createServer((request, answer) => {
  const name = path.basename(new URL(request.url, "http://localhost").pathname);
  if (request.method === "POST") {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    return request.on("end", () => {
      fs.writeFileSync(path.join(cases, name), Buffer.concat(parts));
      answer.end();
    });
  }
  if (request.url === "/") return answer.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>conformance</title>");
  if (name === "worker.js") return answer.writeHead(200, { "content-type": "text/javascript" }).end(WORKER);
  const file = path.join(request.url.startsWith("/module/") ? module : cases, name);
  if (!fs.existsSync(file)) return answer.writeHead(404).end();
  const kind = { ".js": "text/javascript", ".wasm": "application/wasm" }[path.extname(name)] ?? "application/octet-stream";
  return answer.writeHead(200, { "content-type": kind }).end(fs.readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const sets = new Map();
for (const file of fs.readdirSync(cases)) {
  const [, name, set] = /^(.*)\.(\d+)\.inputs$/.exec(file) ?? [];
  if (name !== undefined) sets.set(name, [...(sets.get(name) ?? []), Number(set)]);
}
const work = [...sets].map(([name, sets]) => ({ name, sets }));

const browser = await chromium.launch({ executablePath: process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
// A page with one worker at a time.
async function open() {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(() => {
    self.ready = null;
    self.ask = (worker, message) =>
      new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => resolve({ crashed: String(event.message) });
        if (message) worker.postMessage(message);
      });
    self.one = async (item) => {
      if (!ready) {
        self.ready = new Worker("/worker.js");
        const told = await ask(ready);
        if (told.fatal) return told;
      }
      const told = await ask(ready, item);
      if (told.crashed) {
        ready.terminate();
        self.ready = null;
      }
      return told;
    };
  });
  return page;
}
let crashes = 0;
let page = await open();
for (const [number, item] of work.entries()) {
  if (number > 0 && number % PAGE === 0) {
    await page.close();
    page = await open();
  }
  const told = await page.evaluate((item) => one(item), item);
  if (told.fatal) {
    console.error(told.fatal);
    process.exit(1);
  }
  if (told.crashed) {
    crashes += 1;
    fs.writeFileSync(path.join(cases, `${item.name}.${item.sets[0]}.outputs`), told.crashed);
  }
}
console.log(`${work.length} cases ran, ${crashes} of them ended the worker`);
await browser.close();
server.close();
