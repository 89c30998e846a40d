"""Runs an engine in SpiderMonkey and prints what v8.mjs prints, without the time: operation, SHA-256 of the response.

python spidermonkey.py ENGINE.wasm REQUESTS, with a Python that has PythonMonkey (pip install pythonmonkey==1.4.1), which
is Firefox's JavaScript and WebAssembly engine as a Python module.
"""

import hashlib
import struct
import sys

import pythonmonkey

if len(sys.argv) != 3:
    sys.exit("usage: spidermonkey.py ENGINE.wasm REQUESTS")
engine = bytearray(open(sys.argv[1], "rb").read())
requests = memoryview(open(sys.argv[2], "rb").read())

call = pythonmonkey.eval(
    """(file) => {
  const module = new WebAssembly.Module(new Uint8Array(file));
  if (WebAssembly.Module.imports(module).length !== 0) throw new Error("an engine has no imports");
  const { memory, cs_init, cs_alloc, cs_free, cs_call } = new WebAssembly.Instance(module, {}).exports;
  cs_init();
  return (op, request) => {
    const length = request.length;
    const pointer = cs_alloc(length) >>> 0;
    if (pointer === 0) throw new Error(`no memory for a request of ${length} bytes`);
    new Uint8Array(memory.buffer, pointer, length).set(request);
    const packed = BigInt.asUintN(64, cs_call(op, pointer, length));
    cs_free(pointer, length);
    const [found, size] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
    const response = new Uint8Array(memory.buffer, found, size).slice();
    cs_free(found, size);
    return response;
  };
}"""
)(engine)

at = 0
while at < len(requests):
    op, length = struct.unpack_from("<II", requests, at)
    request = bytearray(requests[at + 8 : at + 8 + length])
    at += 8 + length
    print(op, hashlib.sha256(bytes(call(float(op), request))).hexdigest())
