import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { cliJson, EXIT } from "../../lib/cli.ts";
import { readBundle } from "../../lib/reading.ts";
import { type Hex, toHex } from "../../protocol/bytes.ts";
import { expect, test } from "./fixtures.ts";

// Every task on a real file: the page's answer is the package's own, and the command line's bit for bit.

const FIXTURES = path.resolve(import.meta.dirname, "../../../inference-wasm/engine/tests/fixtures");
const LETTER = path.join(FIXTURES, "pictures/files/letter.png");
const LINES = [
  "Dear reader,",
  "this letter was written on 14 May 2026",
  "and costs 12.50 EUR, tax included.",
  "Yours, The Countersign developers",
];

type RunReport = { output: Hex; engine: Hex; result: Record<string, unknown> };

/** The same file by the command line. */
async function byProgram(model: Hex, file: string, more: string[] = []): Promise<RunReport> {
  const { code, json, stderr } = await cliJson<RunReport>(["run", "--model", model, file, ...more]);
  expect(code, stderr).toBe(EXIT.ok);
  return json;
}

const SOUNDS: { model: string; file: string; says: RegExp; rows?: number }[] = [
  { model: "Silero VAD", file: "sounds/two-16k.flac", says: /Speech in 2 stretches/, rows: 2 },
  { model: "Silero VAD", file: "sounds/chord-22k.flac", says: /Nobody speaks/, rows: 0 },
  { model: "Smart Turn", file: "sounds/wide-48k.flac", says: /has finished/ },
  { model: "Smart Turn", file: "sounds/open-16k.flac", says: /not finished|paused/i },
];

for (const { model, file, says, rows } of SOUNDS) {
  test(`${model} on ${path.basename(file)}`, async ({ published, run, page }) => {
    const { id } = published(model);
    await run.open(id);
    await run.choose(path.join(FIXTURES, file));
    await run.runButton.click();
    await run.signLink.waitFor();
    await expect(run.answer).toHaveText(says);
    await expect(run.lane).toHaveAttribute("data-lane", "replay");
    if (rows) {
      const table = page.getByRole("table", { name: "Stretches of speech" });
      await expect(table.locator("tbody tr")).toHaveCount(rows);
    }
    expect(await run.id("engine", run.slip)).toBe((await byProgram(id, path.join(FIXTURES, file))).engine);
  });
}

for (const device of ["Engine", "GPU"] as const) {
  test(`OpenNSFW tells a landscape on the ${device}`, async ({ published, run }) => {
    const { id } = published("OpenNSFW");
    const file = path.join(FIXTURES, "pictures/files/landscape.jpg");
    await run.open(id);
    expect(await run.run(file, device)).toBe("sfw");
    await expect(run.deviceUsed).toHaveAttribute("data-device", device.toLowerCase());
  });
}

test("without a choice, a software adapter is not taken for a GPU, and the page says so", async ({ run, magika }) => {
  await run.open(magika.id);
  expect(await run.run(LETTER, "Automatic")).toBe("png");
  await expect(run.deviceUsed).toHaveAttribute("data-device", "engine");
  await expect(run.deviceUsed).toContainText(/graphics adapter is software/);
});

test("text in a picture: two runs, two receipts, the second names the first, and anybody can repeat both", async ({
  published,
  run,
  sign,
  verify,
  page,
}, testInfo) => {
  const detection = published("RapidOCR text detection");
  const recognition = published("RapidOCR text recognition");
  await run.open(detection.id);
  await run.choose(LETTER);
  await run.device("Engine");
  await run.runButton.click();
  await page.getByRole("button", { name: "Read the text" }).click();
  await expect(run.signLink).toHaveCount(2);
  const lines = page.getByRole("table", { name: "Lines in reading order" }).locator("tbody tr");
  await expect(lines).toHaveCount(LINES.length);
  for (const [index, line] of LINES.entries()) await expect(lines.nth(index)).toContainText(line);

  // The second run cannot name a receipt that is not there yet.
  await run.signLink.nth(1).click();
  await page.getByRole("button", { name: "Sign the earlier run first" }).click();
  await sign.developer("//Dave");
  await sign.signButton.click();
  await sign.receiptId.waitFor();
  const first = (await sign.save()).bytes;
  await page.getByRole("button", { name: "Go on" }).click();
  await sign.developer("//Dave");
  await sign.signButton.click();
  await expect(page.getByText("The receipt of the run whose result this one used.")).toBeVisible();
  await sign.receiptId.waitFor();
  const second = (await sign.save()).bytes;
  const [earlier, later] = [readBundle(first), readBundle(second)];
  expect(earlier.receipt.fields.model).toBe(detection.id);
  expect(later.receipt.fields.model).toBe(recognition.id);
  expect(toHex(later.receipt.message.refUID)).toBe(toHex(earlier.receipt.receiptId));

  const [firstFile, secondFile, result] = ["first.json", "second.json", "result.json"].map((name) =>
    testInfo.outputPath(name),
  ) as [string, string, string];
  await writeFile(firstFile, first);
  await writeFile(secondFile, second);

  // The command line finds the same, and its result file repeats the second run.
  const again = await byProgram(detection.id, LETTER, ["--result", result]);
  expect(again.engine).toBe(earlier.receipt.fields.engine);
  const repeated = ["receipt", "verify", secondFile, "--input", LETTER, "--from", result, "--earlier", firstFile];
  type Report = { verdict: string; rows: { row: string; state: string }[] };
  const { code, json, stderr } = await cliJson<Report>(repeated);
  expect(code, stderr).toBe(EXIT.ok);
  expect(json.rows).toContainEqual(expect.objectContaining({ row: "computation", state: "ok" }));

  await verify.open();
  await verify.receipt(secondFile);
  await page.getByText("The run used an earlier run’s result").click();
  await verify.give("Choose the earlier result", result);
  await verify.give("Choose the earlier receipt", firstFile);
  await verify.input(LETTER);
  await verify.expectRow("computation", "ok", /bit for bit/);
  await verify.expectRow("integrity", "ok");

  // Another result in between is found out.
  const changed = readFileSync(result, "utf8").replace(
    /"score":"0\.(\d)/,
    (_, digit: string) => `"score":"0.${9 - Number(digit)}`,
  );
  await writeFile(result, changed);
  const other = await cliJson<Report>(repeated);
  expect(other.code).toBe(EXIT.invalid);
});

test("bad input: what is no picture and what is no sound is named, and the next file works", async ({
  published,
  run,
}) => {
  const { id } = published("RapidOCR text detection");
  await run.open(id);
  await run.choose({ name: "not.png", bytes: new TextEncoder().encode("this is no picture") });
  await run.device("Engine");
  await run.runButton.click();
  await expect(run.alert).toContainText(/picture|PNG/i);
  const torn = readFileSync(LETTER).subarray(0, 3000);
  await run.choose({ name: "torn.png", bytes: torn });
  await run.runButton.click();
  await expect(run.alert).toContainText(/PNG/);
  await run.choose(LETTER);
  await run.runButton.click();
  await run.signLink.waitFor();
  await run.open(published("Silero VAD").id);
  await run.choose({ name: "not.wav", bytes: new TextEncoder().encode("RIFF____WAVEfmt ") });
  await run.runButton.click();
  await expect(run.alert).toContainText(/WAV|sound/i);
});

test("bad input: text recognition without an earlier result says what it needs", async ({ published, run, page }) => {
  await run.open(published("RapidOCR text recognition").id);
  await run.choose(LETTER);
  await expect(run.runButton).toBeDisabled();
  await expect(page.getByText("This model goes on from what another one found")).toBeVisible();
});
