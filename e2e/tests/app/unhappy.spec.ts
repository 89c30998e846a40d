import { chromium } from "@playwright/test";
import { launchOptions } from "../../lib/browser.ts";
import { fits } from "../../lib/look.ts";
import { LocalNode } from "../../lib/node.ts";
import { need } from "../../lib/environment.ts";
import type { Sent, Wire } from "../../lib/wire.ts";
import { expect, sample, signedRun, test, WALLET, watched } from "./fixtures.ts";

const toNode = ({ url }: Sent): boolean => url.startsWith(need("COUNTERSIGN_RPC"));
const isAnchor = ({ body }: Sent): boolean => body.includes("author_submitExtrinsic");
const anchors = (wire: Wire): number => wire.sent.filter(isAnchor).length;

watched(
  "the node dies with an anchor in flight: it is said, nothing counts as anchored, and what went out is found again",
  async ({ wire, run, sign, page, magika }) => {
    await signedRun({ run, sign, magika });
    // The transaction goes out; from then on nobody answers.
    wire.fate = (sent) => (toNode(sent) && anchors(wire) > 0 && !isAnchor(sent) ? "gone" : "pass");
    await page.getByRole("button", { name: "Anchor", exact: true }).click();
    await expect(sign.anchorState).toHaveAttribute("data-state", "waiting");
    await expect(sign.anchorState).not.toContainText(/anchored in block/i);
    wire.fate = () => "pass";
    await expect(sign.anchorState).toHaveAttribute("data-state", "finalised");
  },
);

watched("a click too many anchors once", async ({ wire, run, sign, page, magika }) => {
  await signedRun({ run, sign, magika });
  await page.getByRole("button", { name: "Anchor", exact: true }).dblclick();
  await expect(sign.anchorState).toHaveAttribute("data-state", "finalised");
  expect(anchors(wire)).toBe(1);
});

test("a click too many runs once and asks the wallet once", async ({ wallet, run, sign, magika }) => {
  wallet.answers.sign = "hold";
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  await run.runButton.dblclick();
  await run.signLink.waitFor();
  expect(await run.label()).toBe("json");
  await run.signLink.click();
  await sign.signer(WALLET).check();
  await sign.signButton.dblclick();
  const prompt = await wallet.prompt();
  prompt.approve();
  await sign.receiptId.waitFor();
  expect(wallet.requests.filter(({ method }) => method.startsWith("eth_signTypedData"))).toHaveLength(1);
});

watched("a download that breaks off is named, and the next run has the model", async ({ wire, run, magika }) => {
  await run.open(magika.id);
  await run.choose(sample("e2e/package.json"));
  await run.device("Engine");
  wire.fate = ({ url }) => (url.includes("/models/") ? "half" : "pass");
  await run.runButton.click();
  await expect(run.alert).toBeVisible();
  await expect(run.answer).toHaveCount(0);
  wire.fate = () => "pass";
  expect(await run.run(sample("e2e/package.json"), "Engine")).toBe("json");
});

test("a chain that begins again under the open page is not taken for the old one", async ({ models, page }) => {
  await models.open();
  await expect(page.getByRole("list", { name: "Models" }).getByRole("listitem").first()).toBeVisible();
  const node = await LocalNode.start();
  await page.route(`${need("COUNTERSIGN_RPC")}/**`, async (route) => {
    const response = await route.fetch({ url: node.http });
    await route.fulfill({ response });
  });
  await page.getByRole("link", { name: "Explore" }).first().click();
  await models.page.reload();
  await expect(models.chain).toContainText("Not a chain that this app knows");
  await node.stop();
});

test("back from signing keeps the run; a reload of the sign page says what became of it", async ({
  run,
  sign,
  page,
  magika,
}) => {
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.signButton.waitFor();
  await page.goBack();
  await expect(run.signLink).toBeVisible();
  expect(await run.label()).toBe("json");
  await run.signLink.click();
  await sign.signButton.waitFor();
  await page.reload();
  await expect(sign.heading).toBeVisible();
  await expect(sign.signButton).toHaveCount(0);
  await expect(page.locator("main")).toContainText(/run/i);
});

for (const [width, name] of [
  [1280, "wide"],
  [640, "narrow"],
] as const)
  test(`with letters twice as large nothing is cut off or scrolls sideways, ${name}`, async ({ baseURL, magika }) => {
    const args = [...(launchOptions.args ?? []), "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"];
    const browser = await chromium.launch({ ...launchOptions, args });
    try {
      const page = await browser.newPage({ baseURL: baseURL ?? "", viewport: { width, height: 900 } });
      for (const path of [
        "/",
        `/run/${magika.id}`,
        "/try",
        "/publish",
        "/disown",
        "/receipts",
        "/verify",
        "/explore",
        "/explore/models",
        "/explore/blocks",
        "/explore/block/1",
        "/explore/batches",
        `/explore/model/${magika.id}`,
        "/storage",
        "/files",
        "/about",
      ]) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await expect(page.getByText(/^(Reaching|Reading) /)).toHaveCount(0);
        expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), path).toBe("32px");
        await page.screenshot({
          path: `artefacts/large-${name}${path.replaceAll("/", "-").slice(0, 20)}.png`,
          fullPage: true,
        });
        await fits(page, `${path} at ${width} with large letters`);
      }
    } finally {
      await browser.close();
    }
  });
