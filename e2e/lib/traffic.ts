import type { BrowserContext, Request } from "@playwright/test";
import type { Sent, Wire } from "./wire.ts";

/**
 * Everything that a browser context sends: what the browser says that its pages ask for, WebSocket frames, and what
 * really went over the wire, because the browser does not tell the bodies that a page makes from a `Blob` or a stream.
 */
export class Traffic {
  /** What pages and workers ask for, whether or not it has to leave the browser. */
  readonly asked: Sent[] = [];

  private constructor(private readonly wire: Wire) {}

  /** Records from now on; `wire` is the context's proxy. */
  static record(context: BrowserContext, wire: Wire): Traffic {
    const traffic = new Traffic(wire);
    context.on("request", (request: Request) => {
      const body = request.postDataBuffer() ?? Buffer.alloc(0);
      traffic.asked.push({ url: request.url(), method: request.method(), body, headers: request.headers() });
    });
    context.on("page", (page) =>
      page.on("websocket", (socket) =>
        socket.on("framesent", ({ payload }) => {
          traffic.asked.push({ url: socket.url(), method: "FRAME", body: Buffer.from(payload), headers: {} });
        }),
      ),
    );
    return traffic;
  }

  /** What was asked for and what left. */
  get sent(): Sent[] {
    return [...this.asked, ...this.wire.sent];
  }

  /** The origins that something went to; `blob:` and `data:` addresses leave nothing and are not counted. */
  get origins(): string[] {
    const urls = this.sent
      .map(({ url }) => new URL(url))
      .filter(({ protocol }) => !["blob:", "data:"].includes(protocol));
    return [...new Set(urls.map(({ origin }) => origin))].sort();
  }

  /** How many bytes of bodies and addresses left. */
  get bytes(): number {
    return this.wire.sent.reduce((sum, { url, body }) => sum + url.length + body.length, 0);
  }

  /** What was sent that carries `secret` as it is, in hex, in base64 at any offset, or percent-encoded. */
  carrying(secret: Uint8Array): Sent[] {
    const needles = spellings(secret);
    return this.sent.filter(({ url, body, headers }) => {
      const text = [url, body.toString("latin1"), JSON.stringify(headers)].join("\n");
      const lower = text.toLowerCase();
      return needles.some((needle) => text.includes(needle) || lower.includes(needle.toLowerCase()));
    });
  }
}

function spellings(secret: Uint8Array): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return text.slice(4, -4);
  });
  const url64 = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const list = [...bytes].join(",");
  return [bytes.toString("latin1"), bytes.toString("hex"), percent, list, ...base64, ...url64];
}
