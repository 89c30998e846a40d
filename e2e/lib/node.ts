import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { need } from "./environment.ts";

export type NodeOptions = {
  /** Where the chain lies; without it, in a temporary folder that goes with the node. */
  basePath?: string;
  /** A fixed port; without it, a free one. */
  port?: number;
  /** After how many milliseconds an empty block is sealed. */
  blockTimeMs?: number;
  /** How many blocks stand on one that is final; with more than none the node takes orders ({@link Fork}). */
  finaliseAfter?: number;
};

/** The real node as a child process on 127.0.0.1. */
export class LocalNode {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly log: string[],
  ) {}

  /** Starts the binary that COUNTERSIGN_NODE names and waits until it says where it listens. */
  static async start(options: NodeOptions = {}): Promise<LocalNode> {
    const { basePath, port = 0, blockTimeMs = 1_000, finaliseAfter = 0 } = options;
    const place = basePath === undefined ? ["--tmp"] : ["--base-path", basePath];
    const numbers = ["--rpc-port", port, "--block-time-ms", blockTimeMs, "--finalise-after", finaliseAfter].map(String);
    const child = spawn(need("COUNTERSIGN_NODE"), [...place, ...numbers], { stdio: ["ignore", "pipe", "pipe"] });
    const abandon = (): boolean => child.kill("SIGKILL");
    process.once("exit", abandon);
    child.once("exit", () => process.off("exit", abandon));
    const log: string[] = [];
    const keep = (text: string): void => {
      log.push(text);
    };
    child.stderr.setEncoding("utf8").on("data", keep);
    const lines = createInterface({ input: child.stdout });
    const listening = new Promise<number>((resolve) => {
      lines.on("line", (line) => {
        keep(`${line}\n`);
        const found = /:(\d+)\s*$/.exec(line)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    });
    const died = once(child, "exit").then(([code]): never => {
      throw new Error(`the node stopped with ${code} before it listened:\n${log.join("")}`);
    });
    return new LocalNode(child, await Promise.race([listening, died]), log);
  }

  get ws(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get http(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the node has written so far. */
  get output(): string {
    return this.log.join("");
  }

  /** Stops the node as Ctrl-C does and waits until it is gone. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const gone = once(this.child, "exit");
    this.child.kill("SIGINT");
    const [code] = await gone;
    return code as number | null;
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }
}

/** Gives `use` an empty folder and removes it afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "countersign-e2e-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
