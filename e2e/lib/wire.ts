import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it went over the network. */
export type Sent = { url: string; method: string; body: Buffer; headers: Record<string, unknown> };

/** What becomes of a request: it is answered, its answer breaks off in the middle, or nobody is there. */
export type Fate = "pass" | "half" | "gone";

/**
 * A forwarding HTTP proxy that keeps what a browser sends through it: what leaves pages, workers and service workers,
 * whole bodies among it, whatever kind of object the page made them from. It opens no tunnels, so nothing passes unread.
 */
export class Wire {
  readonly sent: Sent[] = [];
  /** Decides, request by request. */
  fate: (sent: Sent) => Fate = () => "pass";
  private readonly server: Server;

  private constructor() {
    this.server = createServer((asked, answer) => void this.forward(asked, answer));
    this.server.on("connect", ({ url = "", headers }: IncomingMessage, socket) => {
      this.sent.push({ url: `https://${url}`, method: "CONNECT", body: Buffer.alloc(0), headers });
      socket.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n");
    });
  }

  static async start(): Promise<Wire> {
    const wire = new Wire();
    wire.server.listen(0, "127.0.0.1");
    await once(wire.server, "listening");
    return wire;
  }

  /** What a browser context takes as its proxy. */
  get proxy(): { server: string } {
    return { server: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async forward(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "GET", url = "", headers } = asked;
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const sent = { url, method, body, headers };
    this.sent.push(sent);
    const fate = this.fate(sent);
    if (fate === "gone") return void answer.destroy();
    const onward = request(url, { method, headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      if (fate === "pass") return void came.pipe(answer);
      const half = Number(came.headers["content-length"] ?? 0) / 2;
      let passed = 0;
      came.on("data", (part: Buffer) => {
        passed += part.length;
        if (passed < half) return void answer.write(part);
        came.destroy();
        answer.destroy();
      });
    });
    onward.on("error", () => answer.destroy());
    onward.end(body);
  }
}
