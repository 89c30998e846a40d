import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { need } from "./environment.ts";

/** Exit codes of the command line program. */
export const EXIT = { ok: 0, invalid: 1, usage: 2, unknown: 3, unsupported: 4, failed: 5 } as const;

/** The released files of this repository, unless the environment names others. */
export const RELEASES = path.resolve(import.meta.dirname, "../../releases");

export type CliResult = { code: number | null; stdout: string; stderr: string };

/** Runs the command line program to its end. */
export async function cli(args: readonly string[]): Promise<CliResult> {
  const env = { COUNTERSIGN_RELEASES: RELEASES, ...process.env };
  const child = spawn(need("COUNTERSIGN_CLI"), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs it with `--json` and reads the one JSON value that it prints. */
export async function cliJson<T>(args: readonly string[]): Promise<CliResult & { json: T }> {
  const result = await cli([...args, "--json"]);
  return { ...result, json: JSON.parse(result.stdout) as T };
}

/** Runs lines that the page shows, word for word, in a shell whose `countersign` is the program under test. */
export async function shell(lines: string, folder: string): Promise<CliResult> {
  const script = `set -e\ncountersign() { "$PROGRAM" "$@"; }\n${lines}`;
  const env = { COUNTERSIGN_RELEASES: RELEASES, ...process.env, PROGRAM: need("COUNTERSIGN_CLI") };
  return new Promise((done) => {
    execFile("bash", ["-c", script], { cwd: folder, env }, (error, stdout, stderr) =>
      done({ code: error === null ? EXIT.ok : Number(error.code), stdout, stderr }),
    );
  });
}
