import { readFile } from "node:fs/promises";
import { launchOptions } from "../../lib/browser.ts";
import { cliJson, EXIT } from "../../lib/cli.ts";
import { look } from "../../lib/look.ts";
import { expect, test } from "./fixtures.ts";

// Camera and microphone, on Chromium's own test devices: a moving picture and a beep.
test.use({
  launchOptions: {
    ...launchOptions,
    args: [...(launchOptions.args ?? []), "--use-fake-device-for-media-stream"],
  },
});

test("a picture is taken with the camera, run, saved, and gives the same answer on the command line", async ({
  published,
  run,
  page,
  context,
  folder,
}) => {
  const { id } = published("OpenNSFW");
  await run.open(id);
  const use = page.getByRole("button", { name: "Use the camera" });
  await context.grantPermissions([]);
  await use.click();
  await expect(page.getByText("Allow the camera for this page")).toBeVisible();

  await context.grantPermissions(["camera"]);
  await use.click();
  const seen = page.getByLabel("What the camera sees");
  const take = page.getByRole("button", { name: "Take the picture" });
  await expect(take).toBeEnabled();
  await expect(use).toBeDisabled();
  await look(page, "run-camera");
  await page.getByRole("button", { name: "Close the camera" }).click();
  await expect(seen).toHaveCount(0);

  await use.click();
  await take.click();
  await expect(run.chosen).toContainText("photo.png");
  await expect(seen, "one picture, and the camera is off").toHaveCount(0);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the file" }).click();
  const saved = `${folder}/photo.png`;
  await (await download).saveAs(saved);
  expect((await readFile(saved)).subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));

  await run.device("Engine");
  await run.runButton.click();
  await run.signLink.waitFor();
  const { code, json, stderr } = await cliJson<{ result: { classes: { label: string }[] } }>([
    "run",
    "--model",
    id,
    saved,
  ]);
  expect(code, stderr).toBe(EXIT.ok);
  expect(await run.label()).toBe(json.result.classes[0]?.label);
});

test("a sound is recorded, and the example is one", async ({ published, run, page, context }) => {
  await context.grantPermissions(["microphone"]);
  await run.open(published("Silero VAD").id);
  await page.getByRole("button", { name: "Use an example" }).click();
  await expect(run.chosen).toContainText("question.wav");
  await run.runButton.click();
  await run.signLink.waitFor();
  await expect(run.answer).toHaveText(/Speech/);
  await expect(page.getByRole("button", { name: "Save the file" })).toHaveCount(0);

  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByRole("timer")).toContainText(/[1-9]/);
  await page.getByRole("button", { name: "Stop recording" }).click();
  await expect(run.chosen).toContainText("recording.wav");
  await expect(page.getByRole("button", { name: "Save the file" })).toBeVisible();
  await run.runButton.click();
  await expect(run.answer).toBeVisible();
});
