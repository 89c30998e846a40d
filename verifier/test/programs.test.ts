import { build } from "esbuild";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { utf8 } from "../src/bytes.ts";
import { bundle, commit, link, receipt } from "./crafted.ts";
import { DEPLOYMENTS } from "./node.ts";

const DIST = path.resolve(import.meta.dirname, "..");

test("the command line: exit codes, words, and nothing that steers a terminal", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-verify-"));
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const run = (...args: string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(DIST, "src/cli.js"), ...args]);
    return { code: status, out: String(stdout), err: String(stderr) };
  };
  const input = commit(0, [{ kind: 1, name: "file", data: utf8("in") }]);
  const signed = receipt("secp256k1", { input: input.commitment });
  const good = file("good.json", signed.text);
  const opened = file("opened.json", bundle(signed, [input.open(signed.id)]));
  const [right, wrong] = [file("right", "in"), file("wrong", "out")];

  const offline = run(good);
  assert.equal(offline.code, 3);
  assert.match(offline.out, /^Unknown: .*\n\nintegrity +ok +The file is whole.*\nsigner +ok +Signed by 0x/);
  assert.match(run(good, "--facts").out, new RegExp(`receipt id +${signed.id}`));
  assert.equal((JSON.parse(run(good, "--json").out) as { receipt: string }).receipt, signed.id);
  assert.equal(run(link(bundle(signed))).code, 3);
  assert.equal(run(opened, "--input", right).code, 3);
  assert.equal(run(opened, "--input", `file=${right}`).code, 3);
  assert.match(run(opened, "--input", wrong).out, /^Invalid: What was given is not what the receipt commits to/);
  assert.equal(run(opened, "--input", wrong).code, 1);
  assert.equal(run(good, "--deployments", file("list.json", DEPLOYMENTS), "--rpc", "http://127.0.0.1:1").code, 3);
  assert.equal(run(file("newer.json", signed.text.replace("receipt/1", "receipt/2"))).code, 4);
  assert.equal(run(file("cut.json", signed.text.slice(0, 99))).code, 1);
  for (const args of [[], [good, good], [good, "--nonsense"]]) assert.equal(run(...args).code, 2);
  for (const args of [["/nowhere"], [good, "--input", "/nowhere"], [good, "--deployments", good]]) {
    assert.equal(run(...args).code, 5);
    assert.match(run(...args).err, /^error: /);
  }
  assert.match(run("--help").out, /^Usage: countersign-verify/);

  const steering = `${signed.text.slice(0, -1)},"z\\u001b[2J\\nsigner       ok":1}`.replace("\\u001b", "\\u001b");
  const said = run(file("steering.json", steering));
  assert.equal(said.code, 1);
  assert.equal(said.out.trimEnd().split("\n").length, 8);
  assert.doesNotMatch(said.out, /\u001b/);
  rmSync(folder, { recursive: true });
});

test("the badge: the same sources give the same script, which needs no eval and writes no markup", async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(DIST, "../src/badge.ts")],
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
  });
  const built = readFileSync(path.join(DIST, "badge.js"), "utf8");
  assert.equal(outputFiles[0]?.text, built);
  assert.doesNotMatch(built, /\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  assert.doesNotMatch(built, /\/(home|root|tmp|Users)\//, "no path of the machine that built it");
});
