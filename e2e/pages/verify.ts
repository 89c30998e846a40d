import { expect, type Locator } from "@playwright/test";
import type { InputFile } from "./run.ts";
import { Shell } from "./shell.ts";

/** A file in memory. */
export type Bytes = { name: string; bytes: Uint8Array };

export type Row = "integrity" | "signer" | "anchor" | "time" | "revocation" | "computation";
export type RowState = "checking" | "ok" | "bad" | "unknown" | "none";
export type Verdict = "valid" | "invalid" | "unknown" | "unsupported version";

/** The checks of a receipt. */
export class VerifyPage extends Shell {
  async open(fragment = ""): Promise<void> {
    await this.page.goto(`/verify${fragment}`);
  }

  get slip(): Locator {
    return this.page.getByTestId("slip-verify");
  }

  get sentence(): Locator {
    return this.page.getByTestId("verdict-sentence");
  }

  row(row: Row): Locator {
    return this.page.getByTestId(`row-${row}`);
  }

  async give(button: string, file: InputFile): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: button }).click();
    const payload =
      typeof file === "string"
        ? file
        : { name: file.name, mimeType: "application/octet-stream", buffer: Buffer.from(file.bytes) };
    await (await chooser).setFiles(payload);
  }

  /** Gives a receipt file. */
  async receipt(file: InputFile): Promise<void> {
    await this.give("Choose a receipt", file);
  }

  /** Gives the run's input, so that the run is repeated. */
  async input(file: InputFile): Promise<void> {
    await this.give("Choose the input", file);
  }

  /** Pastes a link or a receipt. */
  async paste(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Or paste a link or a receipt" }).fill(text);
    await this.page.getByRole("button", { name: "Check", exact: true }).click();
  }

  /** Waits until every row is settled and expects a verdict. */
  async expectVerdict(verdict: Verdict): Promise<void> {
    await expect(this.slip).toHaveAttribute("data-settled", "true");
    await expect(this.slip).toHaveAttribute("data-verdict", verdict);
  }

  async expectRow(row: Row, state: RowState, text?: RegExp): Promise<void> {
    await expect(this.row(row)).toHaveAttribute("data-state", state);
    if (text !== undefined) await expect(this.row(row)).toContainText(text);
  }
}

/** Drops several files at once where the first button of the page is. */
export async function drop(verify: VerifyPage, ...files: Bytes[]): Promise<void> {
  const data = await verify.page.evaluateHandle(
    (files) => {
      const data = new DataTransfer();
      for (const { name, bytes } of files) data.items.add(new File([new Uint8Array(bytes)], name));
      return data;
    },
    files.map(({ name, bytes }) => ({ name, bytes: [...bytes] })),
  );
  await verify.page.locator(".drop").first().dispatchEvent("drop", { dataTransfer: data });
}
