import { randomUUID } from "node:crypto";
import type { BrowserContext } from "@playwright/test";
import { type Address, type Hex, numberToHex, type TypedDataDefinition } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { announceProvider } from "./wallet-page.ts";

/** One request as the page sent it (EIP-1193). */
export type WalletRequest = { method: string; params: readonly unknown[] };

/** What the user does at a prompt. `hold` leaves it open until {@link TestWallet.prompt} is answered. */
export type Answer = "approve" | "refuse" | "hold";

/** How a signature is made. All but `plain` are what some wallets, or a liar, would return. */
export type Signing = "plain" | "v-0-1" | "another-account" | "smart-account" | "another-message";

export type WalletOptions = { keys: readonly Hex[]; chainId: number; name: string };

/** An open prompt, as the user sees it. */
export type Prompt = { request: WalletRequest; approve: () => void; refuse: () => void };

type RpcError = { code: number; message: string };

class WalletError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const REFUSED = [4001, "User rejected the request."] as const;
const KNOWN_CHAINS: ReadonlySet<number> = new Set([1, 10, 137, 8453, 11_155_111]);
const BINDING = "countersignTestWallet";

/** Well-known development keys: worth nothing anywhere. */
export const TEST_KEYS = {
  first: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  second: "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
} as const satisfies Record<string, Hex>;

/**
 * MetaMask's rule for typed data, precision and all (counterexamples.json holds what MetaMask's own code answered):
 * a domain's chain id must be the active network's. Gives the error, or `undefined` where it may be signed.
 */
export function chainIdRule(domainChainId: unknown, activeChain: Hex): string | undefined {
  if (!domainChainId) return undefined;
  const text = String(domainChainId);
  const asked =
    typeof domainChainId === "string" ? Number.parseInt(text, text.startsWith("0x") ? 16 : 10) : domainChainId;
  const active = Number.parseInt(activeChain, 16);
  return asked === active ? undefined : `Provided chainId "${asked}" must match the active chainId "${active}"`;
}

/**
 * A wallet made of viem that keeps a real wallet's rules. The page gets an EIP-1193 provider, announced by EIP-6963;
 * the keys, the prompts and the rules stay in this process, where a test controls and inspects them.
 */
export class TestWallet {
  /** Every request that reached the wallet, in order. */
  readonly requests: WalletRequest[] = [];
  /** What the user does when asked to connect, to sign, and to change the network. */
  answers: Record<"connect" | "sign" | "switch", Answer> = { connect: "approve", sign: "approve", switch: "approve" };
  /** How signatures are made. */
  signing: Signing = "plain";
  private chainId: number;
  private locked = false;
  private connected = false;
  private selected = 0;
  private open: Prompt[] = [];
  private waiting: ((prompt: Prompt) => void)[] = [];
  private readonly accounts;

  private constructor(
    private readonly context: BrowserContext,
    options: WalletOptions,
  ) {
    this.accounts = options.keys.map((key) => privateKeyToAccount(key));
    this.chainId = options.chainId;
  }

  /** Gives the wallet to every page that `context` opens from now on. */
  static async install(context: BrowserContext, options: Partial<WalletOptions> = {}): Promise<TestWallet> {
    const all = { keys: [TEST_KEYS.first, TEST_KEYS.second], chainId: 1, name: "Test wallet", ...options };
    const wallet = new TestWallet(context, all);
    // One a wallet: a context may hold several.
    const binding = BINDING + all.keys[0];
    await context.exposeBinding(binding, (_source, request: WalletRequest) => wallet.answer(request));
    await context.addInitScript(announceProvider, { binding, uuid: randomUUID(), name: all.name });
    return wallet;
  }

  /** The account that the user has selected. */
  get address(): Address {
    return this.account(this.selected).address;
  }

  /** Locks the wallet: it knows no accounts until the user unlocks it at the next connection. */
  async lock(): Promise<void> {
    this.locked = true;
    await this.emit("accountsChanged", []);
  }

  /** The user selects another account inside the wallet. */
  async select(index: number): Promise<void> {
    this.selected = index;
    await this.emit("accountsChanged", this.visible());
  }

  /** The user selects another network inside the wallet. */
  async switchTo(chainId: number): Promise<void> {
    this.chainId = chainId;
    await this.emit("chainChanged", numberToHex(chainId));
  }

  /** The next prompt that is held open. */
  prompt(): Promise<Prompt> {
    const prompt = this.open.shift();
    return prompt ? Promise.resolve(prompt) : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The requests of one method. */
  asked(method: string): WalletRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  private account(index: number) {
    const account = this.accounts[index];
    if (account === undefined) throw new Error(`the test wallet has no account ${index}`);
    return account;
  }

  private visible(): Address[] {
    return this.connected && !this.locked ? [this.address] : [];
  }

  private async emit(event: string, payload: unknown): Promise<void> {
    for (const page of this.context.pages())
      await page.evaluate(
        ([name, data]) => window.dispatchEvent(new CustomEvent(`test-wallet:${name}`, { detail: data })),
        [event, payload] as const,
      );
  }

  private async answer(request: WalletRequest): Promise<{ result: unknown } | { error: RpcError }> {
    this.requests.push(request);
    try {
      return { result: await this.handle(request) };
    } catch (error) {
      if (error instanceof WalletError) return { error: { code: error.code, message: error.message } };
      return { error: { code: -32_603, message: String(error) } };
    }
  }

  private async ask(kind: keyof TestWallet["answers"], request: WalletRequest): Promise<void> {
    const answer = this.answers[kind];
    if (answer === "refuse") throw new WalletError(...REFUSED);
    if (answer === "approve") return;
    if (kind === "connect" && this.open.length > 0)
      throw new WalletError(-32_002, "Request of type 'wallet_requestPermissions' already pending.");
    await new Promise<void>((approve, fail) => {
      const prompt: Prompt = { request, approve, refuse: () => fail(new WalletError(...REFUSED)) };
      const waiting = this.waiting.shift();
      if (waiting) waiting(prompt);
      else this.open.push(prompt);
    });
  }

  private async handle(request: WalletRequest): Promise<unknown> {
    switch (request.method) {
      case "eth_chainId":
        return numberToHex(this.chainId);
      case "net_version":
        return String(this.chainId);
      case "eth_accounts":
        return this.visible();
      case "eth_requestAccounts":
        if (this.visible().length === 0) {
          await this.ask("connect", request);
          [this.connected, this.locked] = [true, false];
        }
        return this.visible();
      case "wallet_switchEthereumChain":
        return this.switchChain(request);
      case "eth_signTypedData_v4":
        return this.signTypedData(request);
      default:
        throw new WalletError(-32_601, `The method "${request.method}" does not exist / is not available.`);
    }
  }

  private async switchChain(request: WalletRequest): Promise<null> {
    const wanted = Number((request.params[0] as { chainId?: string } | undefined)?.chainId);
    if (!Number.isSafeInteger(wanted) || wanted <= 0) throw new WalletError(-32_602, "Expected 0x-prefixed chain ID.");
    if (wanted === this.chainId) return null;
    if (!KNOWN_CHAINS.has(wanted))
      throw new WalletError(4902, `Unrecognized chain ID "${numberToHex(wanted)}". Try adding the chain first.`);
    await this.ask("switch", request);
    await this.switchTo(wanted);
    return null;
  }

  private async signTypedData(request: WalletRequest): Promise<Hex> {
    const [from, data] = request.params;
    const visible = this.visible().map((address) => address.toLowerCase());
    if (typeof from !== "string" || !visible.includes(from.toLowerCase()))
      throw new WalletError(4100, "The requested account and/or method has not been authorized by the user.");
    const typed = parseTypedData(data);
    const refused = chainIdRule(typed.domain?.chainId, numberToHex(this.chainId));
    if (refused !== undefined) throw new WalletError(-32_603, refused);
    const contract = typed.domain?.verifyingContract?.toLowerCase();
    if (this.accounts.some((account) => account.address.toLowerCase() === contract))
      throw new WalletError(
        -32_603,
        "External signature requests cannot use internal accounts as the verifying contract.",
      );
    await this.ask("sign", request);
    return this.sign(typed);
  }

  private async sign(typed: TypedDataDefinition): Promise<Hex> {
    const other = this.accounts[(this.selected + 1) % this.accounts.length] ?? this.account(this.selected);
    const signature = await this.account(this.selected).signTypedData(typed);
    switch (this.signing) {
      case "plain":
        return signature;
      case "v-0-1":
        return `${signature.slice(0, -2)}${signature.endsWith("1b") ? "00" : "01"}` as Hex;
      case "another-account":
        return other.signTypedData(typed);
      case "another-message":
        return this.account(this.selected).signMessage({ message: "something else" });
      case "smart-account":
        return `${signature}${"64926492".repeat(8)}`;
    }
  }
}

/** Reads `eth_signTypedData_v4`'s second parameter as MetaMask does: JSON text of the four members, or an error. */
function parseTypedData(data: unknown): TypedDataDefinition {
  if (typeof data !== "string") throw new WalletError(-32_602, 'Invalid message "data": Must be a valid string.');
  let typed: Partial<Record<"types" | "primaryType" | "domain" | "message", unknown>>;
  try {
    typed = JSON.parse(data) as typeof typed;
  } catch {
    throw new WalletError(-32_602, "Data must be passed as a valid JSON string.");
  }
  const types = typed.types as Record<string, unknown> | undefined;
  const complete = types && typed.domain && typed.message && typeof typed.primaryType === "string";
  if (!complete || !((typed.primaryType as string) in types) || !("EIP712Domain" in types))
    throw new WalletError(-32_602, "Data must conform to EIP-712 schema.");
  return typed as TypedDataDefinition;
}
