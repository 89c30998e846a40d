import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cli, cliJson, EXIT } from "../../lib/cli.ts";
import { look } from "../../lib/look.ts";
import { npy } from "../../lib/npy.ts";
import { readBundle } from "../../lib/reading.ts";
import { H, tagged, toHex } from "../../protocol/bytes.ts";
import type { Device } from "../../pages/run.ts";
import { expect, test as base, WALLET } from "./fixtures.ts";

/** A digit as the model takes it: whole numbers from 0 to 16. */
const picture = (change: (value: number, at: number) => number = (value) => value): Uint8Array => {
  const values = Array.from({ length: 64 }, (_, at) => change((at * 7) % 17, at));
  return npy("<f4", [1, 1, 8, 8], new Uint8Array(new Float32Array(values).buffer));
};

const test = base.extend<{ fill: (bytes: Uint8Array) => Promise<void> }>({
  fill: async ({ page }, use) =>
    use(async (bytes) => {
      await page.getByLabel("Filled with").selectOption("An NPY file");
      const file = { name: "picture.npy", mimeType: "application/octet-stream", buffer: Buffer.from(bytes) };
      await page.getByTestId("feed-0").locator("input[type=file]").setInputFiles(file);
    }),
});

for (const device of ["Engine", "GPU"] satisfies Device[])
  test(`X1: a run on the ${device} is of the Exact lane, and the command line finds the same bits`, async ({
    published,
    run,
    sign,
    verify,
    page,
    fill,
    folder,
  }) => {
    const digits = published("Digits");
    await run.open(digits.id);
    await fill(picture());
    await run.device(device);
    await run.runButton.click();
    await run.signLink.waitFor();
    await expect(run.deviceUsed).toHaveAttribute("data-device", device.toLowerCase());
    await expect(run.lane).toHaveAttribute("data-lane", "exact");
    await expect(page.getByText("the same bits on every device")).toBeVisible();
    await look(page, `run-exact-${device.toLowerCase()}`);
    await run.signLink.click();
    await sign.sign(WALLET);
    const { bytes } = await sign.save();
    const { receipt } = readBundle(bytes);
    expect(receipt.fields).toMatchObject({ model: digits.id, lane: "exact" });
    expect(receipt.fields.engine).toBe(toHex(H(tagged("countersign/exact/1"))));
    const [file, input] = [path.join(folder, "bundle.json"), path.join(folder, "picture.npy")];
    await writeFile(file, bytes);
    await writeFile(input, picture());
    type Judged = { rows: { row: string; state: string; sentence: string }[] };
    const judged = await cliJson<Judged>(["verify", file, "--input", `picture=${input}`]);
    const row = judged.json.rows.find(({ row }) => row === "computation");
    expect(row, judged.stderr).toMatchObject({ state: "ok" });
    expect(row?.sentence).toContain("bit for bit");
    await verify.open();
    await verify.receipt({ name: "bundle.json", bytes });
    await verify.expectVerdict("valid");
    // Again in this tab, with the NPY file as it is.
    await verify.input({ name: "picture.npy", bytes: picture() });
    await verify.expectRow("computation", "ok", /bit for bit/);
    await verify.expectVerdict("valid");
    await verify.input({ name: "picture.npy", bytes: picture((value, at) => (at === 9 ? 16 - value : value)) });
    await verify.expectRow("computation", "bad", /not what the receipt commits to as its input/);
  });

test("bad input: what is no whole number of the interval is refused by its place, and the next run works", async ({
  published,
  run,
  page,
  fill,
}) => {
  await run.open(published("Digits").id);
  await run.device("Engine");
  for (const wrong of [17, -1, 0.5]) {
    await fill(picture((value, at) => (at === 5 ? wrong : value)));
    await run.runButton.click();
    await expect(page.getByRole("alert")).toContainText(
      "Element 5 of the input picture is no whole number from 0 to 16",
    );
    await expect(run.signLink).toHaveCount(0);
  }
  await fill(picture());
  await run.runButton.click();
  await run.signLink.waitFor();
});

test("a float model becomes one of the exact profile that is published and run as such", async ({ folder }) => {
  const digits = path.resolve(import.meta.dirname, "../../../models/digits");
  const out = path.join(folder, "model.onnx");
  const made = [
    "quantise",
    path.join(digits, "float.onnx"),
    "--calibrate",
    path.join(digits, "calibrate"),
    "--out",
    out,
  ];
  const { code, stderr } = await cli(made);
  expect(code, stderr).toBe(EXIT.ok);
  expect(toHex(H(await readFile(out)))).toBe(toHex(H(await readFile(path.join(digits, "model.onnx")))));
});
