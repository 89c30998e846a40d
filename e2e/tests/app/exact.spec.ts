import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fromHex, H, toHex } from "../../protocol/bytes.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { npy } from "../../lib/npy.ts";
import { vectors } from "../../lib/vectors.ts";
import { expect, test } from "./fixtures.ts";

type Port = { name: string; dims: number[]; values: number[] };
type Program = { name: string; onnx: string; inputs: Port[]; outputs: Port[]; exact_root: string };

test("a receipt of the Exact lane: published with its program, run, signed, anchored, computed again; the page says where", async ({
  verify,
  folder,
}) => {
  const program = vectors<{ programs: Program[] }>("exact/exact-1.json").programs[0];
  if (program === undefined) throw new Error("no programs");
  const onnx = Buffer.from(program.onnx, "base64");
  await writeFile(path.join(folder, "model.onnx"), onnx);
  const ports = (list: Port[]): Json => list.map(({ name, dims }) => ({ dims, dtype: "float32", name }));
  const file = { path: "model.onnx", role: "model", sha256: toHex(H(onnx)), size: onnx.length, sources: [] };
  const manifest = path.join(folder, "manifest.json");
  const described: Json = {
    description: "A program of integers.",
    fastTolerance: "0",
    files: [file],
    format: "countersign/manifest/1",
    inputs: ports(program.inputs),
    licence: "CC0-1.0",
    name: "Exact sample",
    outputs: ports(program.outputs),
    task: "tensors/1",
    version: "1",
  };
  await writeFile(manifest, canonical(described));
  const published = await cliJson<{ model: string; exactRoot: string }>([
    "model",
    "publish",
    manifest,
    "--exact",
    "--suri",
    "//Dave",
  ]);
  expect(published.code, published.stderr).toBe(EXIT.ok);
  const root = toHex(fromHex(`0x${program.exact_root.replace(/^0x/, "")}`));
  expect(published.json.exactRoot).toBe(root);

  const [port] = program.inputs;
  if (port === undefined) throw new Error("no inputs");
  const array = path.join(folder, "x.npy");
  const data = Buffer.from(new Float32Array(port.values).buffer);
  await writeFile(array, npy("<f4", port.dims, data));
  const [input, run, bundle] = [`${port.name}=${array}`, path.join(folder, "run.json"), path.join(folder, "b.json")];
  const ran = await cli(["run", "--model", manifest, "--input", input, "--lane", "exact", "--save", run]);
  expect(ran.code, ran.stderr).toBe(EXIT.ok);
  const signed = await cli(["receipt", "sign", run, "--suri", "//Dave", "--output", bundle]);
  expect(signed.code, signed.stderr).toBe(EXIT.ok);
  expect((await cli(["receipt", "anchor", bundle, "--suri", "//Dave"])).code).toBe(EXIT.ok);

  const asked = ["verify", bundle, "--input", input, "--models", folder];
  const judged = await cliJson<{ verdict: string; rows: { row: string; state: string; sentence: string }[] }>(asked);
  expect(judged).toMatchObject({ code: EXIT.ok, json: { verdict: "valid" } });
  const row = judged.json.rows.find(({ row }) => row === "computation");
  expect(row).toMatchObject({ state: "ok" });
  expect(row?.sentence).toContain("bit for bit");

  await verify.open();
  await verify.receipt({ name: "b.json", bytes: new Uint8Array(await readFile(bundle)) });
  await verify.expectVerdict("valid");
});
