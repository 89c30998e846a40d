// Small ONNX files, their manifests, and tensors as the worker takes them.
import { createHash } from "node:crypto";

const varint = (value) => {
  const out = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return [...out, Number(rest)];
};
const number = (field, value) => [...varint(field << 3), ...varint(value)];
const bytes = (field, value) => [...varint((field << 3) | 2), ...varint(value.length), ...value];
const text = (field, value) => bytes(field, new TextEncoder().encode(value));
const little = (values) => Array.from(new Uint8Array(Float32Array.from(values).buffer));

const count = (dims) => dims.reduce((product, dim) => product * dim, 1);

/** Numbers between −3 and 3, the same every time. */
export const numbers = (dims) => Array.from({ length: count(dims) }, (_, at) => ((at * 2654435 + 977) % 6007) / 1001 - 3);

/** A constant: f32 from an array with `dims`, or int64. */
export const floats = (dims, values = numbers(dims).map((value) => value / 4)) => ({ kind: 1, dims, data: little(values) });
export const integers = (values) => ({
  kind: 7,
  dims: [values.length],
  data: values.flatMap((value) => Array.from(new Uint8Array(BigInt64Array.of(BigInt(value)).buffer))),
});

function attribute([name, value]) {
  const out = text(1, name);
  if (Array.isArray(value)) return [...out, ...value.flatMap((item) => number(8, item)), ...number(20, 7)];
  if (typeof value === "string") return [...out, ...text(4, value), ...number(20, 3)];
  if (typeof value === "number") return [...out, ...number(3, value), ...number(20, 2)];
  return [...out, ...varint((2 << 3) | 5), ...little([value.float]), ...number(20, 1)];
}

function info(name, dims) {
  const shape = dims.flatMap((dim) => bytes(1, number(1, dim)));
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))];
}

/** A model from `x` to `y`, both f32. A node is [operator, inputs, output, attributes]. */
export function model({ x, y, nodes, constants = {}, opset = 17 }) {
  const graph = [
    ...nodes.flatMap(([op, inputs, output, attributes = {}], index) =>
      bytes(1, [
        ...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(3, `n${index}`), ...text(4, op),
        ...Object.entries(attributes).flatMap((entry) => bytes(5, attribute(entry))),
      ]),
    ),
    ...text(2, "trap"),
    ...Object.entries(constants).flatMap(([name, { kind, dims, data }]) =>
      bytes(5, [...dims.flatMap((dim) => number(1, dim)), ...number(2, kind), ...text(8, name), ...bytes(9, data)]),
    ),
    ...bytes(11, info("x", x)),
    ...bytes(12, info("y", y)),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ""), ...number(2, opset)])]);
}

const digest = (file) => `0x${createHash("sha256").update(file).digest("hex")}`;

/** A known answer of such a model: what `y` must be for this `x`. Written from the format, not with our code. */
export function knownAnswer({ x, y }, inputs, outputs) {
  const number = (value, size) => Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** at) % 256);
  const tensor = (name, dims, values) => [
    ...number(name.length, 2), ...new TextEncoder().encode(name), 1, dims.length, ...dims.flatMap((dim) => number(dim, 8)), ...little(values),
  ];
  const magic = new TextEncoder().encode("countersign/kat/1\0");
  return Uint8Array.from([...magic, 1, 1, ...tensor("x", x, inputs), ...tensor("y", y, outputs)]);
}

/** The manifest of such a model, canonical JSON; `known` is a known answer. */
export function manifest(file, { x, y }, known) {
  const sha256 = digest(file);
  const tensor = (name, dims) => ({ dims, dtype: "float32", name });
  const json = {
    description: "A model to test with.",
    fastTolerance: "0.0001",
    files: [
      ...(known ? [{ path: "known.bin", role: "kat", sha256: digest(known), size: known.length, sources: [] }] : []),
      { path: "model.onnx", role: "model", sha256, size: file.length, sources: [] },
    ],
    format: "countersign/manifest/1",
    inputs: [tensor("x", x)],
    licence: "Apache-2.0",
    name: "Trap",
    outputs: [tensor("y", y)],
    task: "tensors/1",
    version: "1",
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

const compact = (value) => {
  if (value < 64) return [value << 2];
  const mode = value < 16384 ? 1 : 2;
  const shifted = value * 4 + mode;
  return Array.from({ length: mode * 2 }, (_, at) => Math.floor(shifted / 256 ** at) % 256);
};

/** SCALE of a list of one f32 tensor `x`. */
export function tensors(dims, values) {
  const data = little(values);
  const long = dims.flatMap((dim) => Array.from(new Uint8Array(BigUint64Array.of(BigInt(dim)).buffer)));
  return { tensors: [4, 4, 120, 1, ...compact(dims.length), ...long, ...compact(data.length), ...data] };
}

/** The f32 elements at the end of SCALE-encoded outputs. */
export function elements(encoded, dims) {
  const from = encoded.length - count(dims) * 4;
  return Array.from(new Float32Array(Uint8Array.from(encoded.slice(from)).buffer));
}
