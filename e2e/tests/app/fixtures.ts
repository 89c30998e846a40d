import { expect, test as base } from "@playwright/test";
import type { ApiPromise } from "@polkadot/api";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { connect } from "../../lib/chain.ts";
import { Contract } from "../../lib/contract.ts";
import { type Deployment, deployments } from "../../lib/deployment.ts";
import { need } from "../../lib/environment.ts";
import type { Place } from "../../lib/receipt.ts";
import { TestWallet } from "../../lib/wallet.ts";
import { type InputFile, RunPage } from "../../pages/run.ts";
import { ModelsPage } from "../../pages/models.ts";
import { OwnPage } from "../../pages/own.ts";
import { Traffic } from "../../lib/traffic.ts";
import { Wire } from "../../lib/wire.ts";
import { PublishPage } from "../../pages/publish.ts";
import { ReceiptsPage } from "../../pages/receipts.ts";
import { SignPage } from "../../pages/sign.ts";
import { StoragePage } from "../../pages/storage.ts";
import { VerifyPage } from "../../pages/verify.ts";
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import { readManifest } from "../../protocol/files.ts";
import type { JsonObject } from "../../protocol/json.ts";

/** A model as the chain holds it. */
export type ChainModel = { id: Hex; publisher: Hex; manifest: JsonObject };

type WorkerFixtures = {
  api: ApiPromise;
  deployment: Deployment;
  place: Place;
  registry: Contract;
  receipts: Contract;
  /** A model of `models/`, by its manifest's name. */
  published: (name: string) => ChainModel;
  /** The sample model. */
  magika: ChainModel;
};

type TestFixtures = {
  wallet: TestWallet;
  models: ModelsPage;
  run: RunPage;
  publish: PublishPage;
  own: OwnPage;
  sign: SignPage;
  keeping: ReceiptsPage;
  storage: StoragePage;
  verify: VerifyPage;
  /** An empty folder of this test's own. */
  folder: string;
};

export const WALLET = "Test wallet";

export const test = base.extend<TestFixtures, WorkerFixtures>({
  api: [
    async ({}, use) => {
      const api = await connect(need("COUNTERSIGN_RPC").replace(/^http/, "ws"));
      await use(api);
      await api.disconnect();
    },
    { scope: "worker" },
  ],
  deployment: [
    async ({ api }, use) => {
      const found = deployments().find(({ genesis }) => genesis === api.genesisHash.toHex());
      if (found === undefined) throw new Error("the deployments file does not name this chain");
      await use(found);
    },
    { scope: "worker" },
  ],
  place: [
    async ({ deployment }, use) => use({ genesis: deployment.genesis, contract: deployment.receipts }),
    { scope: "worker" },
  ],
  registry: [
    async ({ api, deployment }, use) => use(Contract.at(api, "registry", deployment.registry)),
    { scope: "worker" },
  ],
  receipts: [
    async ({ api, deployment }, use) => use(Contract.at(api, "receipts", deployment.receipts)),
    { scope: "worker" },
  ],
  published: [
    async ({ registry }, use) => {
      const page = (await registry.read(ANYBODY, "models", 0, 50)) as { items: [Hex, { publisher: Hex }][] };
      const models: ChainModel[] = [];
      for (const [id, { publisher }] of page.items) {
        const manifest = readManifest(fromHex((await registry.read(ANYBODY, "manifest", id)) as Hex));
        models.push({ id, publisher, manifest });
      }
      await use((name) => {
        const found = models.find(({ manifest }) => manifest["name"] === name);
        if (found === undefined) throw new Error(`${name} is not published on this chain`);
        return found;
      });
    },
    { scope: "worker" },
  ],
  magika: [async ({ published }, use) => use(published("Magika")), { scope: "worker" }],
  wallet: [async ({ context }, use) => use(await TestWallet.install(context, { name: WALLET })), { auto: true }],
  models: async ({ page }, use) => use(new ModelsPage(page)),
  run: async ({ page }, use) => use(new RunPage(page)),
  publish: async ({ page }, use) => use(new PublishPage(page)),
  own: async ({ page }, use) => use(new OwnPage(page)),
  sign: async ({ page }, use) => use(new SignPage(page)),
  keeping: async ({ page }, use) => use(new ReceiptsPage(page)),
  storage: async ({ page }, use) => use(new StoragePage(page)),
  verify: async ({ page }, use) => use(new VerifyPage(page)),
  folder: async ({}, use, testInfo) => {
    await mkdir(testInfo.outputDir, { recursive: true });
    await use(testInfo.outputDir);
  },
});

/** For tests whose pages reach the network through `wire` alone. */
export const watched = test.extend<{ wire: Wire; traffic: Traffic }>({
  wire: async ({}, use) => {
    const wire = await Wire.start();
    await use(wire);
    await wire.stop();
  },
  proxy: async ({ wire }, use) => use(wire.proxy),
  traffic: async ({ context, wire }, use) => use(Traffic.record(context, wire)),
});

/** Whoever reads: reading needs an address and no key. */
const ANYBODY = { address: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY" };

const repository = path.resolve(import.meta.dirname, "../../..");

/** Real files of this repository, with the label that Magika gives them. */
export const SAMPLES: readonly { file: string; label: string }[] = [
  { file: "e2e/package.json", label: "json" },
  { file: "e2e/lib/wallet.ts", label: "typescript" },
  { file: "README.md", label: "markdown" },
  { file: "web/public/fonts/source-code-pro-latin-400-normal.woff2", label: "woff2" },
];

/** A small network for pictures of 8 × 8 pixels, with five scores. */
export const CONVOLUTION = path.join(repository, "inference-wasm/engine/tests/fixtures/models/convolution.onnx");

/** A model whose weights lie in a file of their own: `y = x + [0.5, 1.5, 2.5, 3.5]`. */
export const EXTERNAL = path.join(repository, "e2e/models/external.onnx");

/** The app's example of a picture. */
export const NOTICE = path.join(repository, "web/public/examples/notice.png");

/** The weights of EXTERNAL. */
export const EXTERNAL_DATA = path.join(repository, "e2e/models/external.data");

/** The bytes of a sample. */
export function sample(file: string): InputFile & { bytes: Uint8Array } {
  return { name: path.basename(file), bytes: new Uint8Array(readFileSync(path.join(repository, file))) };
}

/** Runs the sample model on the engine and signs the receipt with the test wallet. */
export async function signedRun(
  { run, sign, magika }: Pick<TestFixtures, "run" | "sign"> & Pick<WorkerFixtures, "magika">,
  input: InputFile = sample("e2e/package.json"),
): Promise<void> {
  await run.open(magika.id);
  await run.run(input, "Engine");
  await run.signLink.click();
  await sign.sign(WALLET);
}

/** As `signedRun`, and the browser has kept the receipt. */
export async function keptRun(
  fixtures: Pick<TestFixtures, "run" | "sign"> & Pick<WorkerFixtures, "magika">,
  input?: InputFile,
): Promise<void> {
  await signedRun(fixtures, input);
  await expect(fixtures.sign.page.getByTestId("kept")).toHaveAttribute("data-state", "kept");
}

export { expect };
