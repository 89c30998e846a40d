import path from "node:path";
import { look } from "../../lib/look.ts";
import { readBundle } from "../../lib/reading.ts";
import { toHex } from "../../protocol/bytes.ts";
import { expect, keptRun, sample, signedRun, test } from "./fixtures.ts";

/** An entry of the list of deployments, as far as it is changed here. */
type Entry = { receipts: string; registry: string };

test("without receipts the page says how one comes to be", async ({ keeping, page }) => {
  await keeping.open();
  await expect(page.getByRole("heading", { name: "No receipts yet" })).toBeVisible();
  await look(page, "receipts-empty");
});

test("a signed receipt is kept at once, found again after a reload, searched for and shown", async ({
  run,
  sign,
  keeping,
  page,
  magika,
}) => {
  await keptRun({ run, sign, magika });
  await page.reload();
  await keeping.open();
  await expect(keeping.lines).toHaveCount(1);
  await expect(keeping.lines).toContainText("package.json");
  await keeping.search.fill("nothing like it");
  await expect(keeping.lines).toHaveCount(0);
  await keeping.search.fill("magika JSON");
  await expect(keeping.lines).toHaveCount(1);
  await expect(keeping.lines).toHaveAttribute("data-state", "waiting");
  await look(page, "receipts-list");
  await keeping.show();
  await page.getByRole("button", { name: "Show QR code" }).click();
  await expect(page.getByRole("img", { name: "QR code of the link to this receipt" })).toBeVisible();
  await look(page, "receipts-detail");
});

test("what is shared opens the ticked items and keeps every other one sealed", async ({
  run,
  sign,
  keeping,
  verify,
  page,
  magika,
}) => {
  await keptRun({ run, sign, magika });
  const id = (await sign.receiptId.textContent())?.trim();
  await keeping.open();
  await keeping.show();
  const closed = readBundle(await keeping.save());
  expect(toHex(closed.receipt.receiptId)).toBe(id);
  expect(closed.opened).toEqual([]);
  await keeping.reveal("file");
  await expect(page.getByTestId("receiver")).toContainText("The rest stays sealed");
  const some = await keeping.save();
  expect(readBundle(some).opened.map(({ side, item }) => [side, item.name])).toEqual([[0, "file"]]);
  await verify.open();
  await verify.receipt({ name: "receipt.json", bytes: some });
  await verify.expectVerdict("valid");
});

test("several receipts are anchored in one transaction, and each keeps its proof, also over a reload", async ({
  run,
  sign,
  keeping,
  verify,
  page,
  magika,
}) => {
  for (const file of ["e2e/package.json", "README.md", "e2e/lib/wallet.ts"]) {
    await keptRun({ run, sign, magika }, sample(file));
  }
  await keeping.open();
  await expect(page.getByTestId("queue")).toHaveAttribute("data-count", "3");
  await page.getByRole("button", { name: "Anchor all in one transaction" }).click();
  await expect(keeping.queueState).toHaveAttribute("data-state", "finalised", { timeout: 60_000 });
  await page.reload();
  for (const place of [0, 1, 2]) {
    await expect(keeping.lines.nth(place)).toHaveAttribute("data-state", "anchored");
    await keeping.show(place);
    await expect(keeping.standing).toContainText("as part of a batch");
    const bytes = await keeping.save();
    await verify.open();
    await verify.receipt({ name: "receipt.json", bytes });
    await verify.expectVerdict("valid");
    await expect(page.getByTestId("row-anchor")).toContainText("as part of a batch");
    await keeping.open();
  }
});

test("a page that is closed while a batch is on its way finds the batch and its proofs again", async ({
  context,
  run,
  sign,
  keeping,
  page,
  magika,
}) => {
  for (const file of ["e2e/package.json", "README.md"]) {
    await keptRun({ run, sign, magika }, sample(file));
  }
  await keeping.open();
  await expect(page.getByTestId("queue")).toHaveAttribute("data-count", "2");
  await page.getByRole("button", { name: "Anchor all in one transaction" }).click();
  await expect(keeping.queueState).toHaveAttribute("data-state", /^(submitted|in-block|finalised)$/);
  await page.close();
  const later = await context.newPage();
  await later.goto("/receipts");
  const lines = later.getByTestId("receipts").getByRole("listitem");
  for (const place of [0, 1])
    await expect(lines.nth(place)).toHaveAttribute("data-state", "anchored", { timeout: 60_000 });
});

test("two tabs keep their receipts beside each other and see what the other keeps", async ({
  context,
  run,
  sign,
  keeping,
  magika,
}) => {
  const other = await context.newPage();
  await other.goto("/receipts");
  await keptRun({ run, sign, magika });
  await expect(other.getByTestId("receipts").getByRole("listitem")).toHaveCount(1);
  await keeping.open();
  await expect(keeping.lines).toHaveCount(1);
});

test("bad input: a browser that keeps nothing says so, and the file can still be saved", async ({
  context,
  run,
  sign,
  page,
  magika,
}) => {
  await context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("storage is switched off", "SecurityError");
    };
  });
  await signedRun({ run, sign, magika });
  await expect(sign.alert).toContainText("storage is switched off");
  const { receipt } = readBundle((await sign.save()).bytes);
  expect(toHex(receipt.receiptId)).toBe((await sign.receiptId.textContent())?.trim());
  let asked = false;
  page.on("dialog", (dialog) => {
    asked = dialog.type() === "beforeunload";
    return dialog.accept();
  });
  await page.reload();
  expect(asked).toBe(true);
});

test("deleting asks first, and forgets for good", async ({ run, sign, keeping, page, magika }) => {
  await keptRun({ run, sign, magika });
  await keeping.open();
  await keeping.show();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByRole("heading", { name: "No receipts yet" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "No receipts yet" })).toBeVisible();
});

test("a backup holds every receipt, opens with its passphrase alone, and is imported without doubles", async ({
  browser,
  run,
  sign,
  keeping,
  page,
  magika,
  folder,
}) => {
  await keptRun({ run, sign, magika });
  await keeping.open();
  const passphrase = "correct horse battery staple";
  await page.getByLabel("Passphrase", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Save encrypted backup" }).click();
  await expect(keeping.alert).toContainText("at least 12 characters");
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByLabel("The same again").fill(passphrase);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save encrypted backup" }).click();
  const file = path.join(folder, "receipts.backup");
  await (await download).saveAs(file);

  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto("/receipts");
  await other.getByText("Import a backup").click();
  const status = other.getByTestId("backup-status");
  const open = async (words: string): Promise<void> => {
    const chooser = other.waitForEvent("filechooser");
    await other.getByRole("button", { name: "Choose a backup" }).click();
    await (await chooser).setFiles(file);
    await other.getByLabel("Passphrase of the backup").fill(words);
    await other.getByRole("button", { name: "Import", exact: true }).click();
  };
  await open(`${passphrase}!`);
  await expect(other.getByRole("alert")).toContainText("The passphrase is wrong");
  await open(passphrase);
  await expect(status).toContainText("1 of them new");
  await open(passphrase);
  await expect(status).toContainText("0 of them new");
  await expect(other.getByTestId("receipts").getByRole("listitem")).toHaveCount(1);
  await context.close();
});

test.describe("receipts of a chain that the page does not list", () => {
  // The page's own lists are changed under it, so nothing may come from the service worker.
  test.use({ serviceWorkers: "block" });

  for (const [name, list] of [
    ["an empty list", (): unknown[] => []],
    [
      "a list with another contract on this chain",
      (all: Entry[]) => all.map((entry) => ({ ...entry, receipts: entry.registry })),
    ],
  ] as const)
    test(`with ${name}: kept, explained, shared and backed up`, async ({
      run,
      sign,
      keeping,
      page,
      magika,
      folder,
    }) => {
      await keptRun({ run, sign, magika });
      await page.route("**/deployments.json", async (route) => {
        const { format, deployments } = (await (await route.fetch()).json()) as {
          format: string;
          deployments: Entry[];
        };
        await route.fulfill({ body: JSON.stringify({ deployments: list(deployments), format }) });
      });
      await page.goto("/receipts");
      await expect(keeping.lines).toHaveAttribute("data-state", "elsewhere");
      await expect(keeping.lines).toContainText("Another chain");
      await expect(page.getByTestId("queue")).toHaveCount(0);
      await page.getByLabel("Passphrase", { exact: true }).fill("correct horse battery");
      await page.getByLabel("The same again").fill("correct horse battery");
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save encrypted backup" }).click();
      await (await download).saveAs(path.join(folder, "receipts.backup"));
      await expect(page.getByTestId("backup-status")).toContainText("1");
      await keeping.show();
      await expect(keeping.standing).toHaveAttribute("data-state", "elsewhere");
      await expect(keeping.standing).toContainText("not on this page's list");
      await expect(keeping.standing).toContainText("belongs into every backup");
      await expect(page.getByRole("button", { name: "Anchor", exact: true })).toHaveCount(0);
      expect(readBundle(await keeping.save()).receipt.fields).toMatchObject({ model: magika.id });
      await look(page, `receipts-elsewhere-${list.length}`);
    });
});
