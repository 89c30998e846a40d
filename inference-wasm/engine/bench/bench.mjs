// Times an engine against onnxruntime-web (wasm, one thread) in one process: see README.md.
//
// node bench.mjs ENGINE.wasm MODELS [MODEL…]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Engine } from "./engine.mjs";
import { MODELS } from "./models.mjs";

const [enginePath, folder, ...wanted] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node bench.mjs ENGINE.wasm MODELS [MODEL…]");
  process.exit(2);
}
const budget = Number(process.env.BENCH_MS ?? 3000);
const alone = process.env.BENCH_ALONE === "1";
let ort;
if (!alone) {
  const require = createRequire(pathToFileURL(join(process.cwd(), "x.js")));
  const module = await import(pathToFileURL(require.resolve("onnxruntime-web")));
  ort = module.default ?? module;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
}

/** The largest difference, relative to the largest value of the tensor. */
function apart(found, expected) {
  let most = 0, scale = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [Number(found[i]), Number(expected[i])];
    if (Number.isNaN(x) !== Number.isNaN(y)) return NaN;
    scale = Math.max(scale, Math.abs(y));
    most = Math.max(most, Math.abs(x - y));
  }
  return found.length === expected.length ? most / scale : Infinity;
}

const ratios = [];
console.log(`${"model".padEnd(38)} ${"engine ms".padStart(10)} ${"ort ms".padStart(10)} ${"ratio".padStart(7)}  apart`);
for (const [file, tensors] of Object.entries(MODELS)) {
  if (wanted.length > 0 && !wanted.some((name) => file.includes(name))) continue;
  try {
    const model = readFileSync(join(folder, file));
    const engine = new Engine(enginePath);
    engine.load(model);
    const request = Engine.encode(tensors);
    const found = engine.run(request);
    let session, feeds, expected, difference = 0;
    if (ort) {
      session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
      feeds = Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, new ort.Tensor(t.type, t.data, t.dims)]));
      expected = await session.run(feeds);
      for (const output of found) difference = Math.max(difference, apart(output.data, expected[output.name].data));
    }
    // Turn by turn, and the least of each: what else runs on the machine only ever adds.
    let [ours, theirs] = [Infinity, Infinity];
    const end = performance.now() + budget;
    for (let round = 0; round < 3 || performance.now() < end; round++) {
      const start = performance.now();
      engine.run(request);
      const middle = performance.now();
      ours = Math.min(ours, middle - start);
      if (!ort) continue;
      await session.run(feeds);
      theirs = Math.min(theirs, performance.now() - middle);
    }
    ratios.push(ours / theirs);
    console.log(`${file.padEnd(38)} ${ours.toFixed(2).padStart(10)} ${theirs.toFixed(2).padStart(10)} ${(ours / theirs).toFixed(2).padStart(7)}  ${difference.toExponential(1)}`);
    await session?.release();
  } catch (error) {
    console.log(`${file.padEnd(38)} ${String(error.message).slice(0, 160)}`);
  }
}
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(`geometric mean of ${ratios.length}: ${mean.toFixed(2)}`);
