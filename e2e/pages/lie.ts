import type { Locator, Page } from "@playwright/test";
import { expect } from "@playwright/test";

/** The page on which a lie loses. */
export class LiePage {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto("/lie");
    await expect(this.begin).toBeVisible();
  }

  get begin(): Locator {
    return this.page.getByRole("button", { name: "Make a false claim" });
  }

  /** The status line. */
  get state(): Locator {
    return this.page.getByTestId("lie-state");
  }

  async reach(state: "paused" | "failed" | "over"): Promise<void> {
    await expect(this.state).toHaveAttribute("data-state", state, { timeout: 180_000 });
  }

  /** One of the five levels, from the network to the terms. */
  level(number: number): Locator {
    return this.page.getByTestId(`lie-level-${number}`);
  }

  /** Which levels were reached. */
  async reached(): Promise<boolean[]> {
    const levels = [0, 1, 2, 3, 4].map((number) => this.level(number).getAttribute("data-reached"));
    return (await Promise.all(levels)).map((reached) => reached === "true");
  }

  /** The lines of what happened on the chain. */
  get happened(): Locator {
    return this.page.getByTestId("lie-happened").getByRole("listitem");
  }

  /** The receipt at stake. */
  async receipt(): Promise<string> {
    const link = this.page.getByRole("link", { name: "See the claim in the explorer" });
    return (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
  }

  async next(): Promise<void> {
    await this.page.getByRole("button", { name: "Next step" }).click();
  }
}
