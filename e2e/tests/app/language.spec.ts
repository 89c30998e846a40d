import type { Page } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { cliJson, shell } from "../../lib/cli.ts";
import { look } from "../../lib/look.ts";
import { CHANGES } from "../../lib/mutate.ts";
import { protocolVectors } from "../../lib/protocol-vectors.ts";
import { Dice } from "../../lib/scale.ts";
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
const ready = (page: Page) => expect(page.getByTestId("chain-status")).toContainText(/block/i);

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
    await expect(page.getByTestId("verdict-sentence")).toContainText("Gültig: unterzeichnet und nicht zurückgenommen");
    const input = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Eingabe wählen" }).click();
    await (await input).setFiles(file);
    await expect(page.getByTestId("row-computation")).toContainText("Bit für Bit", { timeout: 60_000 });
    await look(page, "german-valid");
  });

  test("nothing of a verdict is left English, but what a node or an engine said in its own words", async ({ page }) => {
    await page.goto("/verify");
    await page.getByLabel("Oder fügen Sie einen Link oder einen Beleg ein").fill("no receipt");
    await page.getByRole("button", { name: "Prüfen", exact: true }).click();
    await expect(page.getByTestId("verdict-sentence")).toHaveText(/^Ungültig: Die Datei ist beschädigt/);
    await expect(page.getByTestId("row-integrity").locator("dt")).toHaveText("Unversehrtheit");
    await expect(page.getByTestId("slip-verify").locator("[lang]")).toHaveCount(0);
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

/** Documents of every kind of verdict, by a name. */
function documents(): [string, string][] {
  const { bundles, receipts, openings } = protocolVectors();
  const [bundle, receipt, opening] = [bundles[0]?.canonical, receipts[0]?.file_canonical, openings[0]?.canonical];
  if (bundle === undefined || receipt === undefined || opening === undefined) throw new Error("the vectors are empty");
  const dice = new Dice(7n);
  const altered = Object.entries(CHANGES).map(([name, change]): [string, string] => [
    name,
    change(bundle, dice, [bundle, receipt]),
  ]);
  return [
    ["a bundle", bundle],
    ["a receipt", receipt],
    ["an opening alone", opening],
    ["a newer version", bundle.replace("countersign/bundle/1", "countersign/bundle/9")],
    [
      "another signature",
      receipt.replace(/"signature":"0x(.)/, (_, digit) => `"signature":"0x${digit === "1" ? 2 : 1}`),
    ],
    ["half a file", bundle.slice(0, bundle.length >> 1)],
    ["no receipt", "{}"],
    ...altered,
  ];
}

for (const [locale, tag] of [
  ["en-US", "en"],
  ["de-DE", "de"],
] as const)
  test.describe(`page and command line in ${locale}`, () => {
    test.use({ locale });

    test(`they say the same, word for word`, async ({ page, folder }) => {
      test.setTimeout(240_000);
      type Judged = { verdict: string; sentence: string; rows: { row: string; sentence: string }[] };
      for (const [name, text] of documents()) {
        const file = path.join(folder, "document.json");
        await writeFile(file, Buffer.from(text, "latin1"));
        const { json } = await cliJson<Judged>(["verify", file, "--language", tag]);
        await page.goto("/verify");
        await ready(page);
        await page.locator("input[type=file]").first().setInputFiles(file);
        const slip = page.getByTestId("slip-verify");
        await expect(slip, name).toHaveAttribute("data-settled", "true");
        await expect(slip, name).toHaveAttribute("data-verdict", json.verdict);
        await expect(page.getByTestId("verdict-sentence"), name).toHaveText(json.sentence);
        for (const { row, sentence } of json.rows)
          await expect(page.getByTestId(`row-${row}`).locator(".check-reason"), `${name}: ${row}`).toHaveText(sentence);
      }
    });
  });

test("the environment's language decides nothing, the program's own variable does", async ({ folder }) => {
  const file = path.join(folder, "document.json");
  await writeFile(file, protocolVectors().receipts[0]?.file_canonical ?? "");
  const judge = (variables: string) => shell(`${variables} countersign verify document.json --offline || true`, folder);
  const [plain, foreign, own] = [
    await judge(""),
    await judge("export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8;"),
    await judge("export COUNTERSIGN_LANGUAGE=de;"),
  ];
  expect(plain.stdout).toContain("Unknown: the signature holds");
  expect(foreign.stdout).toBe(plain.stdout);
  expect(own.stdout).toContain("Unbekannt: Die Unterschrift stimmt");
});

test("English stays English, and German can be chosen", async ({ page }) => {
  await page.goto("/about");
  await expect(heading(page)).toHaveText("What a receipt proves");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("group", { name: "Language" }).getByRole("button", { name: "Deutsch" }).click();
  await expect(heading(page)).toHaveText("Was ein Beleg beweist");
});
