import type { Locator, Page } from "@playwright/test";

/** What every page has: heading, navigation, the chain's line, and notices. */
export class Shell {
  constructor(readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** The header's line about the chain. */
  get chain(): Locator {
    return this.page.getByTestId("chain-status");
  }

  /** What went wrong, in words. */
  get alert(): Locator {
    return this.page.getByRole("alert");
  }

  /** Follows a link of the main navigation. */
  async go(name: "Models" | "Your own" | "Receipts" | "Verify" | "What it proves"): Promise<void> {
    await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
  }

  /** The full id that the copy button of `what` copies. */
  async id(what: string, within: Locator = this.page.locator("main")): Promise<`0x${string}`> {
    const button = within.getByRole("button", { name: new RegExp(`^Copy ${what} `) }).first();
    const name = (await button.getAttribute("aria-label")) ?? (await button.innerText());
    return name.trim().split(" ").at(-1) as `0x${string}`;
  }
}
