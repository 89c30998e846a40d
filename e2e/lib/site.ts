import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What one address answers. */
export type Answer = { type: string; body: string; policy?: string };

/** A small web site on 127.0.0.1 with the headers that a test wants. */
export class Site {
  private constructor(private readonly server: Server) {}

  static async start(pages: Readonly<Record<string, Answer>>): Promise<Site> {
    const server = createServer((request, response) => {
      const answer = pages[request.url ?? "/"];
      if (answer === undefined) return response.writeHead(404).end();
      const policy = answer.policy === undefined ? {} : { "Content-Security-Policy": answer.policy };
      return response.writeHead(200, { "Content-Type": answer.type, ...policy }).end(answer.body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Site(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
