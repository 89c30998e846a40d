import { look } from "../../lib/look.ts";
import { CONVOLUTION, expect, sample, signedRun, test } from "./fixtures.ts";

test("models, about and a missing page", async ({ models, page, magika }) => {
  await models.open();
  await expect(await models.reach(String(magika.manifest["name"]))).toBeVisible();
  await look(page, "models");
  await page.goto("/about");
  await look(page, "about");
  await page.goto("/nowhere");
  await look(page, "missing");
});

test("a model of one's own", async ({ own, page }) => {
  await own.open();
  await look(page, "own");
  await own.choose(CONVOLUTION);
  await expect(own.facts).toContainText("Opset");
  await own.fill(0, "A picture");
  await look(page, "own-loaded");
  await own.fill(0, "Zeros");
  await own.run("Engine");
  await look(page, "own-result");
});

test("run, result, sign, receipt, verify", async ({ run, sign, verify, page, magika }) => {
  await run.open(magika.id);
  await look(page, "run");
  await run.run(sample("e2e/package.json"), "Engine");
  await look(page, "run-result");
  await run.signLink.click();
  await look(page, "sign");
  await page.goBack();
  await signedRun({ run, sign, magika });
  await look(page, "receipt");
  const saved = await sign.save();
  await sign.anchor();
  await look(page, "receipt-anchored");
  await verify.open();
  await look(page, "verify");
  await verify.receipt({ name: "receipt.json", bytes: saved.bytes });
  await verify.expectVerdict("valid");
  await look(page, "verify-valid");
  const altered = new Uint8Array(saved.bytes);
  altered[200] = (altered[200] ?? 0) ^ 1;
  await verify.open();
  await verify.receipt({ name: "receipt.json", bytes: altered });
  await verify.expectVerdict("invalid");
  await look(page, "verify-invalid");
});
