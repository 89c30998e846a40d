import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { Shell } from "./shell.ts";

/** What is signed, by whom, and what becomes of it. */
export class SignPage extends Shell {
  /** One word exactly as the wallet will show it. */
  word(field: string): Locator {
    return this.page.locator(`[data-word="${field}"]`);
  }

  get plainWords(): Locator {
    return this.page.getByRole("region", { name: "What the wallet will show" });
  }

  signer(name: string): Locator {
    return this.page.getByRole("group", { name: "Signer" }).getByRole("radio", { name });
  }

  /** Selects an account of the development chain. */
  async developer(account: string): Promise<void> {
    await this.signer("Development account").check();
    await this.page.getByRole("combobox", { name: "Account" }).selectOption({ label: account });
  }

  get signButton(): Locator {
    return this.page.getByRole("button", { name: "Sign", exact: true });
  }

  get status(): Locator {
    return this.page.getByTestId("sign-status");
  }

  get slip(): Locator {
    return this.page.getByTestId("slip-receipt");
  }

  get receiptId(): Locator {
    return this.page.getByTestId("receipt-id");
  }

  get anchorState(): Locator {
    return this.page.getByTestId("anchor-state");
  }

  get revokeState(): Locator {
    return this.page.getByTestId("revoke-state");
  }

  get verifyLink(): Locator {
    return this.page.getByRole("link", { name: "Verify it" });
  }

  /** Signs with the signer of this name and waits for the receipt. */
  async sign(name: string): Promise<void> {
    await this.signer(name).check();
    await this.signButton.click();
    await this.receiptId.waitFor();
  }

  /** Anchors and waits for the finalised block. */
  async anchor(): Promise<void> {
    await this.page.getByRole("button", { name: "Anchor", exact: true }).click();
    await this.page.locator('[data-testid="anchor-state"][data-state="finalised"]').waitFor();
  }

  /** Revokes for good and waits for the finalised block. */
  async revoke(): Promise<void> {
    await this.page.getByRole("button", { name: "Revoke", exact: true }).click();
    await this.page.getByRole("button", { name: "Revoke for good" }).click();
    await this.page.locator('[data-testid="revoke-state"][data-state="finalised"]').waitFor();
  }

  /** What the saved file and the link reveal. */
  async reveal(what: { input: boolean; result: boolean }): Promise<void> {
    await this.page.getByRole("checkbox", { name: "Open the input" }).setChecked(what.input);
    await this.page.getByRole("checkbox", { name: "Open the result" }).setChecked(what.result);
  }

  /** The bytes that "Save file" saves. */
  async save(): Promise<{ name: string; bytes: Uint8Array }> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: "Save file" }).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path())) };
  }

  /** The link that "Copy link" puts into the clipboard. */
  async link(): Promise<string> {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await this.page.getByRole("button", { name: "Copy link" }).click();
    await this.page.getByText("Copied").first().waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}
