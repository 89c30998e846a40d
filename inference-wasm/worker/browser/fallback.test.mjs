// Each reason for falling back to the engine, by its name: the run is not lost, and whoever asked for the GPU alone is told why.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./lib.mjs";
import { elements, knownAnswer, manifest, model, numbers, tensors } from "./onnx.mjs";

const RELU = { x: [2, 3], y: [2, 3], nodes: [["Relu", ["x"], "y"]] };
const relu = (values) => values.map((value) => Math.max(value, 0));
const INPUT = tensors(RELU.x, numbers(RELU.x));

async function load(browser, trap = RELU, known = undefined, given = known) {
  const file = model(trap);
  const files = [["model.onnx", file], ...(given ? [["known.bin", given]] : [])];
  const loaded = await browser.load(manifest(file, trap, known), files);
  assert.equal(loaded.code, undefined, loaded.text);
}

/** The run falls back with these words, and a run on the GPU alone is an error with them. */
async function fallsBack(browser, words) {
  const outcome = await browser.run(INPUT, "prefer");
  assert.equal(outcome.device, "Engine", outcome.text);
  assert.equal(outcome.lane, "replay");
  assert.match(outcome.reason, words);
  assert.match(outcome.reason, /engine ran the model instead/);
  assert.deepEqual(elements(outcome.tensors, RELU.y), relu(numbers(RELU.x)).map(Math.fround));
  const refused = await browser.run(INPUT, "gpu");
  assert.equal(refused.code, "gpu");
  assert.match(refused.text, words);
}

async function broken(options, words) {
  const browser = await start(options);
  try {
    await load(browser);
    await fallsBack(browser, words);
  } finally {
    await browser.stop();
  }
}

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

test("no API", () => broken({ glue: '\nObject.defineProperty(navigator, "gpu", { value: undefined });' }, /This browser has no WebGPU/));

test("no adapter", () => broken({ webgpu: false }, /no graphics adapter/));

test("an operator", async () => {
  await load(browser, { ...RELU, nodes: [["Hardmax", ["x"], "y"]] });
  const refused = await browser.run(INPUT, "gpu");
  assert.equal(refused.code, "gpu");
  assert.match(refused.text, /Hardmax \(no lowering\) at “n0” is not known to be right on the GPU/);
});

test("a self-test that fails", () =>
  // One bit of the last element, which every answer ends with.
  broken(
    { glue: "\n{ const run = countersign_gpu.run; countersign_gpu.run = async (...given) => { const bytes = await run(...given); bytes[bytes.length - 1] ^= 2; return bytes; }; }" },
    /failed its self-test on this model: element 5 of y is/,
  ));

test("a device that is lost again and again", () =>
  broken(
    { glue: "\n{ const run = countersign_gpu.run; countersign_gpu.run = (...given) => { countersign_gpu.lose(); return run(...given); }; }" },
    /The GPU was lost during the run/,
  ));

test("a module that crashes again and again", () =>
  broken({ glue: '\ncountersign_gpu.run = async () => { countersignCrash("gpu", "a test"); await new Promise(() => {}); };' }, /The GPU was lost during the run: a test/));

test("a known answer that is given lets the GPU run", async () => {
  const inputs = [-1, 2, -3, 4, -5, 6];
  await load(browser, RELU, knownAnswer(RELU, inputs, relu(inputs)));
  const outcome = await browser.run(INPUT, "gpu");
  assert.equal(outcome.device, "Gpu", outcome.text);
});

test("a known answer that is not given, or not the model's, keeps the GPU unused", async () => {
  const wrong = knownAnswer(RELU, [-1, 2, -3, 4, -5, 6], [0, 2, 0, 4, 0, 7]);
  await load(browser, RELU, wrong);
  await fallsBack(browser, /the engine gives another answer than the model's publisher: element 5 of y is 6 and .* 7/);
  const right = knownAnswer(RELU, [-1, 2, -3, 4, -5, 6], [0, 2, 0, 4, 0, 6]);
  await load(browser, RELU, right, null);
  await fallsBack(browser, /the known answer known\.bin was not loaded/);
  await load(browser, RELU, knownAnswer({ x: [2, 3], y: [3] }, [1, 1, 1, 1, 1, 1], [1, 1, 1]));
  await fallsBack(browser, /self-test on this model/);
});

test("without a choice, a software adapter is left alone, and its module is not even loaded", async () => {
  const browser = await start();
  try {
    await load(browser);
    const outcome = await browser.run(INPUT, "auto");
    assert.equal(outcome.device, "Engine", outcome.text);
    assert.match(outcome.reason, /graphics adapter is software/);
  } finally {
    await browser.stop();
  }
});
