import type { Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

/** Taking back: one receipt, or a stolen key. */
export class WithdrawPage extends Shell {
  /** What is said, once the review is open. */
  get sentence(): Locator {
    return this.page.getByTestId("withdrawal-sentence");
  }

  /** One word exactly as the wallet will show it. */
  word(field: string): Locator {
    return this.page.getByRole("region", { name: "Read it, then have it signed" }).locator(`[data-word="${field}"]`);
  }

  get command(): Locator {
    return this.page.getByTestId("withdraw-command");
  }

  get state(): Locator {
    return this.page.locator('[data-testid="revoke-state"], [data-testid="disown-state"]');
  }

  get status(): Locator {
    return this.page.getByTestId("withdraw-status");
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  /** Names a key and a block on the page that disowns. */
  async disown(key: string, since: number): Promise<void> {
    await this.page.goto("/disown");
    await this.page.getByRole("textbox", { name: "Address or account" }).fill(key);
    await this.page.getByRole("textbox", { name: /first block/ }).fill(String(since));
  }
}
