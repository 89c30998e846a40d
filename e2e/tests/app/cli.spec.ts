import { randomBytes } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { privateKeyToAccount } from "viem/accounts";
import { developer } from "../../lib/chain.ts";
import { cli, cliJson, EXIT, shell } from "../../lib/cli.ts";
import { need } from "../../lib/environment.ts";
import { npy } from "../../lib/npy.ts";
import { readBundle } from "../../lib/reading.ts";
import { encodeAttester } from "../../protocol/account.ts";
import { type Hex, toHex } from "../../protocol/bytes.ts";
import { dataRoot } from "../../protocol/merkle.ts";
import { TEST_KEYS } from "../../lib/wallet.ts";
import { CONVOLUTION, expect, sample, test, WALLET } from "./fixtures.ts";

const NOBODY = "http://127.0.0.1:1";
type Label = { label: string; score: string };
type RunReport = { result: { label: string; top: Label[] }; engine: Hex; input: Hex; output: Hex };

/** Runs the sample model on a sample; gives the report and the file that holds the run. */
async function runSample(
  folder: string,
  model: string,
  file: string,
): Promise<{ report: RunReport; input: string; run: string }> {
  const input = path.join(folder, "input");
  const run = path.join(folder, "run.json");
  await writeFile(input, sample(file).bytes);
  const { code, json, stderr } = await cliJson<RunReport>(["run", "--model", model, input, "--save", run]);
  expect(code, stderr).toBe(EXIT.ok);
  return { report: json, input, run };
}

/** A fresh secp256k1 key in a file, as the program takes it. */
async function keyFile(folder: string): Promise<{ file: string; address: Hex }> {
  const key = toHex(randomBytes(32));
  const file = path.join(folder, "key");
  await writeFile(file, key.slice(2), { mode: 0o600 });
  return { file, address: privateKeyToAccount(key).address };
}

for (const kind of ["secp256k1", "sr25519"] as const) {
  test(`a ${kind} receipt's whole life on the command line: run, sign, anchor, verify, revoke`, async ({
    magika,
    folder,
  }) => {
    const { report, input, run } = await runSample(folder, magika.id, "README.md");
    expect(report.result.label).toBe("markdown");
    const bundle = path.join(folder, "bundle.json");
    const key = await keyFile(folder);
    const bob = developer("Bob");
    const signer = kind === "secp256k1" ? ["--key-file", key.file] : ["--suri", "//Bob"];
    expect((await cli(["receipt", "sign", run, ...signer, "--output", bundle])).code).toBe(EXIT.ok);

    const { receipt, opened } = readBundle(new Uint8Array(await readFile(bundle)));
    const attester =
      kind === "secp256k1"
        ? `0x00${"00".repeat(12)}${key.address.slice(2).toLowerCase()}`
        : `0x01${toHex(bob.publicKey).slice(2)}`;
    expect(toHex(encodeAttester(receipt.attester))).toBe(attester);
    expect(receipt.fields).toMatchObject({
      model: magika.id,
      engine: report.engine,
      input: report.input,
      output: report.output,
    });
    const item = opened.find(({ side, item }) => side === 0 && item.name === "file")?.item;
    expect(item?.root).toEqual(dataRoot(new Uint8Array(await readFile(input))));

    const verify = () => cliJson<{ verdict: string }>(["receipt", "verify", bundle, "--input", input]);
    expect(await verify()).toMatchObject({ code: EXIT.ok, json: { verdict: "valid" } });
    const anchored = await cliJson<{ receipt: Hex }>(["receipt", "anchor", bundle, "--suri", "//Charlie"]);
    expect(anchored).toMatchObject({ code: EXIT.ok, json: { receipt: toHex(receipt.receiptId) } });
    expect((await verify()).code).toBe(EXIT.ok);

    const stranger = await cli(["receipt", "revoke", bundle, "--suri", "//Charlie"]);
    expect(stranger.code, "a stranger cannot revoke").toBe(EXIT.usage);
    expect(stranger.stderr).toMatch(/attester|signed/);
    const owner = kind === "secp256k1" ? ["--suri", "//Charlie", "--key-file", key.file] : ["--suri", "//Bob"];
    expect((await cli(["receipt", "revoke", bundle, ...owner])).code).toBe(EXIT.ok);
    expect(await verify()).toMatchObject({ code: EXIT.invalid, json: { verdict: "invalid" } });
  });
}

test("page and command line give the same bits: label, scores, engine", async ({ run, magika, page, folder }) => {
  const { report } = await runSample(folder, magika.id, "e2e/lib/wallet.ts");
  await run.open(magika.id);
  expect(await run.run(sample("e2e/lib/wallet.ts"), "Engine")).toBe(report.result.label);
  const scores = page.getByRole("table", { name: "Top labels" }).locator("[data-score]");
  expect(await scores.evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-score")))).toEqual(
    report.result.top.map(({ score }) => score),
  );
  expect(await run.id("engine", run.slip)).toBe(report.engine);
});

for (const [name, signer] of [
  ["a development account", "//Dave"],
  ["a wallet", WALLET],
] as const)
  test(`the lines that the page shows for a run signed by ${name} work when they are pasted`, async ({
    run,
    sign,
    page,
    magika,
    folder,
  }) => {
    const input = sample("e2e/package.json");
    await writeFile(path.join(folder, "package.json"), input.bytes);
    await writeFile(path.join(folder, "key.txt"), TEST_KEYS.first.slice(2), { mode: 0o600 });
    await run.open(magika.id);
    const label = await run.run(input, "Engine");
    const again = (await page.getByTestId("run-command").textContent()) ?? "";
    const ran = await shell(again, folder);
    expect(ran.code, ran.stderr).toBe(EXIT.ok);
    expect(ran.stdout).toContain(label);
    // What a run leaves is a secret that no other run writes over: said by name, and both lines begin without it.
    const over = await shell(again, folder);
    expect(over.code).toBe(EXIT.usage);
    expect(over.stderr).toContain("run.json exists already");
    await rm(path.join(folder, "run.json"));
    await run.signLink.click();
    if (signer === WALLET) await sign.sign(WALLET);
    else {
      await sign.developer(signer);
      await sign.signButton.click();
      await sign.receiptId.waitFor();
    }
    const lines = (await page.getByTestId("sign-command").textContent()) ?? "";
    expect(lines.split("\n")[0]).toBe(again);
    const signed = await shell(lines, folder);
    expect(signed.code, signed.stderr).toBe(EXIT.ok);
    const saved = await sign.save();
    const here = readBundle(saved.bytes).receipt;
    const there = readBundle(new Uint8Array(await readFile(path.join(folder, saved.name)))).receipt;
    const facts = ({ attester, fields: { model, engine, lane } }: typeof here) => ({ attester, model, engine, lane });
    expect(facts(there)).toEqual(facts(here));
    expect((await shell(`countersign verify ${saved.name} --input package.json`, folder)).code).toBe(EXIT.ok);
  });

test("the line for an ONNX file of one's own works, and is not shown where an input is no file", async ({
  own,
  page,
  folder,
}) => {
  const [model, input] = [path.join(folder, "model.onnx"), path.join(folder, "x.npy")];
  const values = new Float32Array(3 * 8 * 8).fill(0.5);
  await writeFile(input, npy("<f4", [1, 3, 8, 8], new Uint8Array(values.buffer)));
  await writeFile(model, await readFile(CONVOLUTION));
  await own.open();
  await own.choose(model);
  await own.runButton.click();
  await own.outputs.waitFor();
  await expect(page.getByTestId("run-command")).toHaveCount(0);
  await own.file(0, "An NPY file", input);
  await own.runButton.click();
  const line = (await page.getByTestId("run-command").textContent()) ?? "";
  const { code, stderr } = await shell(line, folder);
  expect(code, stderr).toBe(EXIT.ok);
  expect((await stat(path.join(folder, "outputs"))).isDirectory()).toBe(true);
});

test("a receipt of the GPU is the signer's word: the program says so and repeats nothing", async ({
  run,
  sign,
  magika,
}, testInfo) => {
  const input = sample("e2e/package.json");
  await run.open(magika.id);
  await run.run(input, "GPU");
  await run.signLink.click();
  await sign.developer("//Dave");
  await sign.signButton.click();
  await sign.receiptId.waitFor();
  const bundle = testInfo.outputPath("bundle.json");
  const inputPath = testInfo.outputPath("input");
  await writeFile(bundle, (await sign.save()).bytes);
  await writeFile(inputPath, input.bytes);
  type Report = { verdict: string; rows: { row: string; state: string }[] };
  const { code, json } = await cliJson<Report>(["receipt", "verify", bundle, "--input", inputPath]);
  expect(code).toBe(EXIT.ok);
  expect(json.rows).toContainEqual(expect.objectContaining({ row: "computation", state: "none" }));
});

test("an opening reveals one item and proves the rest closed", async ({ magika, folder }) => {
  const { run } = await runSample(folder, magika.id, "e2e/package.json");
  const [closed, opened] = [path.join(folder, "closed.json"), path.join(folder, "opened.json")];
  expect((await cli(["receipt", "sign", run, "--suri", "//Eve", "--open", "none", "--output", closed])).code).toBe(
    EXIT.ok,
  );
  expect(readBundle(new Uint8Array(await readFile(closed))).opened).toEqual([]);
  expect((await cli(["receipt", "open", closed, "--run", run, "--output", "result", "--to", opened])).code).toBe(
    EXIT.ok,
  );
  const shown = readBundle(new Uint8Array(await readFile(opened))).opened;
  expect(shown.map(({ side, item }) => [side, item.name])).toEqual([[1, "result"]]);
});

test("a disowned key's receipts are disowned, before and after", async ({ api, magika, folder }) => {
  const { run } = await runSample(folder, magika.id, "e2e/package.json");
  const key = await keyFile(folder);
  const bundle = path.join(folder, "bundle.json");
  expect((await cli(["receipt", "sign", run, "--key-file", key.file, "--output", bundle])).code).toBe(EXIT.ok);
  const since = String((await api.rpc.chain.getHeader()).number.toNumber());
  const disown = ["receipt", "disown", "--since", since, "--suri", "//Charlie", "--key-file", key.file];
  expect((await cli(disown)).code).toBe(EXIT.ok);
  const { code, stdout } = await cli(["receipt", "verify", bundle]);
  expect(code).toBe(EXIT.invalid);
  expect(stdout).toMatch(/disowned/i);
});

test("chain check: the code on the chain is the released code", async () => {
  const { code, json } = await cliJson<{ ok: boolean }>(["chain", "check"]);
  expect(code).toBe(EXIT.ok);
  expect(json.ok).toBe(true);
});

test("model list, show and check agree with the chain", async ({ magika }) => {
  type Listed = { models: { id: Hex; publisher: string }[] };
  const listed = await cliJson<Listed>(["model", "list"]);
  expect(listed.json.models.map(({ id }) => id)).toContain(magika.id);
  const shown = await cliJson<{ manifest: Record<string, unknown> }>(["model", "show", magika.id]);
  expect(shown.json.manifest).toEqual(JSON.parse(JSON.stringify(magika.manifest)));
  expect((await cliJson<{ ok: boolean }>(["model", "check", magika.id])).json.ok).toBe(true);
});

test.describe("bad input: exit codes and words", () => {
  const fails = async (args: string[], code: number, words: RegExp): Promise<void> => {
    const result = await cli(args);
    expect(result.stderr).toMatch(words);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toMatch(/panicked|RUST_BACKTRACE|\bErr\(|unwrap/);
  };

  test("what was not asked properly is usage", async () => {
    await fails(["nonsense"], EXIT.usage, /Usage/);
    await fails(["receipt", "verify"], EXIT.usage, /Usage/);
  });

  test("a node that is down", async ({ magika }) => {
    await fails(["model", "show", magika.id, "--rpc", NOBODY], EXIT.failed, /cannot be reached.*start it/s);
  });

  test("an account without funds is told so", async ({ magika, folder }) => {
    const { run } = await runSample(folder, magika.id, "e2e/package.json");
    const bundle = path.join(folder, "bundle.json");
    expect((await cli(["receipt", "sign", run, "--suri", "//Nobody", "--output", bundle])).code).toBe(EXIT.ok);
    await fails(["receipt", "anchor", bundle, "--suri", "//Nobody"], EXIT.failed, /lack the funds|cannot pay/);
  });

  test("a file that is not there", async () => {
    await fails(["receipt", "verify", "/nowhere/receipt.json"], EXIT.failed, /cannot be read/);
  });

  test("manifests with duplicate keys, spaces or unknown keys are not published", async ({ magika }, testInfo) => {
    const file = testInfo.outputPath("manifest.json");
    const good = JSON.stringify(magika.manifest);
    const bad = [good.replace("{", '{"name":"twice",'), `${good} `, good.replace("{", '{"zzz":1,'), "", "[]"];
    for (const text of bad) {
      await writeFile(file, text);
      const { code, stderr } = await cli(["model", "publish", file, "--suri", "//Bob"]);
      expect([EXIT.invalid, EXIT.unsupported, EXIT.failed]).toContain(code);
      expect(stderr).not.toBe("");
    }
  });

  test("corrupt, truncated and empty ONNX files", async ({ magika }, testInfo) => {
    const files = magika.manifest["files"] as { role: string; sha256: Hex }[];
    const digest = files.find(({ role }) => role === "model")?.sha256.slice(2) ?? "";
    const good = await readFile(path.join(need("COUNTERSIGN_MODELS"), digest));
    const [model, x, out] = ["model.onnx", "x.npy", "out"].map((name) => testInfo.outputPath(name)) as [
      string,
      string,
      string,
    ];
    await writeFile(x, npy("<i4", [1, 2048], new Uint8Array(4 * 2048)));
    for (const bytes of [
      good.subarray(0, good.length >> 1),
      Buffer.alloc(0),
      Buffer.from(randomBytes(5_000)),
      Buffer.from("<html>"),
    ]) {
      await writeFile(model, bytes);
      await fails(["run", model, "--input", `bytes=${x}`, "--output", out], EXIT.failed, /\w/);
    }
    await writeFile(model, good);
    const run = (input: string) => ["run", model, "--input", input, "--output", out];
    expect((await cli(run(`bytes=${x}`))).code).toBe(EXIT.ok);
    await fails(run(`byte=${x}`), EXIT.failed, /byte/);
    await writeFile(x, npy("<i4", [1, 2047], new Uint8Array(4 * 2047)));
    await fails(run(`bytes=${x}`), EXIT.failed, /2047|2048/);
    await writeFile(x, npy("<f8", [1, 2048], new Uint8Array(8 * 2048)));
    await fails(run(`bytes=${x}`), EXIT.failed, /float64|double|int32/i);
    await writeFile(x, "not an array");
    await fails(run(`bytes=${x}`), EXIT.failed, /npy/i);
  });

  test("R2: a model file or an engine with other bytes is not executed", async ({ magika, folder }) => {
    const input = path.join(folder, "input");
    await writeFile(input, "x");
    const files = magika.manifest["files"] as { sha256: Hex }[];
    for (const { sha256 } of files) {
      const name = sha256.slice(2);
      const bytes = await readFile(path.join(need("COUNTERSIGN_MODELS"), name));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(path.join(folder, name), bytes);
    }
    await fails(["run", "--model", magika.id, input, "--models", folder], EXIT.failed, /SHA-256/);
    const engine = path.join(folder, "engine.wasm");
    await writeFile(engine, Buffer.from("0061736d01000000", "hex"));
    await fails(["run", "--model", magika.id, input, "--engine", engine], EXIT.failed, /list/);
  });
});

test("a saved run, which opens the commitments, is not readable by others", async ({ magika, folder }) => {
  const { run } = await runSample(folder, magika.id, "e2e/package.json");
  expect((await stat(run)).mode & 0o077).toBe(0);
});
