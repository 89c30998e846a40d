#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Report, verify } from "./verify.ts";

const USAGE = `Usage: countersign-verify RECEIPT [options]

RECEIPT is a receipt or bundle file, a link, or a link's part from # on.

  --rpc URL            your own node; without it no chain is asked
  --deployments FILE   the deployments that you trust; without it no contract is believed
  --input FILE         the input, or NAME=FILE for each of several
  --proof FILE         an opening or anchor proof that came apart from the receipt; may be repeated
  --earlier FILE       the receipt of the run whose result this one used
  --facts              ids and other details
  --json               the report as JSON

Exit codes: 0 valid, 1 invalid, 2 usage, 3 unknown, 4 unsupported version, 5 something could not be read.`;

const CODES = { valid: 0, invalid: 1, unknown: 3, "unsupported version": 4 } as const;

async function read(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** One file, or several by name. */
async function inputs(given: readonly string[]): Promise<Uint8Array | Record<string, Uint8Array> | undefined> {
  const [only] = given;
  if (only === undefined) return undefined;
  if (given.length === 1 && !only.includes("=")) return read(only);
  const split = given.map((text) => [text.split("=", 1)[0] ?? "", text.slice(text.indexOf("=") + 1)] as const);
  return Object.fromEntries(await Promise.all(split.map(async ([name, path]) => [name, await read(path)] as const)));
}

function print({ sentence, rows, earlier }: Report, facts: boolean): string {
  const lines = rows.flatMap(({ row, state, sentence, facts: details }) => [
    `${row.padEnd(12)} ${state.padEnd(8)} ${sentence}`,
    ...(facts ? Object.entries(details).map(([label, value]) => `  ${label.padEnd(26)} ${value}`) : []),
  ]);
  const beside = earlier === null ? [] : ["", `The earlier receipt: ${earlier.sentence}`];
  return [sentence, "", ...lines, ...beside].join("\n");
}

async function main(): Promise<number> {
  const many = { type: "string", multiple: true } as const;
  const [one, flag] = [{ type: "string" } as const, { type: "boolean" } as const];
  const options = {
    rpc: one,
    deployments: one,
    input: many,
    proof: many,
    earlier: one,
    facts: flag,
    json: flag,
    help: flag,
  };
  const parsed = (() => {
    try {
      return parseArgs({ options, allowPositionals: true });
    } catch (error) {
      console.error(`error: ${(error as Error).message}`);
      return undefined;
    }
  })();
  const [receipt] = parsed?.positionals ?? [];
  if (parsed?.values.help === true) return (console.log(USAGE), 0);
  if (parsed?.positionals.length !== 1 || receipt === undefined) return (console.error(USAGE), 2);
  const { values } = parsed;
  const list = values.deployments === undefined ? undefined : new TextDecoder().decode(await read(values.deployments));
  const report = await verify(/^(#|https?:\/\/)/.test(receipt) ? receipt : await read(receipt), {
    rpc: values.rpc,
    deployments: list,
    input: await inputs(values.input ?? []),
    proofs: await Promise.all((values.proof ?? []).map(read)),
    earlier: values.earlier === undefined ? undefined : await read(values.earlier),
  });
  console.log(values.json === true ? JSON.stringify(report) : print(report, values.facts === true));
  return CODES[report.verdict];
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 5;
}
