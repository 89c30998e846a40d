import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import path from "node:path";

const FOLDER = path.resolve(import.meta.dirname, "../artefacts");

/** Saves pictures of a state in these widths and both schemes; axe finds nothing in any, and nothing scrolls sideways. */
export async function look(page: Page, state: string, widths: readonly number[] = [320, 360, 1280]): Promise<void> {
  // A page's own code may still be on its way.
  await page.locator("h1").first().waitFor();
  for (const width of widths)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: path.join(FOLDER, `${state}-${width}-${colorScheme}.png`), fullPage: true });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      expect(found, `${state} at ${width}, ${colorScheme}`).toEqual([]);
      await fits(page, `${state} at ${width}`);
    }
}

/** Nothing scrolls sideways. */
export async function fits(page: Page, state: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${state} scrolls sideways`).toBeLessThanOrEqual(0);
}
