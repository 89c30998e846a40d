import { ApiPromise, WsProvider } from "@polkadot/api";
import type { ApiOptions, SubmittableExtrinsic } from "@polkadot/api/types";
import { Keyring } from "@polkadot/keyring";
import type { KeyringPair } from "@polkadot/keyring/types";
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces";
import type { ISubmittableResult } from "@polkadot/types/types";

/** One of the funded accounts of every development chain. */
export const developer = (name: "Alice" | "Bob" | "Charlie" | "Dave" | "Eve" | "Ferdie"): KeyringPair =>
  new Keyring({ type: "sr25519", ss58Format: 42 }).addFromUri(`//${name}`);

/** Connects @polkadot/api, which takes everything it knows of the chain from the node. */
export async function connect(url: string): Promise<ApiPromise> {
  const provider = new WsProvider(url, 500) as unknown as NonNullable<ApiOptions["provider"]>;
  return ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true }).catch((): never => {
    throw new Error(`no node answers at ${url}`);
  });
}

/** What a dispatch error says, by the chain's own metadata. */
function explain(api: ApiPromise, error: DispatchError): string {
  if (!error.isModule) return error.toString();
  const { section, name, docs } = api.registry.findMetaError(error.asModule);
  return `${section}.${name}: ${docs.join(" ")}`;
}

/** An included extrinsic. */
export type Included<R extends ISubmittableResult = ISubmittableResult> = {
  blockHash: string;
  block: number;
  result: R;
};

/** Signs and sends; resolves when the extrinsic is in a finalised block, rejects with what the chain says. */
export function submit<R extends ISubmittableResult>(
  api: ApiPromise,
  extrinsic: SubmittableExtrinsic<"promise", R>,
  signer: KeyringPair,
): Promise<Included<R>> {
  return new Promise((resolve, reject) => {
    const onStatus = async (result: R): Promise<void> => {
      const failure = result.dispatchError ? explain(api, result.dispatchError) : undefined;
      if (failure !== undefined || result.isError) return reject(new Error(failure ?? result.status.toString()));
      if (!result.status.isFinalized) return;
      const blockHash = result.status.asFinalized.toHex();
      const header = await api.rpc.chain.getHeader(blockHash);
      resolve({ blockHash, block: header.number.toNumber(), result });
    };
    extrinsic.signAndSend(signer, { nonce: -1 }, (result) => void onStatus(result as R).catch(reject)).catch(reject);
  });
}

/** The free balance of an account. */
export async function balance(api: ApiPromise, account: string): Promise<bigint> {
  const info = (await api.query["system"]?.["account"]?.(account)) as unknown as {
    data: { free: { toBigInt(): bigint } };
  };
  return info.data.free.toBigInt();
}

/** Names of the events of an included extrinsic, as `section.Name`. */
export const eventNames = (events: readonly EventRecord[]): string[] =>
  events.map(({ event }) => `${event.section}.${event.method}`);
