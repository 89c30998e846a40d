import { readFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { cli, EXIT } from "../../lib/cli.ts";
import { look } from "../../lib/look.ts";
import { need } from "../../lib/environment.ts";
import type { PublishPage } from "../../pages/publish.ts";
import { CONVOLUTION, EXTERNAL, expect, test, WALLET, watched } from "./fixtures.ts";

const WORDS = {
  "What it does": "Five scores for a picture of 8 × 8 pixels.",
  Licence: "MIT",
};

/** Fills everything with a name of its own. */
async function filled(publish: PublishPage): Promise<string> {
  const name = `Convolution ${randomBytes(4).toString("hex")}`;
  await publish.open();
  await publish.choose(CONVOLUTION);
  await publish.write({ Name: name, ...WORDS });
  await publish.page.getByLabel("Filled with").first().selectOption("Numbers");
  await publish.page.getByLabel(/^Numbers, with commas/).fill("0.25");
  await publish.knownAnswer();
  return name;
}

async function published(publish: PublishPage): Promise<string> {
  await publish.button.click();
  await expect(publish.state).toHaveAttribute("data-state", "finalised");
  return publish.id("model id", publish.done);
}

test("a model of one's own is published, found in the gallery, run on tensors, signed and verified", async ({
  publish,
  models,
  run,
  sign,
  verify,
  page,
}) => {
  await publish.open();
  await page.getByTestId("other-tasks").locator("summary").click();
  await expect(page.getByTestId("other-tasks")).toContainText("image-classification/1");
  await expect(page.getByTestId("other-tasks")).toContainText("countersign model publish manifest.json");
  await look(page, "publish");
  const name = await filled(publish);
  await look(page, "publish-filled");
  const manifest = JSON.parse((await page.getByTestId("manifest").textContent()) ?? "") as Record<string, unknown>;
  expect(manifest["task"]).toBe("tensors/1");
  const id = await published(publish);
  await look(page, "publish-done");
  const shown = await cli(["model", "show", id]);
  expect(shown.code).toBe(EXIT.ok);
  expect(shown.stdout).toContain(name);
  await models.open();
  await expect(models.card(name)).toBeVisible();

  await run.open(id);
  await page.getByLabel("Filled with").selectOption("Numbers");
  await page.getByLabel(/^Numbers, with commas/).fill("0.5");
  await run.runButton.click();
  await run.signLink.waitFor();
  await expect(run.deviceUsed).toBeVisible();
  await look(page, "run-tensors");
  // Other inputs have no answer yet.
  await page.getByLabel(/^Numbers, with commas/).fill("0.125");
  await expect(run.signLink).toHaveCount(0);
  await run.runButton.click();
  await run.signLink.waitFor();
  await run.signLink.click();
  await sign.sign(WALLET);
  const { bytes } = await sign.save();
  await verify.open();
  await verify.receipt({ name: "receipt.json", bytes });
  await verify.expectVerdict("valid");
});

test("what the manifest's rules refuse is said before anything is sent", async ({ publish, page }) => {
  await publish.open();
  await publish.choose(CONVOLUTION);
  await expect(publish.notYet).toContainText("There is no known answer");
  await publish.knownAnswer();
  await expect(publish.notYet).toContainText("Name: This is needed");
  // Pressed all the same, it says what is wrong where it is wrong.
  await publish.button.click();
  const name = page.getByRole("textbox", { name: "Name" }).first();
  await expect(name).toBeFocused();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toHaveAccessibleDescription("This is needed. Fill it in.");
  await expect(publish.state).toHaveAttribute("data-state", "idle");
  await look(page, "publish-faults");
  await publish.write({ Name: "x", ...WORDS, Licence: "do <what> you want" });
  await expect(publish.notYet).toContainText("Licence: This is no licence");
  await publish.write({ Licence: "MIT", "Where others get the files": "http://example.org" });
  await expect(publish.notYet).toContainText("Where others get the files: This is no address");
  await publish.write({ "Where others get the files": "", "How far a GPU's outputs": "a little" });
  await expect(publish.notYet).toContainText("This is no number");
  await publish.write({ "How far a GPU's outputs": "0.01", "The model that this is a new version of": "Magika" });
  await expect(publish.notYet).toContainText("no model id");
  await publish.button.click();
  await expect(page.getByRole("textbox", { name: "The model that this is a new version of" })).toBeFocused();
  await publish.write({ "The model that this is a new version of": "" });
  await expect(publish.cost).toContainText(/deposit of [\d,]+\.\d+ UNIT, .* fee of at most 0\.\d+ UNIT\./);
  await publish.choose({ name: "notes.onnx", bytes: new TextEncoder().encode("no model") });
  await expect(page.getByRole("alert")).toContainText("does not take this model");
  await publish.choose({ name: "weights.data", bytes: new Uint8Array(16) });
  await expect(page.getByRole("alert")).toContainText("save_as_external_data=False");
  await publish.choose(EXTERNAL);
  await expect(page.getByRole("alert")).toBeVisible();
});

test("a new version names the one before, and only its owner may", async ({ publish, page }) => {
  await filled(publish);
  const first = await published(publish);
  // The same manifest is the same model: it cannot become another one's successor afterwards.
  await publish.write({ "The model that this is a new version of": first });
  await publish.button.click();
  await expect(publish.alert.first()).toContainText("published the same manifest before");
  await publish.write({ Version: "2", "The model that this is a new version of": first });
  await page.getByLabel("Paid by").selectOption("//Charlie");
  await publish.button.click();
  await expect(publish.state).toHaveAttribute("data-state", "failed");
  await expect(publish.alert.first()).toContainText(/owner/i);
  await page.getByLabel("Paid by").selectOption("//Alice");
  const second = await published(publish);
  const shown = await cli(["model", "show", second]);
  expect(shown.stdout).toContain(first);

  await page.goto(`/explore/model/${first}`);
  const versions = page.getByTestId("versions");
  await expect(versions).toContainText("1, this one");
  await expect(versions.getByRole("link")).toHaveCount(2);
  const question = page.getByRole("button", { name: "Mark as deprecated" });
  await question.click();
  await look(page, "deprecate");
  await expect(page.getByRole("button", { name: "Leave it" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question).toBeFocused();
  await question.click();
  await page.getByLabel("Paid by").selectOption("//Charlie");
  await page.getByRole("button", { name: "Deprecate it for good" }).click();
  await expect(page.getByTestId("deprecate-state")).toHaveAttribute("data-state", "failed");
  await page.getByRole("button", { name: "Mark as deprecated" }).click();
  await page.getByLabel("Paid by").selectOption("//Alice");
  await page.getByRole("button", { name: "Deprecate it for good" }).click();
  await expect(page.getByTestId("deprecate-state")).toHaveAttribute("data-state", "finalised");
  const after = await cli(["model", "show", first]);
  expect(after.stdout).toContain("deprecated");
  const again = await cli(["model", "deprecate", second, "--suri", "//Alice"]);
  expect(again.code, again.stderr).toBe(EXIT.ok);
  expect((await cli(["model", "deprecate", second, "--suri", "//Alice"])).stdout).toContain("already deprecated");
});

test("with the node down nothing is lost, and pressed again it goes", async ({ publish, page }) => {
  await filled(publish);
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, (route) => route.abort("connectionrefused"));
  await publish.button.dblclick();
  await expect(publish.state).toHaveAttribute("data-state", "failed");
  await expect(page.getByLabel("What it does")).toHaveValue(WORDS["What it does"]);
  await page.unroute(`${need("COUNTERSIGN_RPC")}/**`);
  await published(publish);
});

watched(
  "a node that dies once it took the transaction: not known, not failed, and found when pressed again",
  async ({ wire, publish }) => {
    const name = await filled(publish);
    const sent = () => wire.sent.some(({ body }) => body.includes("author_submitExtrinsic"));
    const toNode = (url: string) => url.startsWith(need("COUNTERSIGN_RPC"));
    wire.fate = ({ url, body }) =>
      toNode(url) && sent() && !body.includes("author_submitExtrinsic") ? "gone" : "pass";
    await publish.button.click();
    await expect(publish.state).toHaveAttribute("data-state", "unknown");
    await expect(publish.state).not.toContainText("It did not happen");
    wire.fate = () => "pass";
    await expect(publish.page.getByTestId("chain-status")).toContainText("local");
    await publish.button.click();
    await expect(publish.done).toContainText(name);
    expect(wire.sent.filter(({ body }) => body.includes("author_submitExtrinsic"))).toHaveLength(1);
  },
);

test("what the engine answered on other inputs is not the known answer any more", async ({ publish, page }) => {
  await filled(publish);
  await expect(publish.cost).toContainText("UNIT");
  await page.getByLabel(/^Numbers, with commas/).fill("0.75");
  await expect(publish.notYet).toContainText("There is no known answer");
  await expect(publish.cost).toBeEmpty();
  await publish.button.click();
  await expect(page.getByRole("button", { name: "Run it on these inputs" })).toBeFocused();
  await expect(publish.state).toHaveAttribute("data-state", "idle");
});

test("what was typed outlives a reload, the way back and another file", async ({ publish, page }) => {
  await publish.open();
  await publish.choose(CONVOLUTION);
  await publish.write({ Name: "Kept", ...WORDS });
  const kept = async (): Promise<void> => {
    await expect(page.getByRole("textbox", { name: "Name" }).first()).toHaveValue("Kept");
    await expect(page.getByRole("textbox", { name: "Licence" })).toHaveValue("MIT");
  };
  await publish.choose(CONVOLUTION);
  await kept();
  await page.reload();
  await publish.choose(CONVOLUTION);
  await kept();
  await publish.go("Verify");
  await expect(publish.heading).toHaveText("Verify a receipt");
  await page.goBack();
  await expect(publish.heading).toHaveText("Publish a model");
  await publish.choose(CONVOLUTION);
  await kept();
});

test("with storage switched off the page works, and forgets", async ({ publish, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "sessionStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await publish.open();
  await publish.choose(CONVOLUTION);
  await publish.write({ Name: "Forgotten", ...WORDS });
  await publish.knownAnswer();
  await expect(publish.cost).toContainText("UNIT");
});

test.describe("in German", () => {
  test.use({ locale: "de-DE" });

  test("faults and the cost are said in German", async ({ page }) => {
    await page.goto("/publish");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "ONNX-Datei wählen" }).click();
    await (await chooser).setFiles(CONVOLUTION);
    await page.getByRole("button", { name: "Veröffentlichen", exact: true }).click();
    const name = page.getByRole("textbox", { name: "Name des Modells" });
    await expect(name).toBeFocused();
    await expect(name).toHaveAccessibleDescription("Das wird gebraucht. Füllen Sie es aus.");
    await name.fill("Deutsch");
    await page.getByRole("textbox", { name: "Was es tut" }).fill("Fünf Werte.");
    await page.getByRole("textbox", { name: "Lizenz" }).fill("MIT");
    await page.getByRole("button", { name: "Mit diesen Eingaben ausführen" }).click();
    await expect(page.getByTestId("cost")).toContainText(
      /Pfand von [\d.]+,\d+ UNIT kosten.* Gebühr von höchstens 0,\d+ UNIT\./,
    );
  });
});

test("files that no source gives are given by hand, by their bytes and not by their names", async ({
  browser,
  baseURL,
  publish,
  page,
}) => {
  await filled(publish);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the known answer" }).click();
  const known = await readFile(await (await download).path());
  const id = await published(publish);

  const other = await (await browser.newContext({ baseURL: baseURL ?? "" })).newPage();
  await other.goto(`/run/${id}`);
  await other.getByRole("button", { name: "Run", exact: true }).click();
  await expect(other.getByRole("alert")).toContainText(/model\.onnx|source/);
  await other.getByText("Give the files yourself").click();
  const give = async (name: string, buffer: Buffer): Promise<void> => {
    const chooser = other.waitForEvent("filechooser");
    await other.getByRole("button", { name: "Choose model files" }).click();
    await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
  };
  await give("model.onnx", Buffer.from("another"));
  await expect(other.getByTestId("give-files").getByRole("alert")).toContainText("none of this model's files");
  await give("renamed.bin", await readFile(CONVOLUTION));
  await expect(other.getByTestId("give-files")).toContainText("renamed.bin is the model's model.onnx");
  await give("answer", known);
  await expect(other.getByTestId("give-files")).toContainText("answer is the model's known.bin");
  await other.getByRole("button", { name: "Run", exact: true }).click();
  await other.getByRole("link", { name: "Sign this receipt" }).waitFor();
  await other.context().close();
});
