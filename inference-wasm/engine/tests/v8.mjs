// Runs an engine in V8 and prints one line per request: operation, SHA-256 of the response, milliseconds.
//
// node v8.mjs ENGINE.wasm REQUESTS, where REQUESTS is what `tests/wasm.rs` writes: for each request the operation and
// the length as little-endian u32, then the bytes.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [enginePath, requestsPath] = process.argv.slice(2);
if (!requestsPath) {
  console.error("usage: node v8.mjs ENGINE.wasm REQUESTS");
  process.exit(2);
}
const module = new WebAssembly.Module(readFileSync(enginePath));
if (WebAssembly.Module.imports(module).length !== 0) throw new Error("an engine has no imports");
const { memory, cs_init, cs_alloc, cs_free, cs_call } = new WebAssembly.Instance(module, {}).exports;
cs_init();

const requests = readFileSync(requestsPath);
let at = 0;
while (at < requests.length) {
  const op = requests.readUInt32LE(at);
  const length = requests.readUInt32LE(at + 4);
  const bytes = requests.subarray(at + 8, at + 8 + length);
  at += 8 + length;
  const pointer = cs_alloc(length) >>> 0;
  if (pointer === 0) throw new Error(`no memory for a request of ${length} bytes`);
  new Uint8Array(memory.buffer, pointer, length).set(bytes);
  const start = performance.now();
  const packed = BigInt.asUintN(64, cs_call(op, pointer, length));
  const took = performance.now() - start;
  cs_free(pointer, length);
  const [found, size] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
  const digest = createHash("sha256").update(new Uint8Array(memory.buffer, found, size)).digest("hex");
  cs_free(found, size);
  console.log(`${op} ${digest} ${took.toFixed(1)}`);
}
