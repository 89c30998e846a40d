import { setTimeout as pause } from "node:timers/promises";
import type { ApiPromise } from "@polkadot/api";
import { connect } from "./chain.ts";
import { LocalNode } from "./node.ts";

/** Blocks that stand on a final one. Where more do, @polkadot/api signs over a block that may be lost, and what it signed with it. */
const DEPTH = 4;
/** Blocks after which no transaction can be taken that was sent before: the longest life that a client gives one, and a few. */
const LIFE = 256 + 2 * DEPTH;
/** Milliseconds between two blocks of a chain that goes on. */
const PACE = 100;
/** An hour: the node makes no block without a transaction. */
const NEVER = 3_600_000;

/**
 * A chain whose blocks are not final at once, and that loses some when it is told to (localnet/README.md). It stands still, but for a
 * block for each transaction, until the test lets it go on: whatever is not final stays so, however slow the machine is.
 */
export class Fork {
  private constructor(
    readonly node: LocalNode,
    readonly api: ApiPromise,
  ) {}

  /** While `use` runs, such a chain. */
  static async run(use: (fork: Fork) => Promise<void>): Promise<void> {
    const node = await LocalNode.start({ blockTimeMs: NEVER, finaliseAfter: DEPTH });
    try {
      const api = await connect(node.ws);
      try {
        await use(new Fork(node, api));
      } finally {
        await api.disconnect();
      }
    } finally {
      await node.stop();
    }
  }

  /** Makes blocks at once. */
  async seal(count: number): Promise<void> {
    await this.order("dev_seal", [count]);
  }

  /** Makes as many as can stand on a block without making it final. */
  async almostFinal(): Promise<void> {
    await this.seal(DEPTH - 1);
  }

  /** Makes as many as it takes to make this block final, and no more. */
  async finalise(number: number): Promise<void> {
    const head = await this.api.rpc.chain.getHeader();
    await this.seal(number + DEPTH - head.number.toNumber());
  }

  /** Makes so many that nothing can be taken any more that was sent before. */
  async outlive(): Promise<void> {
    await this.seal(LIFE);
  }

  /**
   * Loses all blocks that are not final, and the transactions in them: as if nobody else had heard of those, or, with `keep`, back into
   * the pool.
   */
  async lose({ keep = false } = {}): Promise<void> {
    await this.order("dev_reorganise", [null, !keep]);
  }

  /** The chain goes on until this is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    const done = work.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([done, pause(PACE, false)]))) await this.seal(1);
    return work;
  }

  /** Waits until something holds on the best chain, final or not, looking at every new head; nothing else makes it go on. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = this.api.rpc.chain.subscribeNewHeads(() => {
        void holds().then((yes) => (yes ? void stop.then((end) => end()).then(resolve) : undefined), reject);
      });
      stop.catch(reject);
    });
  }

  private async order(method: string, params: unknown[]): Promise<void> {
    const answer = await fetch(this.node.http, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { error } = (await answer.json()) as { error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  }
}
