// A server with the app's policy, a browser, and a page that holds a worker handle.
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(new URL("../../../e2e/package.json", import.meta.url));
const { chromium } = require("@playwright/test");

const POLICY = [
  "default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-src 'none'", "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:", "style-src 'self'", "font-src 'self'", "img-src 'self' blob: data:", "connect-src 'self'",
].join("; ");
export const FLAGS = [
  "--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
];
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const PAGE = '<!doctype html><title>page</title><script src="/page/page.js"></script>';

function folder(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must name a folder: see README.md`);
  return path.resolve(value);
}

/** A file of the app, where the GPU module's script is followed by `glue`: it, and the length that the list gives it. */
function withGlue(name, bytes, glue) {
  if (glue && /^gpu.*\.js$/.test(name)) return Buffer.concat([bytes, Buffer.from(glue)]);
  if (!glue || name !== "assets.json") return bytes;
  const list = JSON.parse(bytes);
  list.gpu.jsSize += Buffer.byteLength(glue);
  return Buffer.from(JSON.stringify(list));
}

/** Serves assets, page and models; every request is written to `requests`. `glue` is script that follows the GPU module's. */
function serve(requests, glue) {
  const roots = {
    "/assets/": folder("COUNTERSIGN_ASSETS"),
    "/page/": folder("COUNTERSIGN_PAGE"),
    "/models/": folder("COUNTERSIGN_MODELS"),
  };
  const server = http.createServer((request, answer) => {
    const name = new URL(request.url, "http://localhost").pathname;
    requests.push(`${request.method} ${name}`);
    const headers = { "content-security-policy": POLICY, "cache-control": "no-store" };
    if (name === "/") return answer.writeHead(200, { ...headers, "content-type": KINDS[".html"] }).end(PAGE);
    for (const [prefix, root] of Object.entries(roots)) {
      const file = path.join(root, path.basename(name));
      if (name.startsWith(prefix) && fs.existsSync(file)) {
        const kind = KINDS[path.extname(file)] ?? "application/octet-stream";
        return answer.writeHead(200, { ...headers, "content-type": kind }).end(withGlue(path.basename(name), fs.readFileSync(file), glue));
      }
    }
    return answer.writeHead(404, headers).end();
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Starts everything. `webgpu: false` is a browser without WebGPU; `glue` is script at the end of the worker's, to break things. */
export async function start({ webgpu = true, glue = "" } = {}) {
  const requests = [];
  const server = await serve(requests, glue);
  const executablePath = process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium";
  const args = webgpu ? FLAGS : [...FLAGS.filter((flag) => !flag.includes("webgpu")), "--disable-features=WebGPU"];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  page.setDefaultTimeout(240_000);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    await page({ module_or_path: "/page/page_bg.wasm" });
    self.handle = await page.Page.open("/assets/assets.json");
    self.stages = [];
    self.report = (stage, fraction) => self.stages.push([stage, fraction]);
    // What a call gives: its answer with bytes as arrays, or the error that it throws.
    self.attempt = async (call) => {
      try {
        const answer = await call();
        for (const [key, value] of Object.entries(answer)) if (value instanceof Uint8Array) answer[key] = Array.from(value);
        return answer;
      } catch (error) {
        return error instanceof Error ? { code: "javascript", text: String(error.stack) } : error;
      }
    };
  });
  // Files are given as bytes, or as the path that the page fetches them from.
  const load = (manifest, files) =>
    page.evaluate(
      async ([manifest, files]) => {
        const blob = async (from) =>
          typeof from === "string" ? (await fetch(from)).blob() : new Blob([Uint8Array.from(from)]);
        const blobs = await Promise.all(files.map(async ([path, from]) => [path, await blob(from)]));
        return attempt(() => handle.load(Uint8Array.from(manifest), blobs, report));
      },
      [Array.from(manifest), files.map(([name, from]) => [name, typeof from === "string" ? from : Array.from(from)])],
    );
  const run = (input, device) =>
    page.evaluate(
      ([input, tensors, device]) => {
        const bytes = Uint8Array.from(input);
        return attempt(() => handle.run(tensors ? bytes : new Blob([bytes]), device, new Uint8Array(32).fill(7), report));
      },
      [Array.from(input.tensors ?? input), Boolean(input.tensors), device],
    );
  const stop = async () => {
    await browser.close();
    server.close();
  };
  return { page, requests, load, run, stop };
}
