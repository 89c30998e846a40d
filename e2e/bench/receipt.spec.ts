import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "../tests/app/fixtures.ts";

const REPETITIONS = 5;
const FILE = path.resolve("../README.md");

/** Megabytes that the pages of this browser, workers included, hold in memory. */
function resident(): number {
  const rows = execFileSync("ps", ["-eo", "rss=,args="], { encoding: "utf8" }).split("\n");
  const chromium = rows.filter((row) => row.includes("--type=renderer") && row.includes("playwright"));
  return chromium.reduce((sum, row) => sum + Number(row.trim().split(" ")[0]), 0) / 1024;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Not a test of behaviour: prints numbers for docs/measurements.md. */
test("from click to signed receipt", async ({ run, sign, magika }) => {
  const clicks: Record<string, number[]> = { first: [], again: [], sign: [] };
  const added: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    await run.open(magika.id);
    await run.choose(FILE);
    await run.device("Engine");
    const before = resident();
    expect(before).toBeGreaterThan(0);
    for (const kind of ["first", "again"]) {
      const from = performance.now();
      await run.runButton.click();
      await run.signLink.waitFor();
      clicks[kind]?.push(performance.now() - from);
      if (kind === "first") {
        added.push(resident() - before);
        await run.choose(FILE);
      }
    }
    await run.signLink.click();
    await sign.developer("//Eve");
    const from = performance.now();
    await sign.signButton.click();
    await sign.receiptId.waitFor();
    clicks["sign"]?.push(performance.now() - from);
  }
  expect(added).toHaveLength(REPETITIONS);
  console.log(`| what | median of ${REPETITIONS} |\n| --- | ---: |`);
  console.log(
    `| click on Run to answer, engine and model not loaded yet | ${median(clicks["first"] ?? []).toFixed(0)} ms |`,
  );
  console.log(`| click on Run to answer, again | ${median(clicks["again"] ?? []).toFixed(0)} ms |`);
  console.log(
    `| click on Sign to signed receipt, development account | ${median(clicks["sign"] ?? []).toFixed(0)} ms |`,
  );
  console.log(`| memory that the first run adds to the page's process | ${median(added).toFixed(0)} MB |`);
});
