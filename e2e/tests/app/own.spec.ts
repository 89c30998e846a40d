import { readFileSync } from "node:fs";
import { CONVOLUTION, expect, EXTERNAL, EXTERNAL_DATA, NOTICE, sample, test } from "./fixtures.ts";

/** An NPY file of float32 in version 1 of the format. */
function npy(shape: number[], values: number[]): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10 + header.length);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(header.length, 8);
  head.write(header, 10, "latin1");
  return new Uint8Array(Buffer.concat([head, Buffer.from(Float32Array.from(values).buffer)]));
}

test("a model of one's own is described and runs on zeros", async ({ own }) => {
  await own.open();
  await own.choose(CONVOLUTION);
  await expect(own.facts).toContainText("batch × 3 × 8 × 8");
  const scores = await own.run("Engine");
  expect(scores).toHaveLength(5);
  expect(scores.reduce((sum, score) => sum + score)).toBeCloseTo(1, 5);
  await expect(own.deviceUsed).toHaveAttribute("data-device", "engine");
  await expect(own.outputs.getByRole("rowheader")).toHaveCount(5);
  await expect(own.page.getByRole("link", { name: /^sign/i })).toHaveCount(0);
});

test("engine and GPU agree on a model of one's own", async ({ own }) => {
  await own.open();
  await own.choose(CONVOLUTION);
  await own.numbers(0, "0.25");
  const engine = await own.run("Engine");
  await own.page.getByRole("radio", { name: "GPU" }).check();
  await own.runButton.click();
  await expect(own.deviceUsed).toHaveAttribute("data-device", "gpu");
  const text = await own.outputs.locator("pre").first().innerText();
  const gpu = text.trim().split(/\s+/).map(Number);
  for (const [at, score] of engine.entries()) expect(gpu[at]).toBeCloseTo(score, 3);
});

test("a picture fills an input with four dims", async ({ own }) => {
  await own.open();
  await own.choose(CONVOLUTION);
  await own.file(0, "A picture", NOTICE);
  const scores = await own.run("Engine");
  expect(scores.reduce((sum, score) => sum + score)).toBeCloseTo(1, 5);
});

test("external data, numbers and NPY files; the output is saved as it is", async ({ own }) => {
  await own.open();
  await own.choose(EXTERNAL, EXTERNAL_DATA);
  await expect(own.facts).toContainText("n × 4");
  await own.numbers(0, "[1, 2, 3, 4]");
  expect(await own.run("Engine")).toEqual([1.5, 3.5, 5.5, 7.5]);
  const saved = await own.save();
  expect(saved.name).toBe("y.npy");
  expect(new Uint8Array(readFileSync(saved.path)).subarray(-16)).toEqual(
    new Uint8Array(Float32Array.from([1.5, 3.5, 5.5, 7.5]).buffer),
  );
  await own.file(0, "An NPY file", { name: "x.npy", bytes: npy([2, 4], [0, 0, 0, 0, 1, 1, 1, 1]) });
  await own.runButton.click();
  await expect(own.outputs.locator("pre").first()).toHaveText(/0\.5\s+1\.5\s+2\.5\s+3\.5\s+1\.5\s+2\.5\s+3\.5\s+4\.5/);
});

test("bad input: each fault of a tensor is said in words, and the next run works", async ({ own }) => {
  await own.open();
  await own.choose(EXTERNAL, EXTERNAL_DATA);
  await own.shape(0, "1, 5");
  await own.runButton.click();
  await expect(own.alert).toContainText("n × 4");
  await own.shape(0, "1, 4");
  await own.numbers(0, "1, two, 3, 4");
  await own.runButton.click();
  await expect(own.alert).toContainText("two");
  await own.file(0, "An NPY file", sample("README.md"));
  await own.runButton.click();
  await expect(own.alert).toContainText("NPY");
  await own.fill(0, "A picture");
  await own.runButton.click();
  await expect(own.alert).toContainText("picture");
  await own.fill(0, "Zeros");
  expect(await own.run("Engine")).toEqual([0.5, 1.5, 2.5, 3.5]);
});

test("bad input: what is no model, and a model without its data, are refused in words", async ({ own }) => {
  await own.open();
  await own.choose({ name: "letter.onnx", bytes: sample("README.md").bytes });
  await expect(own.alert).toBeVisible();
  await expect(own.runButton).toHaveCount(0);
  await own.choose(EXTERNAL);
  await expect(own.alert).toContainText("external.data");
  await own.choose(EXTERNAL_DATA);
  await expect(own.facts).toContainText("n × 4");
});
