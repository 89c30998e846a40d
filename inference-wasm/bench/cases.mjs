// Cases in the layout of ONNX's backend tests (onnx.proto, TensorProto), by which the GPU lane is prepared.
import fs from "node:fs";
import path from "node:path";

const CODES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };
const ARRAYS = { 1: Float32Array, 2: Uint8Array, 6: Int32Array, 9: Uint8Array };

function varint(value) {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}

/** dims (1), data_type (2), name (8), raw_data (9). */
function tensor(name, code, dims, data) {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const label = Buffer.from(name);
  const head = [...dims.flatMap((dim) => [0x08, ...varint(dim)]), 0x10, code, 0x42, ...varint(label.length), ...label, 0x4a, ...varint(raw.length)];
  return Buffer.concat([Buffer.from(head), raw]);
}

/** Writes a model with its inputs and the engine's outputs. */
export function writeCase(folder, model, inputs, outputs) {
  const set = path.join(folder, "test_data_set_0");
  fs.mkdirSync(set, { recursive: true });
  fs.copyFileSync(model, path.join(folder, "model.onnx"));
  Object.entries(inputs).forEach(([name, { type, dims, data }], index) =>
    fs.writeFileSync(path.join(set, `input_${index}.pb`), tensor(name, CODES[type], dims, data)));
  outputs.forEach(({ name, code, dims, data }, index) => {
    const Typed = ARRAYS[code];
    const typed = Typed ? Typed.from(data) : BigInt64Array.from(data, BigInt);
    fs.writeFileSync(path.join(set, `output_${index}.pb`), tensor(name, code, dims, typed));
  });
}
