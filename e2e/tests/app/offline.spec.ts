import { readBundle } from "../../lib/reading.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { expect, sample, test, WALLET } from "./fixtures.ts";

test("P2: with the network cut the app runs, signs and keeps; the anchor waits and goes when the network is back", async ({
  context,
  wallet,
  run,
  sign,
  magika,
}) => {
  await run.open(magika.id);
  await run.run(sample("README.md"), "Engine");
  await context.setOffline(true);
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
  await run.signLink.click();
  await sign.sign(WALLET);
  const { receipt } = readBundle((await sign.save()).bytes);
  expect(receipt.fields.beacon === ZERO32 || /^0x[0-9a-f]{64}$/.test(receipt.fields.beacon)).toBe(true);
  await sign.page.getByRole("button", { name: "Anchor", exact: true }).click();
  await expect(sign.anchorState).toHaveAttribute("data-state", /trying|submitted|failed|waiting/);
  await context.setOffline(false);
  await expect(sign.anchorState).toHaveAttribute("data-state", "finalised", { timeout: 60_000 });
  expect(wallet.asked("eth_signTypedData_v4")).toHaveLength(1);
});
