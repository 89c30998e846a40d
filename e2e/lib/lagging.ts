import { createServer, type Server } from "node:http";
import { EventEmitter, once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

type Call = { id: unknown; method: string };

/**
 * A node's RPC that can be held to an older finalised block, as on a chain whose finality lags behind its best block; and that tells when
 * somebody looks.
 */
export class Lagging {
  private held: string | undefined;
  private readonly asked = new EventEmitter();

  private constructor(
    private readonly server: Server,
    readonly http: string,
  ) {}

  /** Stands in front of the node at `url`. */
  static async before(url: string): Promise<Lagging> {
    const server = createServer();
    const listening = once(server.listen(0, "127.0.0.1"), "listening");
    await listening;
    const lagging = new Lagging(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (request, response) => {
      void text(request)
        .then((body) => lagging.answer(url, body))
        .then((answer) => response.writeHead(200, { "content-type": "application/json" }).end(answer))
        .catch((error: unknown) => response.writeHead(502).end(String(error)));
    });
    return lagging;
  }

  /** From now on this is the newest finalised block; the real one again without it. */
  hold(block: string | undefined): void {
    this.held = block;
  }

  /** Waits until the newest finalised block was asked for so many times more. */
  async looks(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) await once(this.asked, "finalised");
  }

  async stop(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(url: string, body: string): Promise<string> {
    const call = JSON.parse(body) as Call | Call[];
    if (!Array.isArray(call) && call.method === "chain_getFinalizedHead") {
      this.asked.emit("finalised");
      if (this.held !== undefined) return JSON.stringify({ jsonrpc: "2.0", id: call.id, result: this.held });
    }
    const answered = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    return answered.text();
  }
}
