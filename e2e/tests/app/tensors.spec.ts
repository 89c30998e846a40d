import { readFile } from "node:fs/promises";
import path from "node:path";
import { cli, cliJson, EXIT, shell } from "../../lib/cli.ts";
import { programs, publish, type Written, write } from "../../lib/exact.ts";
import { look } from "../../lib/look.ts";
import { npy } from "../../lib/npy.ts";
import { drop } from "../../pages/verify.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { expect, test } from "./fixtures.ts";

/** A program with two inputs, `a` and `b`, of different shapes. */
const ADD = programs().find(({ name }) => name === "Add broadcast");

/** The model in the exact profile, or the same file as a model of floats that happen to be integers. */
const PUBLISH = {
  exact: (written: Written) => publish(written, "//Dave"),
  replay: async (written: Written) => {
    const { code, stderr, json } = await cliJson<{ model: Hex }>([
      "model",
      "publish",
      written.manifest,
      "--suri",
      "//Dave",
    ]);
    expect(code, stderr).toBe(EXIT.ok);
    return json.model;
  },
};

for (const lane of ["exact", "replay"] as const)
  test(`a run of the lane ${lane} on two tensors is repeated from their files, here and on the command line`, async ({
    run,
    sign,
    verify,
    page,
    folder,
  }) => {
    if (ADD === undefined) throw new Error("no such program");
    const written = await write(folder, ADD, `tensors-${lane}`);
    const model = await PUBLISH[lane](written);
    const file = async (name: string) => ({ name, bytes: new Uint8Array(await readFile(path.join(folder, name))) });
    const [a, b] = [await file("a.npy"), await file("b.npy")];

    await run.open(model);
    await page.getByText("Give the files yourself").click();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose model files" }).click();
    await (await chooser).setFiles(path.join(folder, "model.onnx"));
    await expect(page.getByTestId("give-files")).toContainText("is the model's model.onnx");
    for (const [at, { name }] of [a, b].entries()) {
      await page.getByTestId(`feed-${at}`).getByLabel("Filled with").selectOption("An NPY file");
      await page.getByTestId(`feed-${at}`).locator("input[type=file]").setInputFiles(path.join(folder, name));
    }
    await run.device("Engine");
    await run.runButton.click();
    await run.signLink.waitFor();
    await expect(run.lane).toHaveAttribute("data-lane", lane);
    await run.signLink.click();
    await sign.developer("//Dave");
    await sign.signButton.click();
    await sign.receiptId.waitFor();
    const saved = await sign.save();

    // What the page did, pasted into a shell: the same outputs, signed by the same key.
    const lines = (await page.getByTestId("sign-command").textContent()) ?? "";
    expect(lines.includes("--lane exact")).toBe(lane === "exact");
    const done = await shell(`export COUNTERSIGN_MODELS=.\n${lines}`, folder);
    expect(done.code, done.stderr).toBe(EXIT.ok);
    const made = path.join(folder, saved.name);
    const inputs = ["--input", `a=${path.join(folder, "a.npy")}`, "--input", `b=${path.join(folder, "b.npy")}`];
    expect((await cli(["verify", made, ...inputs, "--models", folder])).code).toBe(EXIT.ok);

    // Dropped together, whatever their names and order.
    await verify.open();
    await drop(verify, { name: "second.npy", bytes: b.bytes }, saved, { name: "first.npy", bytes: a.bytes });
    await verify.expectRow("computation", "ok", /bit for bit/);
    await verify.expectVerdict("valid");

    // The receipt first; a missing file is asked for by its input's name.
    await verify.open();
    await verify.receipt(saved);
    await verify.expectVerdict("valid");
    await drop(verify, a, { name: "notes.txt", bytes: new TextEncoder().encode("no tensor") });
    const list = page.getByTestId("inputs");
    await expect(list.getByRole("listitem").filter({ hasText: /^a/ })).toContainText("a.npy");
    await expect(list.getByRole("listitem").filter({ hasText: /^b/ })).toContainText("Its file is missing.");
    await expect(verify.alert).toContainText("notes.txt cannot be used: this is not an NPY file");
    await verify.expectRow("computation", "unknown", /give the input/);
    await look(page, `verify-tensors-${lane}`);

    // Another tensor of that shape, chosen by name, is judged as what it is.
    const dims = ADD.inputs[1]?.dims ?? [];
    const other = new Float32Array(b.bytes.slice(-4 * dims.reduce((all, dim) => all * dim, 1)).buffer);
    other[0] = other[0] === 0 ? 1 : 0;
    await list.getByLabel("b", { exact: true }).setInputFiles({
      name: "other.npy",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(npy("<f4", dims, new Uint8Array(other.buffer))),
    });
    await verify.expectRow("computation", "bad", /not what the receipt commits to as its input: b differs/);
    await list.getByLabel("b", { exact: true }).setInputFiles(path.join(folder, "b.npy"));
    await verify.expectRow("computation", "ok", /bit for bit/);
    const line = (await page.getByTestId("verify-command").textContent()) ?? "";
    expect(line).toContain("--input a=a.npy --input b=b.npy");
    expect((await shell(`export COUNTERSIGN_MODELS=.\n${line}`, folder)).code).toBe(EXIT.ok);
  });
