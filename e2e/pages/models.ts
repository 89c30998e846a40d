import type { Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

/** The gallery. */
export class ModelsPage extends Shell {
  async open(): Promise<void> {
    await this.page.goto("/");
  }

  /** The card of the model whose name begins with `name`. */
  card(name: string): Locator {
    const heading = this.page.getByRole("heading", { level: 2, name: new RegExp(`^${name}`) });
    return this.page.getByRole("list", { name: "Models" }).getByRole("listitem").filter({ has: heading });
  }

  /** Opens a model to run it. */
  async run(name: string): Promise<void> {
    await this.card(name)
      .getByRole("link", { name: new RegExp(`^Run ${name}`) })
      .click();
  }

  get retry(): Locator {
    return this.page.getByRole("button", { name: "Try again" });
  }
}
