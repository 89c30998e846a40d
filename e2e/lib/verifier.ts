import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";

const BUILT = path.resolve(import.meta.dirname, "../../verifier/dist");

/** The badge's one script, as `npm run build` in the verifier's folder makes it. */
export const BADGE = path.join(BUILT, "badge.js");

/** A report of either program. */
export type Report = {
  verdict: string;
  sentence: string;
  receipt: string | null;
  sealed: string | null;
  development: boolean;
  rows: { row: string; state: string; sentence: string; facts: Record<string, string> }[];
  earlier: Report | null;
};

/** Runs the independent verifier's program with `--json` and reads what it prints. */
export async function verifierJson(
  args: readonly string[],
): Promise<{ code: number | null; stderr: string; json: Report }> {
  // prettier-ignore
  const child = spawn(process.execPath, [path.join(BUILT, "src/cli.js"), ...args, "--json"], { stdio: ["ignore", "pipe", "pipe"] }); // prettier-ignore
  const ended = once(child, "close") as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (stdout === "") throw new Error(`the verifier printed nothing (exit code ${code}): ${stderr}`);
  return { code, stderr, json: JSON.parse(stdout) as Report };
}
