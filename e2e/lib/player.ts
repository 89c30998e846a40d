import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { RELEASES } from "./cli.ts";
import { need } from "./environment.ts";

/** A running `countersign claim play`. */
export class Player {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** Plays on the node at `rpc`. */
  static start(args: readonly string[], rpc: string): Player {
    const env = { COUNTERSIGN_RELEASES: RELEASES, ...process.env, COUNTERSIGN_RPC: rpc };
    const play = ["claim", "play", ...args, "--every", "1"];
    const child = spawn(need("COUNTERSIGN_CLI"), play, { env, stdio: ["ignore", "ignore", "pipe"] });
    return new Player(child, createInterface({ input: child.stderr })[Symbol.asyncIterator]());
  }

  /** Reads what it says up to the first line with these words. */
  async until(words: string): Promise<void> {
    const read: string[] = [];
    for (;;) {
      const { done, value } = await this.lines.next();
      if (done === true) throw new Error(`the player ended after ${JSON.stringify(read)}`);
      read.push(value);
      if (value.includes(words)) return;
    }
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }
}
