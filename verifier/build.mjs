// Compiles the sources and the tests, and bundles the badge into one script. The same sources give the same bytes.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync } from "node:fs";

if (existsSync("dist")) rmSync("dist", { recursive: true });
const { status } = spawnSync("tsc", { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
chmodSync("dist/src/cli.js", 0o755);
await build({
  entryPoints: ["src/badge.ts"],
  outfile: "dist/badge.js",
  bundle: true,
  minify: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
});
