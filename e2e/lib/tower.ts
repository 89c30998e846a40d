import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { RELEASES } from "./cli.ts";
import { need } from "./environment.ts";

/** What `countersign claim watch --json` says: one object a line. */
export type Line = { event: string; text: string; receipt?: string; checked?: boolean };

/** A running watchtower. */
export class Tower {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  static start(args: readonly string[]): Tower {
    const env = { COUNTERSIGN_RELEASES: RELEASES, ...process.env };
    const watch = ["claim", "watch", ...args, "--every", "1", "--json"];
    const child = spawn(need("COUNTERSIGN_CLI"), watch, { env, stdio: ["ignore", "pipe", "inherit"] });
    return new Tower(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]());
  }

  /** Reads lines up to the first that is wanted, and gives them all. */
  async until(wanted: (line: Line) => boolean): Promise<Line[]> {
    const read: Line[] = [];
    for (;;) {
      const { done, value } = await this.lines.next();
      if (done === true) throw new Error(`the watchtower ended after ${JSON.stringify(read)}`);
      const line = JSON.parse(value) as Line;
      read.push(line);
      if (wanted(line)) return read;
    }
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }
}
