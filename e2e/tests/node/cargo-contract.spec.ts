import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bundle, bundlePath } from "../../lib/contract.ts";
import type { LocalNode } from "../../lib/node.ts";
import { expect, test } from "./fixtures.ts";

const run = promisify(execFile);

/** Runs cargo-contract against a node and reads the JSON that it prints. */
async function cargoContract(node: LocalNode, args: readonly string[]): Promise<Record<string, unknown>> {
  const program = process.env["COUNTERSIGN_CARGO_CONTRACT"] ?? "cargo-contract";
  const common = ["--url", node.ws, "--suri", "//Alice", "--output-json", "--skip-confirm"];
  const { stdout } = await run(program, ["contract", ...args, ...common], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Record<string, unknown>;
}

test("cargo-contract deploys the registry and calls it", async ({ node }) => {
  const file = bundlePath("registry");
  const deployed = await cargoContract(node, ["instantiate", file, "--constructor", "new", "-x", "--salt", "0x01"]);
  const contract = deployed["contract"];
  expect(typeof contract).toBe("string");
  const read = ["call", file, "--contract", String(contract), "--message", "models", "--args", "0", "5"];
  const answer = JSON.stringify(await cargoContract(node, read));
  expect(answer).toContain("items");
});

test("cargo-contract deploys the receipts contract under the code hash of its bundle", async ({
  node,
  api,
  registry,
}) => {
  const file = bundlePath("receipts");
  const args = ["--args", api.genesisHash.toHex(), registry.account];
  const deployed = await cargoContract(node, [
    "instantiate",
    file,
    "--constructor",
    "new",
    "-x",
    "--salt",
    "0x02",
    ...args,
  ]);
  const info = await api.query["contracts"]?.["contractInfoOf"]?.(String(deployed["contract"]));
  const { hash } = bundle("receipts")["source"] as { hash: string };
  expect(JSON.stringify(info?.toJSON())).toContain(hash);
});
