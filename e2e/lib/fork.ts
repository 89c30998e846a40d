import type { ApiPromise } from "@polkadot/api";
import type { LocalNode } from "./node.ts";

/** A chain whose blocks are not final at once, and that loses some when it is told to (localnet/README.md). */
export class Fork {
  constructor(
    private readonly node: LocalNode,
    private readonly api: ApiPromise,
  ) {}

  /** Makes blocks at once. */
  async seal(count: number): Promise<void> {
    await this.order("dev_seal", [count]);
  }

  /**
   * Loses all blocks but those that are final or about to be, and the transactions in them: as if nobody else had heard of those, or,
   * with `keep`, back into the pool.
   */
  async lose({ keep = false } = {}): Promise<void> {
    // Another block may become final before the order arrives.
    const margin = 2;
    const head = await this.api.rpc.chain.getHeader(await this.api.rpc.chain.getFinalizedHead());
    const parent = await this.api.rpc.chain.getBlockHash(head.number.toNumber() + margin);
    await this.order("dev_reorganise", [parent.toHex(), !keep]);
  }

  /** Waits until something holds on the best chain, looking at every new head. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = this.api.rpc.chain.subscribeNewHeads(() => {
        void holds().then((yes) => (yes ? void stop.then((end) => end()).then(resolve) : undefined), reject);
      });
      stop.catch(reject);
    });
  }

  /** Waits for so many more blocks. */
  async pass(count: number): Promise<void> {
    let left = count + 1;
    await this.until(async () => --left <= 0);
  }

  private async order(method: string, params: unknown[]): Promise<void> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(this.node.http, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { error } = (await answer.json()) as { error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  }
}
