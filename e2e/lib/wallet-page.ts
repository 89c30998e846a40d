/**
 * Runs inside the page before its own scripts: an EIP-1193 provider without keys, announced by EIP-6963. Every
 * request goes to the test's process through `binding`.
 */
export function announceProvider({ binding, uuid, name }: { binding: string; uuid: string; name: string }): void {
  type Reply = { result: unknown } | { error: { code: number; message: string } };
  type Request = { method: string; params?: readonly unknown[] };
  type Listener = (payload: unknown) => void;
  const send = (window as unknown as Record<string, (request: Request) => Promise<Reply>>)[binding];
  const listeners = new Map<string, Set<Listener>>();

  const provider = {
    async request({ method, params }: Request): Promise<unknown> {
      const reply = await send?.({ method, params: params ?? [] });
      if (reply && "result" in reply) return reply.result;
      throw Object.assign(new Error(reply?.error.message ?? "the wallet is gone"), { code: reply?.error.code ?? 4900 });
    },
    on(event: string, listener: Listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      return provider;
    },
    removeListener(event: string, listener: Listener) {
      listeners.get(event)?.delete(listener);
      return provider;
    },
  };
  for (const event of ["accountsChanged", "chainChanged"])
    window.addEventListener(`test-wallet:${event}`, (message) => {
      for (const listener of listeners.get(event) ?? []) listener((message as CustomEvent<unknown>).detail);
    });

  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>";
  const detail = Object.freeze({
    info: Object.freeze({ uuid, name, icon, rdns: "test.countersign.wallet" }),
    provider,
  });
  const announce = (): boolean => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}
