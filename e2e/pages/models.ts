import { expect, type Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

/** The gallery. */
export class ModelsPage extends Shell {
  async open(): Promise<void> {
    await this.page.goto("/");
  }

  get list(): Locator {
    return this.page.getByRole("list", { name: "Models" });
  }

  /** The card of the model whose name begins with `name`. */
  card(name: string): Locator {
    const heading = this.page.getByRole("heading", { level: 2, name: new RegExp(`^${name}`) });
    return this.list.getByRole("listitem").filter({ has: heading });
  }

  /** The same, however many models were published since: older ones are asked for until it is there. */
  async reach(name: string): Promise<Locator> {
    const cards = this.list.getByRole("listitem");
    await this.list.waitFor();
    while ((await this.card(name).count()) === 0) {
      const shown = await cards.count();
      await this.page.getByRole("button", { name: "Show older models" }).click();
      await expect.poll(() => cards.count()).toBeGreaterThan(shown);
    }
    return this.card(name);
  }

  /** Opens a model to run it. */
  async run(name: string): Promise<void> {
    await (await this.reach(name)).getByRole("link", { name: new RegExp(`^Run ${name}`) }).click();
  }

  get retry(): Locator {
    return this.page.getByRole("button", { name: "Try again" });
  }
}
