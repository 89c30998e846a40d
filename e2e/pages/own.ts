import type { Locator } from "@playwright/test";
import { type InputFile, payload } from "./run.ts";
import { Shell } from "./shell.ts";

export type Source = "Zeros" | "Numbers" | "An NPY file" | "A picture";

/** An ONNX file of one's own: what it takes, the fields for its inputs, what it gives. */
export class OwnPage extends Shell {
  async open(): Promise<void> {
    await this.page.goto("/try");
  }

  /** Gives the page files as the file chooser does. */
  async choose(...files: InputFile[]): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Choose an ONNX file" }).click();
    const given = files.map(payload);
    const paths = given.filter((file) => typeof file === "string");
    await (await chooser).setFiles(paths.length > 0 ? paths : given.filter((file) => typeof file !== "string"));
  }

  /** Inputs, outputs, opset. */
  get facts(): Locator {
    return this.page.getByTestId("model-facts");
  }

  /** The fields of an input. */
  input(place: number): Locator {
    return this.page.getByTestId(`feed-${place}`);
  }

  async fill(place: number, source: Source): Promise<void> {
    await this.input(place).getByLabel("Filled with").selectOption(source);
  }

  async shape(place: number, dims: string): Promise<void> {
    await this.input(place).getByLabel("Shape").fill(dims);
  }

  async numbers(place: number, numbers: string): Promise<void> {
    await this.fill(place, "Numbers");
    await this.input(place)
      .getByLabel(/^Numbers, with commas/)
      .fill(numbers);
  }

  async file(place: number, source: Source, file: InputFile): Promise<void> {
    await this.fill(place, source);
    await this.input(place).locator("input[type=file]").setInputFiles(payload(file));
  }

  get runButton(): Locator {
    return this.page.getByRole("button", { name: "Run", exact: true });
  }

  get outputs(): Locator {
    return this.page.getByTestId("own-outputs");
  }

  get deviceUsed(): Locator {
    return this.page.getByTestId("device-used");
  }

  /** Runs, waits for the outputs, and gives the first values of the first one. */
  async run(device: "Automatic" | "GPU" | "Engine"): Promise<number[]> {
    await this.page.getByRole("radio", { name: device }).check();
    await this.runButton.click();
    await this.outputs.waitFor();
    const text = await this.outputs.locator("pre").first().innerText();
    return text.trim().split(/\s+/).map(Number);
  }

  /** Saves the first output. */
  async save(): Promise<{ name: string; path: string }> {
    const download = this.page.waitForEvent("download");
    await this.outputs.getByRole("button", { name: "Save as NPY" }).first().click();
    const saved = await download;
    return { name: saved.suggestedFilename(), path: await saved.path() };
  }
}
