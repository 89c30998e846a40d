import type { Locator } from "@playwright/test";
import { type InputFile, payload } from "./run.ts";
import { Shell } from "./shell.ts";

/** A model of one's own on its way into the registry. */
export class PublishPage extends Shell {
  async open(): Promise<void> {
    await this.page.goto("/publish");
  }

  async choose(file: InputFile): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Choose an ONNX file" }).click();
    await (await chooser).setFiles(payload(file));
  }

  async write(words: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, text] of Object.entries(words))
      await this.page.getByRole("textbox", { name: label }).first().fill(text);
  }

  /** The engine's answer on what the fields say. */
  async knownAnswer(): Promise<void> {
    await this.page.getByRole("button", { name: "Run it on these inputs" }).click();
    await this.page.getByRole("button", { name: "Save the known answer" }).waitFor();
  }

  get notYet(): Locator {
    return this.page.getByRole("status").filter({ hasText: "It cannot be published yet" });
  }

  get button(): Locator {
    return this.page.getByRole("button", { name: "Publish", exact: true });
  }

  /** What it will cost, or nothing as long as something is missing. */
  get cost(): Locator {
    return this.page.getByTestId("cost");
  }

  get state(): Locator {
    return this.page.getByTestId("publish-state");
  }

  get done(): Locator {
    return this.page.getByTestId("published");
  }
}
