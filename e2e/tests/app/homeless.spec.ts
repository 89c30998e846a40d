import { expect, keptRun, signedRun, test } from "./fixtures.ts";

test("a receipt that found no room is kept as soon as there is some", async ({
  context,
  run,
  sign,
  keeping,
  page,
  magika,
}) => {
  await context.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    Object.assign(globalThis, { full: true });
    IDBObjectStore.prototype.put = function (...given) {
      if ((globalThis as { full?: boolean }).full) throw new DOMException("There is no room", "QuotaExceededError");
      return put.apply(this, given);
    };
  });
  await signedRun({ run, sign, magika });
  await expect(page.getByText("There is no room")).toBeVisible();
  await page.evaluate(() => Object.assign(globalThis, { full: false }));
  await page.getByRole("navigation").getByRole("link", { name: "Receipts" }).click();
  await expect(keeping.lines).toHaveCount(1);
  await expect(keeping.lines).toHaveAttribute("data-state", "waiting");
  await page.reload();
  await expect(keeping.lines).toHaveCount(1);
});

test("a browser that waits for the user's answer about storage has kept the receipt meanwhile", async ({
  context,
  run,
  sign,
  keeping,
  magika,
}) => {
  await context.addInitScript(() => {
    StorageManager.prototype.persist = () => new Promise(() => undefined);
  });
  await keptRun({ run, sign, magika });
  await keeping.open();
  await expect(keeping.lines).toHaveCount(1);
});
