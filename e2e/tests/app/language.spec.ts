import type { Page } from "@playwright/test";
import path from "node:path";
import { look } from "../../lib/look.ts";
import { expect, sample, test } from "./fixtures.ts";

/** Every kind of page, with its German heading. */
const ROUTES: readonly (readonly [string, string])[] = [
  ["/", "Modelle"],
  ["/sign", "Den Beleg unterzeichnen"],
  ["/receipts", "Belege"],
  ["/receipts/0x00", "Der Beleg"],
  ["/disown", "Einen gestohlenen Schlüssel verwerfen"],
  ["/verify", "Einen Beleg prüfen"],
  ["/try", "Ein eigenes Modell ausprobieren"],
  ["/publish", "Ein Modell veröffentlichen"],
  ["/explore", "Die Kette erkunden"],
  ["/explore/engines", "Engines"],
  ["/explore/publishers", "Herausgeber"],
  ["/explore/batches", "Bündel"],
  ["/explore/blocks", "Blöcke"],
  ["/explore/block/1", "Block 1"],
  ["/explore/search", "Nachgeschlagen"],
  ["/lie", "Zusehen, wie eine Lüge verliert"],
  ["/about", "Was ein Beleg beweist"],
  ["/storage", "Was dieser Browser aufbewahrt"],
  ["/files", "Diese Seite prüfen"],
  ["/nowhere", "Diese Seite gibt es nicht"],
];

const NAVIGATION = ["Modelle", "Eigenes Modell", "Belege", "Prüfen", "Erkunden", "Was es beweist"];

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const ready = (page: Page) => expect(page.getByTestId("chain-status")).toContainText("Block");

test.describe("a browser that prefers German", () => {
  test.use({ locale: "de-DE" });

  for (const [route, title] of ROUTES) {
    test(`German at ${route}`, async ({ page }) => {
      await page.goto(route);
      await expect(heading(page)).toHaveText(title);
      await expect(page.locator("html")).toHaveAttribute("lang", "de");
      await expect(page).toHaveTitle(`${title} · Countersign`);
      await expect(page.getByRole("navigation", { name: "Hauptnavigation" }).getByRole("link")).toHaveText(NAVIGATION);
      await ready(page);
      await look(page, `german${route.replaceAll("/", "-")}`, [320]);
    });
  }

  test("German from the run to the verdict", async ({ page, magika, folder }) => {
    await page.goto(`/explore/model/${magika.id}`);
    await expect(page.getByRole("heading", { name: "Manifest" })).toBeVisible();
    await look(page, "german-model", [320]);
    await page.goto(`/run/${magika.id}`);
    await expect(page.getByTestId("slip-run")).toContainText("Noch nicht unterzeichnet");
    await look(page, "german-run");
    const { bytes } = sample("e2e/package.json");
    const file = { name: "package.json", mimeType: "application/json", buffer: Buffer.from(bytes) };
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Datei wählen" }).click();
    await (await chooser).setFiles(file);
    await page.getByRole("radio", { name: "Engine" }).check();
    await page.getByRole("button", { name: "Ausführen" }).click();
    const sign = page.getByRole("link", { name: "Diesen Beleg unterzeichnen" });
    await expect(sign).toBeVisible({ timeout: 120_000 });
    await expect(page.getByTestId("run-status")).toHaveText(/^Fertig nach \d+(,\d+)? m?s$/);
    await look(page, "german-result");
    await sign.click();
    await page.getByRole("radio", { name: "Entwicklungskonto" }).check();
    await look(page, "german-sign");
    await page.getByRole("button", { name: "Unterzeichnen", exact: true }).click();
    await expect(page.getByText("In diesem Browser aufbewahrt.")).toBeVisible();
    await look(page, "german-receipt");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Datei speichern" }).click();
    const saved = path.join(folder, "receipt.json");
    await (await download).saveAs(saved);
    await page.getByRole("button", { name: "Verankern", exact: true }).click();
    await expect(page.getByTestId("anchor-state")).toContainText("Verankert in Block", { timeout: 120_000 });
    await page.goto("/receipts");
    await look(page, "german-kept");
    await page.locator("[data-sealed] a").click();
    await expect(page.getByTestId("standing")).toContainText("Verankert in Block");
    await look(page, "german-detail");
    await page.goto("/verify");
    const receipt = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Beleg wählen" }).click();
    await (await receipt).setFiles(saved);
    await expect(page.getByTestId("stamp")).toHaveText("Gültig", { timeout: 60_000 });
    await look(page, "german-valid");
  });

  test("what the verifier says is marked as English", async ({ page }) => {
    await page.goto("/verify");
    await page.getByLabel("Oder fügen Sie einen Link oder einen Beleg ein").fill("no receipt");
    await page.getByRole("button", { name: "Prüfen", exact: true }).click();
    const sentence = page.getByTestId("verdict-sentence");
    await expect(sentence).toHaveAttribute("lang", "en");
    await expect(page.getByTestId("row-integrity").locator(".check-reason")).toHaveAttribute("lang", "en");
    await expect(page.getByTestId("row-integrity").locator("dt")).toHaveText("Unversehrtheit");
  });

  test("a choice is kept and goes before the browser", async ({ page }) => {
    await page.goto("/about");
    await expect(heading(page)).toHaveText("Was ein Beleg beweist");
    const choice = page.getByRole("group", { name: "Sprache" });
    await expect(choice.getByRole("button", { name: "Deutsch" })).toHaveAttribute("aria-pressed", "true");
    await choice.getByRole("button", { name: "English" }).click();
    await expect(heading(page)).toHaveText("What a receipt proves");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.reload();
    await expect(heading(page)).toHaveText("What a receipt proves");
  });

  test("without storage the choice is refused in words, and the page goes on", async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new DOMException("switched off", "SecurityError");
        },
      });
    });
    await page.goto("/about");
    await expect(heading(page)).toHaveText("Was ein Beleg beweist");
    await page.getByRole("button", { name: "English" }).click();
    await expect(page.getByText("auch diese Wahl nicht")).toBeVisible();
    await expect(heading(page)).toHaveText("Was ein Beleg beweist");
  });
});

test("English stays English, and German can be chosen", async ({ page }) => {
  await page.goto("/about");
  await expect(heading(page)).toHaveText("What a receipt proves");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("group", { name: "Language" }).getByRole("button", { name: "Deutsch" }).click();
  await expect(heading(page)).toHaveText("Was ein Beleg beweist");
});
