/** Runs inside the page before its own scripts: a Polkadot extension without keys. */
export function provideExtension(binding: string): void {
  type Reply = { result: unknown } | { error: string };
  const bridge = (window as unknown as Record<string, (request: unknown) => Promise<Reply>>)[binding];
  const ask = async (method: string, params: unknown): Promise<unknown> => {
    const reply = await bridge?.({ method, params });
    if (reply && "result" in reply) return reply.result;
    throw new Error(reply?.error ?? "the extension is gone");
  };
  const injected = {
    accounts: {
      get: () => ask("accounts", null),
      subscribe: (listener: (accounts: unknown) => void) => {
        void ask("accounts", null).then(listener);
        return () => undefined;
      },
    },
    signer: {
      signRaw: (payload: unknown) => ask("signRaw", payload),
      signPayload: (payload: unknown) => ask("signPayload", payload),
    },
  };
  const enable = async (origin: string): Promise<unknown> => {
    await ask("enable", origin);
    return injected;
  };
  Object.assign(window, { injectedWeb3: { "test-extension": { version: "1.0.0", enable } } });
}
