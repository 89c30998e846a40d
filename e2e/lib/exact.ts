import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fromHex, H, type Hex, toHex, utf8 } from "../protocol/bytes.ts";
import { canonical, type Json } from "../protocol/json.ts";
import { cliJson, EXIT } from "./cli.ts";
import { npy } from "./npy.ts";
import { vectors } from "./vectors.ts";

type Port = { name: string; dims: number[]; values: number[] };

/** A program of the independent model, as an ONNX file. */
export type Program = { name: string; onnx: string; inputs: Port[]; outputs: Port[]; exact_root: string };

/** All of them. */
export const programs = (): Program[] =>
  [1, 2, 3].flatMap((number) => vectors<{ programs: Program[] }>(`exact/exact-${number}.json`).programs);

/** A program written into a folder: its manifest's file and digest, and its input as the command line takes it. */
export type Written = { manifest: string; digest: Hex; inputs: string[]; exactRoot: Hex };

/** Writes ONNX file, manifest and inputs. `version` tells one test's model from another's. */
export async function write(folder: string, program: Program, version: string): Promise<Written> {
  const onnx = Buffer.from(program.onnx, "base64");
  await writeFile(path.join(folder, "model.onnx"), onnx);
  const ports = (list: Port[]): Json => list.map(({ name, dims }) => ({ dims, dtype: "float32", name }));
  const file = { path: "model.onnx", role: "model", sha256: toHex(H(onnx)), size: onnx.length, sources: [] };
  const described = canonical({
    description: "A program of integers.",
    fastTolerance: "0",
    files: [file],
    format: "countersign/manifest/1",
    inputs: ports(program.inputs),
    licence: "CC0-1.0",
    name: "Exact sample",
    outputs: ports(program.outputs),
    task: "tensors/1",
    version,
  });
  const manifest = path.join(folder, "manifest.json");
  await writeFile(manifest, described);
  const inputs = await Promise.all(
    program.inputs.map(async ({ name, dims, values }) => {
      const array = path.join(folder, `${name}.npy`);
      await writeFile(array, npy("<f4", dims, new Uint8Array(new Float32Array(values).buffer)));
      return `${name}=${array}`;
    }),
  );
  const exactRoot = toHex(fromHex(`0x${program.exact_root.replace(/^0x/, "")}`));
  return { manifest, digest: toHex(H(utf8(described))), inputs, exactRoot };
}

/** Publishes it with its exact program, and gives the model's id. */
export async function publish(written: Written, account: string): Promise<Hex> {
  const args = ["model", "publish", written.manifest, "--exact", "--suri", account];
  const { code, stderr, json } = await cliJson<{ model: Hex; exactRoot: Hex }>(args);
  if (code !== EXIT.ok) throw new Error(stderr);
  if (json.exactRoot !== written.exactRoot) throw new Error(`another exact root: ${json.exactRoot}`);
  return json.model;
}

/** The inputs as flags. */
export const inputFlags = ({ inputs }: Written): string[] => inputs.flatMap((input) => ["--input", input]);
