import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

const REPLY = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** A listening server to which nothing should ever come. It records every connection, whatever is said on it. */
export class Trap {
  private readonly arrived: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Trap> {
    const server = createServer();
    const trap = new Trap(server);
    server.on("connection", (socket) => {
      trap.sockets.add(socket);
      socket.setEncoding("latin1").on("error", () => socket.destroy());
      socket.once("data", (said: string) => {
        trap.arrived.push(said);
        socket.end(REPLY);
      });
      socket.on("close", () => trap.sockets.delete(socket));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return trap;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Whether something arrived that names `mark`. */
  saw(mark: string): boolean {
    return this.arrived.some((said) => said.includes(mark));
  }

  /** All that arrived. */
  get everything(): readonly string[] {
    return this.arrived;
  }

  /** Sends a request of our own and waits until it was recorded: what a page sent before has then arrived too. */
  async settle(): Promise<void> {
    const mark = `/settle-${this.arrived.length}`;
    await fetch(`${this.origin}${mark}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}
