// Small models around the faults of wonnx that are known: each must run on the GPU, not fall back, and agree with the engine.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./lib.mjs";
import { elements, floats, integers, manifest, model, numbers, tensors } from "./onnx.mjs";

const scalar = (value) => floats([], [value]);
const one = (op, x, y, constants = {}, attributes = {}, opset = 17) => ({
  x, y, opset, constants, nodes: [[op, ["x", ...Object.keys(constants)], "y", attributes]],
});
const conv = (input, output, kernel, { group = 1, size = [9, 7], out = size, ...attributes } = {}) =>
  one("Conv", [1, input, ...size], [1, output, ...out], { w: floats([output, input / group, ...kernel]), b: floats([output]) }, { group, ...attributes });
const product = (m, k, n) => one("MatMul", [m, k], [m, n], { w: floats([k, n]) });

const CASES = {
  "clip, one decimal": one("Clip", [1, 4, 5, 3], [1, 4, 5, 3], { a: scalar(-0.5), b: scalar(0.5) }),
  "clip, two decimals": one("Clip", [1, 4, 5, 3], [1, 4, 5, 3], { a: scalar(-0.25), b: scalar(0.25) }),
  "conv 3x3, bias": conv(4, 8, [3, 3], { pads: [1, 1, 1, 1] }),
  "conv 3x3, dilated": conv(4, 8, [3, 3], { pads: [2, 2, 2, 2], dilations: [2, 2] }),
  "conv 3x3, 6 outputs": conv(4, 6, [3, 3], { pads: [1, 1, 1, 1] }),
  "conv 3x3, strided": conv(3, 8, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1], out: [5, 4] }),
  "conv 3x3, depthwise": conv(8, 8, [3, 3], { group: 8, pads: [1, 1, 1, 1] }),
  "conv 1x1, 16 inputs": conv(16, 8, [1, 1]),
  "conv 1x1, 6 inputs": conv(6, 8, [1, 1]),
  "conv 5x5 by products": conv(4, 8, [5, 5], { pads: [2, 2, 2, 2], size: [8, 6] }),
  "conv 5x5, general": conv(3, 5, [5, 5], { pads: [2, 2, 2, 2] }),
  "conv 5x5, leaky": {
    ...conv(4, 4, [5, 5], { pads: [2, 2, 2, 2] }),
    nodes: [["Conv", ["x", "w", "b"], "c", { pads: [2, 2, 2, 2] }], ["LeakyRelu", ["c"], "y", { alpha: { float: 0.1 } }]],
  },
  "conv 3x3, relu": {
    ...conv(4, 8, [3, 3], { pads: [1, 1, 1, 1] }),
    nodes: [["Conv", ["x", "w", "b"], "c", { pads: [1, 1, 1, 1] }], ["Relu", ["c"], "y"]],
  },
  "product, one row": product(1, 8, 3),
  "product, one row of 7": product(1, 7, 3),
  "product, no common factor": product(3, 5, 7),
  "product, blocks of two": product(6, 10, 14),
  "product, blocks of four": product(8, 12, 16),
  "product, padded": product(8, 33, 12),
  "softmax 11, inner axis": one("Softmax", [2, 3, 4], [2, 3, 4], {}, { axis: 1 }, 11),
  "softmax 13, inner axis": one("Softmax", [2, 3, 4], [2, 3, 4], {}, { axis: 1 }, 13),
  "softmax, last axis": one("Softmax", [3, 37], [3, 37]),
  "gather, int64": one("Gather", [8, 3], [3, 3], { i: integers([7, -7, 5]) }),
  "slice, inner axis": one("Slice", [2, 5, 3], [2, 2, 3], { s: integers([1]), e: integers([3]), a: integers([1]) }),
  "pad, end 2": one("Pad", [5, 3], [8, 4], { p: integers([1, 0, 2, 1]) }),
  "concat, last axis": { x: [2, 3], y: [2, 15], constants: { w: floats([2, 3]) }, nodes: [["Concat", ["x", "w", "x", "x", "w"], "y", { axis: 1 }]] },
  "transpose, rank 6": one("Transpose", [1, 2, 2, 2, 3, 3], [1, 2, 3, 2, 3, 2], {}, { perm: [0, 1, 4, 2, 5, 3] }),
  "sum of 7 and a constant of 7": one("Add", [1, 7], [1, 7], { w: floats([1, 7]) }),
  "sum of 214 and a constant of 214": one("Add", [1, 214], [1, 214], { w: floats([1, 214]) }),
  "broadcast, one more than the workgroups": one("Mul", [7, 30011], [7, 30011], { w: floats([30011]) }),
  "reduce, several axes": one("ReduceMean", [1, 4, 6, 5], [4], {}, { axes: [0, 2, -1], keepdims: 0 }),
  "max pool, same upper": one("MaxPool", [1, 4, 6, 11], [1, 4, 3, 6], {}, { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" }),
  "average pool, padded": one("AveragePool", [1, 3, 6, 6], [1, 3, 6, 6], {}, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  "batch normalisation, rank 3": one("BatchNormalization", [2, 3, 4], [2, 3, 4], {
    s: floats([3]), b: floats([3]), m: floats([3]), v: floats([3], [1, 2, 0.5]),
  }),
  "layer normalisation": one("LayerNormalization", [2, 3, 8], [2, 3, 8], { s: floats([8]), b: floats([8]) }),
  "tanh": one("Tanh", [3, 41], [3, 41]),
  "softplus": one("Softplus", [3, 41], [3, 41]),
  "erf": one("Erf", [3, 41], [3, 41]),
  "reduce, an axis of one behind": one("ReduceMean", [2, 3, 1], [1, 3, 1], {}, { axes: [0] }),
  "reduce, an axis of one between": one("ReduceMax", [2, 1, 3, 4], [2, 1, 4], {}, { axes: [2], keepdims: 0 }),
  "product of an odd number": one("ReduceProd", [2, 7], [2, 1], {}, { axes: [1] }),
  "logarithm of softmax, inner axis": one("LogSoftmax", [2, 5, 3], [2, 5, 3], {}, { axis: 1 }),
  "elu": one("Elu", [3, 41], [3, 41]),
  "asinh": one("Asinh", [3, 41], [3, 41]),
  "shrink": one("Shrink", [3, 41], [3, 41], {}, { lambd: { float: 1.5 }, bias: { float: 0.5 } }),
  "instance normalisation": one("InstanceNormalization", [2, 3, 4, 5], [2, 3, 4, 5], { s: floats([3]), b: floats([3]) }),
  "l2 normalisation, last axis": one("LpNormalization", [2, 2], [2, 2]),
  "transposed convolution, overlapping": one("ConvTranspose", [1, 4, 3, 4], [1, 3, 7, 9], { w: floats([4, 3, 3, 3]) }, { strides: [2, 2] }),
  "resize, cubic": {
    ...one("Resize", [1, 2, 5, 4], [1, 2, 10, 6], {}, { mode: "cubic" }),
    constants: { s: floats([4], [1, 1, 2, 1.5]) },
    nodes: [["Resize", ["x", "", "s"], "y", { mode: "cubic" }]],
  },
  "choice, with infinite elements on both sides": {
    x: [2, 3], y: [2, 3],
    constants: { t: scalar(0.25), z: floats([2, 3]), i: scalar(Infinity) },
    nodes: [["Greater", ["x", "t"], "c"], ["Mul", ["x", "i"], "h"], ["Where", ["c", "z", "h"], "w"], ["Where", ["c", "w", "z"], "y"]],
  },
  "cumulative sum": one("CumSum", [2, 37], [2, 37], { a: integers([1]) }),
  "scatter": one("ScatterND", [4, 3], [4, 3], { i: { ...integers([3, 0]), dims: [2, 1] }, u: floats([2, 3]) }),
  "reshape of the input": one("Reshape", [2, 3], [3, 2], { d: integers([3, 2]) }),
};

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

for (const [name, trap] of Object.entries(CASES)) {
  test(name, async () => {
    const file = model(trap);
    const loaded = await browser.load(manifest(file, trap), [["model.onnx", file]]);
    assert.equal(loaded.code, undefined, loaded.text);
    const input = tensors(trap.x, numbers(trap.x));
    const truth = await browser.run(input, "engine");
    const gpu = await browser.run(input, "gpu");
    assert.equal(truth.device, "Engine", truth.text);
    assert.equal(gpu.device, "Gpu", gpu.text);
    assert.equal(gpu.input, truth.input);
    const [ours, right] = [elements(gpu.tensors, trap.y), elements(truth.tensors, trap.y)];
    ours.forEach((value, at) => {
      const near = value === right[at] || Math.abs(value - right[at]) <= 1e-4 * Math.max(1, Math.abs(right[at]));
      assert.ok(near, `element ${at} is ${value} and on the engine ${right[at]}`);
    });
  });
}

test("what is not known to be right is refused by node and operator, and runs on the engine", async () => {
  const trap = { x: [1, 1, 5, 5], y: [1, 1, 3, 3], nodes: [["AveragePool", ["x"], "y", { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }]] };
  const file = model(trap);
  assert.equal((await browser.load(manifest(file, trap), [["model.onnx", file]])).code, undefined);
  const input = tensors(trap.x, numbers(trap.x));
  const refused = await browser.run(input, "gpu");
  assert.equal(refused.code, "gpu");
  assert.match(refused.text, /AveragePool with ceil_mode = 1 at “n0”/);
  const other = await browser.run(input, "prefer");
  assert.equal(other.device, "Engine");
  assert.match(other.reason, /AveragePool/);
});
