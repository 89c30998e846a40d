// Times the lanes against onnxruntime-web in one Chromium, turn by turn: see README.md.
//
//   node bench.mjs --models DIR --engine FILE [--gpu MODULE --prepared DIR] [--cases DIR] --out FILE [--only PART,PART]
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeCase } from "./cases.mjs";
import { MODELS } from "./inputs.mjs";

const { values: args } = parseArgs({
  options: Object.fromEntries(["models", "engine", "gpu", "prepared", "cases", "out", "only"].map((name) => [name, { type: "string" }])),
});
const HERE = import.meta.dirname;
const require = createRequire(new URL("../../e2e/package.json", import.meta.url));
const { chromium } = require("@playwright/test");
const FLAGS = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--disable-background-networking", "--no-first-run"];
const KINDS = { ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm" };
/** Milliseconds that the rounds of one model may take, and their least number (2 where a run takes more than a second). */
const [BUDGET, ROUNDS] = [6000, 5];

const roots = {
  "/bench/": HERE,
  "/ort/": path.join(HERE, "node_modules/onnxruntime-web/dist"),
  "/models/": path.resolve(args.models),
  "/engine/": path.dirname(path.resolve(args.engine)),
  ...(args.gpu ? { "/module/": path.resolve(args.gpu), "/prepared/": path.resolve(args.prepared) } : {}),
};
const server = http.createServer((request, answer) => {
  const { pathname } = new URL(request.url, "http://localhost");
  // An isolated page has the finer clock.
  answer.setHeader("cross-origin-opener-policy", "same-origin");
  answer.setHeader("cross-origin-embedder-policy", "require-corp");
  if (pathname === "/") return answer.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>bench</title>");
  const root = Object.keys(roots).find((prefix) => pathname.startsWith(prefix));
  const file = root && path.join(roots[root], path.basename(pathname));
  if (!file || !fs.existsSync(file)) return answer.writeHead(404).end();
  answer.writeHead(200, { "content-type": KINDS[path.extname(file)] ?? "application/octet-stream" }).end(fs.readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;

/** A page with one worker per lane; `ask` gives a worker's answer. */
async function open(browser, lanes) {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(url);
  await page.evaluate(async (lanes) => {
    self.bench = {};
    self.ask = (lane, message) =>
      new Promise((resolve) => {
        bench[lane].onmessage = ({ data }) => resolve(data);
        bench[lane].onerror = (event) => resolve({ error: String(event.message) });
        if (message) bench[lane].postMessage(message);
      });
    for (const lane of lanes) {
      bench[lane] = new Worker("/bench/worker.mjs", { type: "module" });
      await ask(lane);
    }
  }, lanes);
  return page;
}

/** Opens `file` on every lane and runs it in turns. The page is told the inputs by importing the same module as we do. */
async function measure(page, lanes, file, prepared) {
  return page.evaluate(
    async ({ lanes, file, prepared, engine, budget, rounds }) => {
      const { MODELS } = await import("/bench/inputs.mjs");
      const found = {};
      for (const lane of lanes) {
        const job = { lane, model: `/models/${file}`, inputs: MODELS[file], engine, prepared };
        found[lane] = { ...(await ask(lane, job)), runs: [] };
        found[lane].outputs = found[lane].outputs?.map((output) => ({ ...output, data: Array.from(output.data, Number) }));
      }
      const able = lanes.filter((lane) => !found[lane].error);
      // The second run is the first that is compiled well; what takes less than 10 ms is run several times for one time.
      let [quickest, slow] = [Infinity, false];
      for (const lane of able) {
        const { run } = await ask(lane, { again: 1 });
        if (run > 1000) slow = true;
        else quickest = Math.min(quickest, run, (await ask(lane, { again: 3 })).run);
      }
      const again = Math.min(1000, Math.max(1, Math.ceil(10 / Math.max(quickest, 0.01))));
      const end = performance.now() + budget;
      for (let round = 0; round < (slow ? 2 : rounds) || (round < 200 && performance.now() < end); round++) {
        for (const lane of able) {
          const { run, error } = await ask(lane, { again });
          if (error) found[lane].error = error;
          found[lane].runs.push(run);
        }
      }
      if (able.includes("engine")) {
        await ask("engine", { again: 1, beside: true });
        found.engine.beside = Infinity;
        for (let round = 0; round < 20; round++)
          found.engine.beside = Math.min(found.engine.beside, (await ask("engine", { again, beside: true })).run);
      }
      return found;
    },
    { lanes, file, prepared, engine: `/engine/${path.basename(args.engine)}`, budget: BUDGET, rounds: ROUNDS },
  );
}

/** Peak memory of a renderer, in MB: what one lane adds to a page with an idle worker. */
async function memory(lane, file, prepared) {
  const browser = await chromium.launch({ executablePath: process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  try {
    const page = await open(browser, [lane]);
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const ids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    const status = (key) => ids.map((id) => Number(new RegExp(`${key}:\\s*(\\d+)`).exec(fs.readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024);
    const before = status("VmRSS");
    const found = await page.evaluate(
      async ({ lane, file, prepared, engine }) => {
        const { MODELS } = await import("/bench/inputs.mjs");
        const opened = await ask(lane, { lane, model: `/models/${file}`, inputs: MODELS[file], engine, prepared });
        for (let round = 0; round < 2 && !opened.error; round++) await ask(lane, { again: 1 });
        return opened.error ?? null;
      },
      { lane, file, prepared, engine: `/engine/${path.basename(args.engine)}` },
    );
    if (found) return undefined;
    return Math.max(...status("VmHWM").map((peak, index) => peak - before[index]));
  } finally {
    await browser.close();
  }
}

/** The largest difference of the outputs, relative to the largest value of each. */
function apart(ours, theirs) {
  let worst = 0;
  for (const { name, data } of ours) {
    const other = theirs.find((output) => output.name === name);
    if (!other || other.data.length !== data.length) return Infinity;
    const scale = data.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30);
    worst = data.reduce((most, x, at) => Math.max(most, Math.abs(x - other.data[at]) / scale), worst);
  }
  return worst;
}

const least = (values) => Math.min(...values);
const wanted = (file) => !args.only || args.only.split(",").some((part) => file.includes(part));
const browser = await chromium.launch({ executablePath: process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const version = browser.version();
const rows = [];
for (const file of Object.keys(MODELS).filter(wanted)) {
  if (!fs.existsSync(path.join(args.models, file))) throw new Error(`${file} is not in ${args.models}`);
  const name = file.replace(/\.onnx$/, "");
  const prepared = args.gpu && fs.existsSync(path.join(args.prepared, `${name}.model`)) ? `/prepared/${name}` : undefined;
  const pairs = args.gpu ? (prepared ? [["gpu", "ortgpu"]] : []) : [["engine", "ort"]];
  for (const lanes of pairs) {
    const page = await open(browser, lanes);
    const found = await measure(page, lanes, file, prepared);
    await page.close();
    const [ours, theirs] = lanes.map((lane) => found[lane]);
    const row = { file, bytes: fs.statSync(path.join(args.models, file)).size, lanes: {} };
    for (const lane of lanes) {
      const { load, first, runs, beside, error } = found[lane];
      row.lanes[lane] = error ? { error } : { load, first, steady: least(runs), beside, rounds: runs.length };
    }
    if (!args.gpu) {
      if (args.cases && !ours.error) writeCase(path.join(args.cases, name), path.join(args.models, file), MODELS[file], ours.outputs);
      if (!ours.error && !theirs.error) row.apart = apart(ours.outputs, theirs.outputs);
      for (const lane of lanes) if (!found[lane].error) row.lanes[lane].memory = await memory(lane, file, prepared);
    }
    rows.push(row);
    const say = (lane) => row.lanes[lane].error?.slice(0, 120) ?? `${row.lanes[lane].steady.toFixed(2)} ms`;
    console.log(`${file}: ${lanes.map((lane) => `${lane} ${say(lane)}`).join(", ")}`);
  }
}
await browser.close();
server.close();
fs.writeFileSync(args.out, `${JSON.stringify({ chromium: version, rows }, null, 1)}\n`);
