// An engine module as `countersign-abi` describes it, with as much of SCALE as its messages need.
import { readFileSync } from "node:fs";

const LOAD = 1, RUN = 2;
const CODES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };
const ARRAYS = { 1: Float32Array, 2: Uint8Array, 6: Int32Array, 7: BigInt64Array, 9: Uint8Array };

/** A length as SCALE's compact integer. */
function compact(value) {
  if (value < 64) return Buffer.from([value << 2]);
  const out = Buffer.alloc(value < 16384 ? 2 : 4);
  if (out.length === 2) out.writeUInt16LE(value * 4 + 1);
  else out.writeUInt32LE(value * 4 + 2);
  return out;
}

function bytes(value) {
  const data = typeof value === "string" ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.concat([compact(data.length), data]);
}

function u64(value) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
}

/** Reads what the engine answers. */
class Reader {
  constructor(data) { this.data = data; this.at = 0; }
  u8() { return this.data[this.at++]; }
  skip(count) { this.at += count; }
  compact() {
    const mode = this.data[this.at] & 3;
    if (mode === 0) return this.u8() >> 2;
    const value = mode === 1 ? this.data.readUInt16LE(this.at) : this.data.readUInt32LE(this.at);
    this.at += mode === 1 ? 2 : 4;
    return value >>> 2;
  }
  bytes() {
    const length = this.compact();
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }
  list(read) { return Array.from({ length: this.compact() }, read); }
  tensor() {
    const name = this.bytes().toString();
    const code = this.u8();
    const dims = this.list(() => { this.at += 8; return Number(this.data.readBigUInt64LE(this.at - 8)); });
    const data = Uint8Array.from(this.bytes());
    return { name, dims, data: new (ARRAYS[code] ?? Uint8Array)(data.buffer) };
  }
  /** Skips `Ok`; throws what `Err` says. */
  result() {
    if (this.u8() === 0) return;
    this.u8();
    const node = this.u8() === 1 ? `${this.bytes()}: ` : "";
    throw new Error(node + this.bytes());
  }
}

export class Engine {
  constructor(path) {
    const module = new WebAssembly.Module(readFileSync(path));
    this.exports = new WebAssembly.Instance(module, {}).exports;
    this.exports.cs_init();
  }

  call(op, request) {
    const { memory, cs_alloc, cs_free, cs_call } = this.exports;
    const pointer = cs_alloc(request.length) >>> 0;
    if (pointer === 0) throw new Error("no memory for the request");
    new Uint8Array(memory.buffer, pointer, request.length).set(request);
    const packed = BigInt.asUintN(64, cs_call(op, pointer, request.length));
    cs_free(pointer, request.length);
    const [found, size] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
    const response = Buffer.from(new Uint8Array(memory.buffer, found, size));
    cs_free(found, size);
    const reader = new Reader(response);
    reader.result();
    return reader;
  }

  load(model) {
    const limits = Buffer.concat([u64(1n << 30n), Buffer.from([0xa0, 0x86, 1, 0]), u64(1n << 40n)]);
    this.call(LOAD, Buffer.concat([Buffer.from([0, 4, 0]), bytes("model.onnx"), bytes(model), Buffer.from([0]), limits]));
  }

  /** Tensors as `{ type, dims, data }` by name to the outputs as an array; `request` is made once by `encode`. */
  run(request) {
    const reader = this.call(RUN, request);
    reader.skip(1);
    for (let side = 0; side < 2; side++) reader.list(() => [reader.bytes(), reader.bytes()]);
    return reader.list(() => reader.tensor());
  }

  static encode(tensors) {
    const list = Object.entries(tensors).map(([name, { type, dims, data }]) =>
      Buffer.concat([bytes(name), Buffer.from([CODES[type]]), compact(dims.length), ...dims.map(u64), bytes(data)]));
    return Buffer.concat([Buffer.from([0]), compact(list.length), ...list, Buffer.alloc(32)]);
  }
}
