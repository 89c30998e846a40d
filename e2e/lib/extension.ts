import type { BrowserContext } from "@playwright/test";
import { TypeRegistry } from "@polkadot/types";
import type { KeyringPair } from "@polkadot/keyring/types";
import type { SignerPayloadJSON, SignerPayloadRaw } from "@polkadot/types/types";
import { hexToU8a, u8aToHex, u8aWrapBytes } from "@polkadot/util";
import { provideExtension } from "./extension-page.ts";

/** What the user does when the extension asks. */
export type ExtensionAnswer = "approve" | "refuse";

type Request = { method: "enable" | "accounts" | "signRaw" | "signPayload"; params: unknown };

/**
 * A Polkadot extension as pages see it (`window.injectedWeb3`), made of @polkadot/keyring. Like the real ones it wraps
 * raw bytes in `<Bytes>` before it signs them, and signs extrinsics by the extensions that the page names.
 */
export class TestExtension {
  /** Every request that reached the extension. */
  readonly requests: Request[] = [];
  answers: Record<"enable" | "sign", ExtensionAnswer> = { enable: "approve", sign: "approve" };

  private constructor(private readonly pairs: readonly KeyringPair[]) {}

  /** Gives the extension to every page that `context` opens from now on. */
  static async install(context: BrowserContext, pairs: readonly KeyringPair[]): Promise<TestExtension> {
    const extension = new TestExtension(pairs);
    await context.exposeBinding("countersignTestExtension", async (_source, request: Request) => {
      extension.requests.push(request);
      try {
        return { result: extension.handle(request) };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    });
    await context.addInitScript(provideExtension, "countersignTestExtension");
    return extension;
  }

  private handle({ method, params }: Request): unknown {
    switch (method) {
      case "enable":
        if (this.answers.enable === "refuse") throw new Error("Rejected");
        return null;
      case "accounts":
        return this.pairs.map(({ address, type }, i) => ({ address, type, name: `test ${i + 1}`, genesisHash: null }));
      case "signRaw": {
        const { address, data, type } = params as SignerPayloadRaw;
        if (type !== "bytes") throw new Error(`cannot sign ${type}`);
        return this.sign(address, (pair) => pair.sign(u8aWrapBytes(hexToU8a(data))));
      }
      case "signPayload": {
        const payload = params as SignerPayloadJSON;
        const registry = new TypeRegistry();
        registry.setSignedExtensions(payload.signedExtensions);
        const extrinsic = registry.createType("ExtrinsicPayload", payload, { version: payload.version });
        return this.sign(payload.address, (pair) => hexToU8a(extrinsic.sign(pair).signature));
      }
    }
  }

  private sign(address: string, make: (pair: KeyringPair) => Uint8Array): { id: number; signature: string } {
    if (this.answers.sign === "refuse") throw new Error("Cancelled");
    const pair = this.pairs.find((candidate) => candidate.address === address);
    if (pair === undefined) throw new Error("Unable to find pair");
    return { id: this.requests.length, signature: u8aToHex(make(pair)) };
  }
}
