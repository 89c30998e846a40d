import { signReceipt, type Signer, viemSigner } from "../../lib/receipt.ts";
import { utf8 } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import type { Place } from "../../lib/receipt.ts";
import type { VerifyPage } from "../../pages/verify.ts";
import { expect, test } from "./fixtures.ts";

/** Always the same key, and always the same words: nothing in the picture depends on the day or the chain. */
const SIGNER: Signer = viemSigner(`0x${"17".repeat(32)}`);
const same = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`;

async function receipt(place: Place): Promise<string> {
  const claim = { model: same("a1"), engine: same("b2"), input: same("c3"), output: same("d4"), beacon: ZERO32 };
  return (await signReceipt(SIGNER, place, { ...claim, lane: "fast", time: 1_780_000_000n })).file;
}

async function shown(verify: VerifyPage, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await verify.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await verify.page.evaluate(() => document.fonts.ready);
    // Down to the tear-off edge: below it stand the chain's own ids and the block that was read.
    const box = await verify.slip.boundingBox();
    if (box === null) throw new Error("the slip is not shown");
    const clip = { ...box, height: 620 };
    await expect(verify.page).toHaveScreenshot(`slip-${name}-${colorScheme}.png`, { fullPage: true, clip });
  }
}

test.use({ viewport: { width: 1280, height: 1200 } });

test("the slip of a valid receipt looks as it looked", async ({ verify, place }) => {
  await verify.open();
  await verify.receipt({ name: "receipt.json", bytes: utf8(await receipt(place)) });
  await verify.expectVerdict("valid");
  await shown(verify, "valid");
});

test("the slip of an altered receipt looks as it looked, and nothing like a valid one", async ({ verify, place }) => {
  const whole = await receipt(place);
  // Not the signature: half of all altered ones are no point of the curve, which is said in other words.
  const altered = whole.replace("d4".repeat(32), "d5".repeat(32));
  expect(altered).not.toBe(whole);
  await verify.open();
  await verify.receipt({ name: "receipt.json", bytes: utf8(altered) });
  await verify.expectVerdict("invalid");
  await shown(verify, "invalid");
});
