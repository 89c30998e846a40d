import { linkFragment, type Report, verify } from "./verify.ts";

/** Shapes, not colours, tell the verdicts apart; the word stands beside each. */
const MARKS = { valid: "✓", invalid: "✗", unknown: "?", "unsupported version": "?" } as const;
const STYLE = `
:host { display: inline-block; max-width: 32rem; font: 0.875rem/1.4 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  border: 1px solid #6b6b6b; border-radius: 0.375rem; padding: 0.5rem 0.75rem; }
:host([hidden]) { display: none; }
p { margin: 0; overflow-wrap: anywhere; }
b::before { content: attr(data-mark) " "; }
b[data-verdict="valid"] { color: #0b5d2c; }
b[data-verdict="invalid"] { color: #9d1010; }
a { color: #0b4a8f; }
`;
const MAX_BYTES = 12 * 2 ** 20;

async function load(address: string): Promise<Uint8Array> {
  const response = await fetch(new URL(address, document.baseURI), { credentials: "omit" });
  if (!response.ok) throw new Error(`${address} answered with HTTP status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_BYTES) throw new Error(`${address} is longer than any receipt`);
  return bytes;
}

const element = <K extends keyof HTMLElementTagNameMap>(name: K, text: string): HTMLElementTagNameMap[K] =>
  Object.assign(document.createElement(name), { textContent: text });

/**
 * `<countersign-badge receipt rpc deployments app>`: verifies a receipt in the visitor's browser and shows the verdict.
 * All text is set as text, never as markup; no style attribute and no eval, so a strict CSP needs no exception.
 */
export class CountersignBadge extends HTMLElement {
  static readonly observedAttributes = ["receipt", "rpc", "deployments", "app"];
  /** The last report, for the page's own scripts. */
  report: Report | undefined;
  private readonly root = this.attachShadow({ mode: "open" });
  private turn = 0;

  connectedCallback(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    this.setAttribute("role", "status");
    this.changed();
  }

  attributeChangedCallback(): void {
    this.changed();
  }

  /** Several attributes that change together are one change. */
  private changed(): void {
    const turn = ++this.turn;
    queueMicrotask(() => {
      if (this.isConnected && turn === this.turn) void this.update(turn);
    });
  }

  private async update(turn: number): Promise<void> {
    // What the page's own scripts read is never the report on an earlier receipt.
    this.report = undefined;
    this.show("…", "", "Countersign receipt", "Being verified in your browser.");
    const given = this.getAttribute("receipt") ?? "";
    try {
      const bytes = given.startsWith("#") ? new TextEncoder().encode(given) : await load(given);
      const list = this.getAttribute("deployments");
      const deployments = list === null ? undefined : new TextDecoder().decode(await load(list));
      const report = await verify(bytes, { rpc: this.getAttribute("rpc") ?? undefined, deployments });
      // A newer receipt may have been set while this one was verified.
      if (turn !== this.turn) return;
      this.report = report;
      this.show(MARKS[report.verdict], report.verdict, `Receipt: ${report.verdict}`, report.sentence, this.link(bytes));
    } catch (error) {
      if (turn !== this.turn) return;
      this.show("?", "unknown", "Receipt: unknown", `It could not be verified: ${(error as Error).message}.`);
    }
    this.dispatchEvent(new Event("countersign-verdict", { bubbles: true }));
  }

  /** The app's Verify page with the receipt behind the `#`, where no server sees it. */
  private link(bytes: Uint8Array): string | undefined {
    const app = this.getAttribute("app");
    if (app === null) return undefined;
    try {
      const address = new URL(app, document.baseURI);
      return /^https?:$/.test(address.protocol) ? address.href.split("#", 1)[0] + linkFragment(bytes) : undefined;
    } catch {
      return undefined;
    }
  }

  private show(mark: string, verdict: string, title: string, sentence: string, href?: string): void {
    const head = element("b", title);
    Object.assign(head.dataset, { mark, verdict });
    const lines = [head, element("p", sentence)];
    if (href !== undefined) lines.push(Object.assign(element("a", "Verify it yourself"), { href, rel: "noopener" }));
    this.dataset["verdict"] = verdict;
    this.setAttribute("aria-busy", String(verdict === ""));
    this.root.replaceChildren(...lines);
  }
}

if (customElements.get("countersign-badge") === undefined) customElements.define("countersign-badge", CountersignBadge);

// `<script src="badge.js" data-receipt="…">` puts a badge behind itself.
const script = document.currentScript;
if (script instanceof HTMLScriptElement && script.dataset["receipt"] !== undefined) {
  const badge = document.createElement("countersign-badge");
  for (const name of CountersignBadge.observedAttributes) {
    const value = script.dataset[name];
    if (value !== undefined) badge.setAttribute(name, value);
  }
  script.after(badge);
}
