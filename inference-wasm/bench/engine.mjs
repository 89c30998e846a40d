// An engine module as `countersign-abi` describes it, with as much of SCALE as its messages need. For browsers and Node.

const LOAD = 1, RUN = 2, FINISH = 7;
const CODES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };
const ARRAYS = { 1: Float32Array, 2: Uint8Array, 6: Int32Array, 7: BigInt64Array, 9: Uint8Array };
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

const join = (...parts) => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
};

/** A length as SCALE's compact integer. */
function compact(value) {
  if (value < 64) return Uint8Array.of(value << 2);
  const out = new Uint8Array(value < 16384 ? 2 : 4);
  const view = new DataView(out.buffer);
  if (out.length === 2) view.setUint16(0, value * 4 + 1, true);
  else view.setUint32(0, value * 4 + 2, true);
  return out;
}

function bytes(value) {
  const data = typeof value === "string" ? utf8.encode(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return join(compact(data.length), data);
}

const u64 = (value) => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);

/** Reads what the engine answers. */
class Reader {
  constructor(data) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.at = 0;
  }
  u8() { return this.data[this.at++]; }
  compact() {
    const mode = this.data[this.at] & 3;
    if (mode === 0) return this.u8() >> 2;
    const value = mode === 1 ? this.view.getUint16(this.at, true) : this.view.getUint32(this.at, true);
    this.at += mode === 1 ? 2 : 4;
    return value >>> 2;
  }
  bytes() {
    const length = this.compact();
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }
  text() { return fromUtf8.decode(this.bytes()); }
  list(read) { return Array.from({ length: this.compact() }, read); }
  tensor() {
    const name = this.text();
    const code = this.u8();
    const dims = this.list(() => { this.at += 8; return Number(this.view.getBigUint64(this.at - 8, true)); });
    const data = this.bytes().slice();
    return { name, code, dims, data: new (ARRAYS[code] ?? Uint8Array)(data.buffer) };
  }
  /** Skips `Ok`; throws what `Err` says. */
  result() {
    if (this.u8() === 0) return;
    this.u8();
    const node = this.u8() === 1 ? `${this.text()}: ` : "";
    throw new Error(node + this.text());
  }
}

export class Engine {
  /** An instance of a compiled module. */
  constructor(instance) {
    this.exports = instance.exports;
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
    const response = new Uint8Array(memory.buffer, found, size).slice();
    cs_free(found, size);
    const reader = new Reader(response);
    reader.result();
    return reader;
  }

  load(model) {
    const limits = join(u64(1n << 30n), Uint8Array.of(0xa0, 0x86, 1, 0), u64(1n << 40n));
    this.call(LOAD, join(Uint8Array.of(0, 4, 0), bytes("model.onnx"), bytes(model), Uint8Array.of(0), limits));
  }

  /** The outputs as an array; `request` is made once by `encode`. */
  run(request) {
    const reader = this.call(RUN, request);
    reader.u8();
    for (let side = 0; side < 2; side++) reader.list(() => [reader.bytes(), reader.bytes()]);
    return reader.list(() => reader.tensor());
  }

  /** The request for what a run does beside the model: `request` is read, its outputs are committed to, the answer is written. */
  finishing(request) {
    const reader = this.call(RUN, request);
    reader.u8();
    for (let side = 0; side < 2; side++) reader.list(() => [reader.bytes(), reader.bytes()]);
    const from = reader.at;
    reader.list(() => reader.tensor());
    return join(request.subarray(0, -32), Uint8Array.of(1), reader.data.slice(from, reader.at), request.subarray(-32));
  }

  finish(request) {
    this.call(FINISH, request);
  }

  /** The request for tensors given as `{ type, dims, data }` by name. */
  static encode(tensors) {
    const list = Object.entries(tensors).map(([name, { type, dims, data }]) =>
      join(bytes(name), Uint8Array.of(CODES[type]), compact(dims.length), ...dims.map(u64), bytes(data)));
    return join(Uint8Array.of(0), compact(list.length), ...list, new Uint8Array(32));
  }
}
