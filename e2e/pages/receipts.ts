import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

/** The receipts that the browser keeps. */
export class ReceiptsPage extends Shell {
  async open(): Promise<void> {
    await this.page.goto("/receipts");
  }

  get lines(): Locator {
    return this.page.getByTestId("receipts").getByRole("listitem");
  }

  get search(): Locator {
    return this.page.getByRole("searchbox", { name: "Search" });
  }

  get queueState(): Locator {
    return this.page.getByTestId("queue-state");
  }

  get standing(): Locator {
    return this.page.getByTestId("standing");
  }

  get slip(): Locator {
    return this.page.getByTestId("slip-kept");
  }

  /** Opens the receipt at this place of the list. */
  async show(place = 0): Promise<void> {
    await this.lines.nth(place).getByRole("link").click();
    await this.slip.waitFor();
  }

  /** Opens exactly these items in what is shared. */
  async reveal(...names: string[]): Promise<void> {
    for (const box of await this.page.getByRole("region", { name: "Hand it to somebody" }).getByRole("checkbox").all())
      await box.uncheck();
    for (const name of names) await this.page.getByRole("checkbox", { name: new RegExp(`^${name} `) }).check();
  }

  /** The bytes that "Save file" saves. */
  async save(): Promise<Uint8Array> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: "Save file" }).click();
    return new Uint8Array(await readFile(await (await download).path()));
  }
}
