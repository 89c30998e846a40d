import { execFile } from "node:child_process";
import { need } from "./environment.ts";

/** Exit codes of the command line program. */
export const EXIT = { ok: 0, invalid: 1, usage: 2, unknown: 3, unsupported: 4, failed: 5 } as const;

export type CliResult = { code: number; stdout: string; stderr: string };

/** Runs the command line program to its end; `input` goes to its standard input. */
export function cli(args: readonly string[], input?: string | Uint8Array): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(need("COUNTERSIGN_CLI"), args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") return reject(error);
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(input ?? "");
  });
}

/** Runs it with `--json` and reads the one JSON value that it prints. */
export async function cliJson<T>(args: readonly string[]): Promise<CliResult & { json: T }> {
  const result = await cli([...args, "--json"]);
  return { ...result, json: JSON.parse(result.stdout) as T };
}
