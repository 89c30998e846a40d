import type { Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

export type Device = "Automatic" | "GPU" | "Engine";
export type Stage = "engine" | "model" | "gpu" | "run" | "commit";

/** A file to drop on the page: a path, or bytes with a name. */
export type InputFile = string | { name: string; bytes: Uint8Array };

/** A file as Playwright takes it. */
export const payload = (file: InputFile) =>
  typeof file === "string"
    ? file
    : { name: file.name, mimeType: "application/octet-stream", buffer: Buffer.from(file.bytes) };

/** One model: file, device, progress, result. */
export class RunPage extends Shell {
  async open(model: string): Promise<void> {
    await this.page.goto(`/run/${model}`);
  }

  /** Gives the page a file as the file chooser does. */
  async choose(file: InputFile): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Choose a file" }).click();
    await (await chooser).setFiles(payload(file));
  }

  async device(device: Device): Promise<void> {
    await this.page.getByRole("radio", { name: device }).check();
  }

  /** The file that was given, by its name. */
  get chosen(): Locator {
    return this.page.getByTestId("chosen");
  }

  get runButton(): Locator {
    return this.page.getByRole("button", { name: "Run", exact: true });
  }

  get cancelButton(): Locator {
    return this.page.getByRole("button", { name: "Cancel" });
  }

  get status(): Locator {
    return this.page.getByTestId("run-status");
  }

  stage(stage: Stage): Locator {
    return this.page.getByTestId(`stage-${stage}`);
  }

  get result(): Locator {
    return this.page.getByRole("region", { name: "Result" });
  }

  get answer(): Locator {
    return this.page.getByTestId("answer");
  }

  get deviceUsed(): Locator {
    return this.page.getByTestId("device-used");
  }

  get lane(): Locator {
    return this.page.getByTestId("lane");
  }

  get slip(): Locator {
    return this.page.getByTestId("slip-run");
  }

  get signLink(): Locator {
    return this.page.getByRole("link", { name: "Sign this receipt" });
  }

  /** Chooses file and device, runs, and waits for the answer; gives the label. */
  async run(file: InputFile, device: Device): Promise<string> {
    await this.choose(file);
    await this.device(device);
    await this.runButton.click();
    await this.signLink.waitFor();
    return this.label();
  }

  async label(): Promise<string> {
    return (await this.answer.getAttribute("data-label")) ?? "";
  }
}
