// Writes docs/speed.md and docs/speed.svg from what bench.mjs measured.
//
//   node report.mjs CPU.json GPU.json --docs DIR --engine FILE --gpu DIR [--print]
// `--print` prints the page instead: for a part of the models.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: { docs: { type: "string" }, engine: { type: "string" }, gpu: { type: "string" }, print: { type: "boolean" } },
});
const [cpu, gpu] = positionals.map((file) => JSON.parse(fs.readFileSync(file, "utf8")));
const ort = path.join(import.meta.dirname, "node_modules/onnxruntime-web");
const version = JSON.parse(fs.readFileSync(path.join(ort, "package.json"), "utf8")).version;

const small = (files) => files.reduce((sum, file) => sum + brotliCompressSync(fs.readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length, 0);
const kilo = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
const dist = (...names) => names.map((name) => path.join(ort, "dist", name));
const ms = (value) => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3));
const mean = (ratios) => Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
const name = (file) => file.replace(/\.onnx$/, "");

/** A table of the rows that both ran, the geometric means below, and why others are not in it. */
function table(rows, ours, theirs, columns) {
  const both = rows.filter(({ lanes }) => !lanes[ours].error && !lanes[theirs].error);
  const ratio = (row, column) => row.lanes[ours][column] / row.lanes[theirs][column];
  const lines = [
    `| model | ${columns.map(([, title]) => `${title}: ours | theirs | ratio`).join(" | ")} |`,
    `| --- |${" ---: | ---: | ---: |".repeat(columns.length)}`,
    ...both.map((row) => `| ${name(row.file)} | ${columns.map(([column, , show]) => `${show(row.lanes[ours][column])} | ${show(row.lanes[theirs][column])} | ${ratio(row, column).toFixed(2)}`).join(" | ")} |`),
    `| **geometric mean** | ${columns.map(([column]) => ` | | **${mean(both.map((row) => ratio(row, column))).toFixed(2)}**`).join(" | ")} |`,
  ];
  const others = rows.filter((row) => !both.includes(row));
  const why = ({ lanes }) => [ours, theirs].filter((lane) => lanes[lane].error).map((lane) => `${lane === ours ? "ours" : "onnxruntime-web"}: ${lanes[lane].error.replace(/\s+/g, " ").slice(0, 160)}`).join("; ");
  return [...lines, ...(others.length > 0 ? ["", "Not in the table:", "", ...others.map((row) => `- ${name(row.file)}: ${why(row)}`)] : [])].join("\n");
}

/** How much of our time is not the model, and the ratio without it. */
function alone(rows) {
  const both = rows.filter(({ lanes }) => !lanes.engine.error && !lanes.ort.error);
  const ratio = ({ lanes }) => Math.max(lanes.engine.steady - lanes.engine.beside, 0.001) / lanes.ort.steady;
  return [
    "| model | steady run | beside the model | ratio without that |",
    "| --- | ---: | ---: | ---: |",
    ...both.map((row) => `| ${name(row.file)} | ${ms(row.lanes.engine.steady)} | ${ms(row.lanes.engine.beside)} | ${ratio(row).toFixed(2)} |`),
    `| **geometric mean** | | | **${mean(both.map(ratio)).toFixed(2)}** |`,
  ].join("\n");
}

/** Bars of the ratios on a logarithmic scale; 1 is the line. */
function plot(groups) {
  const rows = groups.flatMap(({ rows, ours, theirs }) =>
    rows.filter(({ lanes }) => !lanes[ours].error && !lanes[theirs].error).map((row) => ({ label: `${name(row.file)}${ours === "gpu" ? " (GPU)" : ""}`, ratio: row.lanes[ours].steady / row.lanes[theirs].steady, ours })));
  rows.sort((a, b) => a.ratio - b.ratio);
  const [left, width, step] = [290, 420, 22];
  const reach = Math.max(2, ...rows.map(({ ratio }) => Math.max(ratio, 1 / ratio)));
  const x = (ratio) => left + width / 2 + ((width / 2) * Math.log(ratio)) / Math.log(reach);
  const bars = rows.map(({ label, ratio, ours }, index) => {
    const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))];
    const y = 34 + index * step;
    return `<text x="${left - 10}" y="${y + 12}" text-anchor="end">${label}</text><rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="15" class="${ours}"/><text x="${left + width + 10}" y="${y + 12}">${ratio.toFixed(2)}</text>`;
  });
  const height = 34 + rows.length * step + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 60} ${height}" role="img" aria-label="Time of a run divided by onnxruntime-web's, by model">
<style>text{font:13px system-ui,sans-serif;fill:#1d2a33}.engine{fill:#0f6b5c}.gpu{fill:#b3672b}line{stroke:#1d2a33}svg{background:#fff}</style>
<text x="${x(1)}" y="18" text-anchor="middle">← faster than onnxruntime-web | slower →</text>
<line x1="${x(1)}" y1="26" x2="${x(1)}" y2="${height - 6}"/>
${bars.join("\n")}
</svg>
`;
}

const megabytes = (value) => value.toFixed(0);
const worst = cpu.rows.filter((row) => row.apart !== undefined).sort((a, b) => b.apart - a.apart)[0];
const page = `# Speed beside onnxruntime-web

\`cargo xtask bench --only speed\` writes this page: Chromium ${cpu.chromium}, onnxruntime-web ${version}, one thread each, ${os.cpus().length} cores of ${os.cpus()[0].model.trim()};
the GPU lanes on Chromium's software adapter. Turn by turn in one browser, the least time of each: what else runs on a machine only ever adds.
Read the ratios; the times are those of one machine. Ours includes reading the request and, on the engine, the commitments to inputs and outputs, which onnxruntime does not make.
Models and versions: \`inference-wasm/bench/models.json\`; inputs: \`inference-wasm/bench/inputs.mjs\`.

![Time of a run, ours by theirs](speed.svg)

## Engine and onnxruntime-web's wasm: one run, ms

${table(cpu.rows, "engine", "ort", [["steady", "steady run", ms], ["first", "first run", ms]])}

The outputs differ most on ${worst ? `${name(worst.file)}: by ${worst.apart.toExponential(1)}` : "none"} of the output's largest value.

## What is not the model, ms

Reading the request, SHA-256 for the commitments to inputs and outputs, writing the answer: measured by itself, with outputs that are known. It is what a receipt
costs, and onnxruntime-web does none of it.

${alone(cpu.rows)}

## Loading (ms) and peak memory (MB)

Loading is compiling the runtime and preparing the model, its bytes at hand. Memory is what the page's process takes at its most, beyond the page with an idle worker.

${table(cpu.rows, "engine", "ort", [["load", "load", ms], ["memory", "memory", megabytes]])}

## GPU module and onnxruntime-web's WebGPU: one run, ms

${table(gpu.rows, "gpu", "ortgpu", [["steady", "steady run", ms], ["load", "load", ms]])}

Not in this table, because the GPU lane refuses them or because they were left out: ${cpu.rows.filter(({ file }) => !gpu.rows.some((row) => row.file === file)).map(({ file }) => name(file)).join(", ")}.

## Bytes, brotli

| | ours | onnxruntime-web |
| --- | ---: | ---: |
| CPU | ${kilo(small([args.engine]))} | ${kilo(small(dist("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")))} |
| GPU | ${kilo(small([path.join(args.gpu, "countersign_gpu.js"), path.join(args.gpu, "countersign_gpu_bg.wasm")]))} | ${kilo(small(dist("ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm")))} |
`;
if (args.print) console.log(page);
else {
  fs.writeFileSync(path.join(args.docs, "speed.md"), page);
  fs.writeFileSync(path.join(args.docs, "speed.svg"), plot([{ rows: cpu.rows, ours: "engine", theirs: "ort" }, { rows: gpu.rows, ours: "gpu", theirs: "ortgpu" }]));
  console.log(page.split("\n").filter((line) => line.includes("geometric")).join("\n"));
}
