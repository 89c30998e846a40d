import type { Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

/** What the browser keeps. */
export class StoragePage extends Shell {
  async open(): Promise<void> {
    await this.page.goto("/storage");
  }

  /** Waits until the app's own files are kept whole. */
  async appKept(): Promise<void> {
    await this.page.locator('[data-testid="app-kept"][data-state="whole"]').waitFor();
  }

  get models(): Locator {
    return this.page.getByTestId("kept-models").getByRole("listitem");
  }

  model(id: string): Locator {
    return this.page.locator(`[data-model="${id}"]`);
  }
}
