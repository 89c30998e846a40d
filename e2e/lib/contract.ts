import path from "node:path";
import { readFileSync } from "node:fs";
import type { ApiPromise } from "@polkadot/api";
import { CodePromise, ContractPromise } from "@polkadot/api-contract";
import type { ContractSubmittableResult } from "@polkadot/api-contract/base/Contract";
import type { KeyringPair } from "@polkadot/keyring/types";
import type { WeightV2 } from "@polkadot/types/interfaces";
import { toHex } from "../protocol/bytes.ts";
import { balance, type Included, submit } from "./chain.ts";

/** Folder of the contracts' bundles. */
const FOLDER = process.env["COUNTERSIGN_CONTRACTS"] ?? path.resolve(import.meta.dirname, "../../releases/contracts");

export type ContractName = "registry" | "receipts" | "disputes";

/** Where a contract's bundle (code and metadata) lies. */
export const bundlePath = (name: ContractName): string => path.join(FOLDER, `${name}.contract`);

/** A bundle's JSON. */
export const bundle = (name: ContractName): Record<string, unknown> =>
  JSON.parse(readFileSync(bundlePath(name), "utf8")) as Record<string, unknown>;

/** What a message answers, as JSON; a `Result` of the message itself is `{ ok }` or `{ err }`. */
export type Answer = unknown;

/** An emitted event: its name and its fields as JSON. */
export type ContractEvent = { name: string; fields: Record<string, unknown> };

/**
 * What a call did. `answer` is that of a dry run just before, so a moment in it is earlier than `block`, where the call
 * was included. A refused call has neither events nor block: its extrinsic failed, as it must.
 */
export type Called = { answer: Answer; events: ContractEvent[]; block?: number; cost: Cost };

/**
 * What a message needs, as the dry run found: weight (`refTime` in picoseconds of the reference machine, `proofSize` in
 * bytes), bytes of its SCALE input with the selector, and the storage deposit that its caller pays.
 */
export type Cost = { refTime: bigint; proofSize: bigint; bytes: number; deposit: bigint };

/** For dry runs, and for whatever is cheaper than a block. */
const limits = (api: ApiPromise) => ({
  storageDepositLimit: null,
  gasLimit: api.registry.createType<WeightV2>("WeightV2", { refTime: 1_000_000_000_000n, proofSize: 3_000_000n }),
});

/** One deployed contract, spoken to through @polkadot/api-contract. */
export class Contract {
  constructor(
    readonly api: ApiPromise,
    readonly name: ContractName,
    readonly inner: ContractPromise,
  ) {}

  /** Uploads and instantiates a bundle. Every deployment gets a salt of its own, hence an address of its own. */
  static async deploy(
    api: ApiPromise,
    signer: KeyringPair,
    name: ContractName,
    args: readonly unknown[],
    salt?: string,
  ): Promise<Contract> {
    const code = new CodePromise(api, bundle(name), undefined);
    const create = code.tx["new"];
    if (create === undefined) throw new Error(`${name} has no constructor "new"`);
    const included = await submit(api, create({ ...limits(api), salt: salt ?? null }, ...args), signer);
    const { contract } = included.result as unknown as { contract?: ContractPromise };
    if (contract === undefined) throw new Error(`${name} was not instantiated`);
    return new Contract(api, name, contract);
  }

  /** A contract that stands already. */
  static at(api: ApiPromise, name: ContractName, account: string): Contract {
    return new Contract(api, name, new ContractPromise(api, bundle(name), account));
  }

  get address(): string {
    return this.inner.address.toString();
  }

  /** The AccountId as hex. */
  get account(): `0x${string}` {
    return this.api.registry.createType("AccountId", this.address).toHex();
  }

  /** Runs a message without changing anything, as `caller`. */
  async read(caller: { address: string }, message: string, ...args: readonly unknown[]): Promise<Answer> {
    const query = this.inner.query[message];
    if (query === undefined) throw new Error(`${this.name} has no message ${message}`);
    const { result, output, debugMessage } = await query(caller.address, limits(this.api), ...args);
    if (result.isErr) throw new Error(`${message}: ${result.asErr.toString()} ${debugMessage.toString()}`);
    return unwrap(message, output?.toJSON());
  }

  /** Dry-runs a message and then, in an extrinsic, calls it; what the message refuses, the extrinsic must revert. */
  async call(caller: KeyringPair, message: string, ...args: readonly unknown[]): Promise<Called> {
    return this.pay(caller, 0n, message, ...args);
  }

  /** The same with value. */
  async pay(caller: KeyringPair, value: bigint, message: string, ...args: readonly unknown[]): Promise<Called> {
    const [query, tx] = [this.inner.query[message], this.inner.tx[message]];
    if (query === undefined || tx === undefined) throw new Error(`${this.name} has no message ${message}`);
    const dry = await query(caller.address, { ...limits(this.api), value }, ...args);
    if (dry.result.isErr) throw new Error(`${message}: ${dry.result.asErr.toString()}`);
    const extrinsic = tx({ gasLimit: dry.gasRequired, storageDepositLimit: null, value }, ...args);
    const answer = unwrap(message, dry.output?.toJSON());
    const weight = dry.gasRequired as unknown as WeightV2;
    const cost: Cost = {
      refTime: weight.refTime.toBigInt(),
      proofSize: weight.proofSize.toBigInt(),
      bytes: this.inner.abi.findMessage(message).toU8a([...args]).length,
      deposit: dry.storageDeposit.isCharge ? dry.storageDeposit.asCharge.toBigInt() : 0n,
    };
    if (reverts(dry.result.asOk.flags)) {
      const outcome = await submit(this.api, extrinsic, caller).then(() => "included", String);
      if (!outcome.includes("ContractReverted")) throw new Error(`${message} was refused, yet ${outcome}`);
      return { answer, events: [], cost };
    }
    const included: Included<ContractSubmittableResult> = await submit(this.api, extrinsic, caller);
    const events = (included.result.contractEvents ?? []).map(({ event, args: values }) => ({
      name: event.identifier.split("::").at(-1) ?? "",
      fields: Object.fromEntries(event.args.map((field, i) => [field.name, values[i]?.toJSON()])),
    }));
    return { answer, events, block: included.block, cost };
  }

  /** Runs raw input bytes without changing anything. */
  async raw(caller: { address: string }, input: Uint8Array, value = 0n): Promise<RawOutcome> {
    const call = this.api.call["contractsApi"]?.["call"];
    if (call === undefined) throw new Error("the node has no ContractsApi");
    const outcome = (await call(caller.address, this.address, value, null, null, toHex(input))) as unknown as {
      result: {
        isErr: boolean;
        asErr: { toString(): string };
        asOk: { flags: unknown; data: Uint8Array };
      };
    };
    if (outcome.result.isErr) return { kind: "failed", why: outcome.result.asErr.toString() };
    const { flags, data } = outcome.result.asOk;
    return { kind: reverts(flags) ? "reverted" : "answered", data: new Uint8Array(data) };
  }

  /** What the contract holds. */
  async balance(): Promise<bigint> {
    return balance(this.api, this.address);
  }
}

/** How a raw call ended: with an answer, with an error that rolled everything back, or by a trap or a lack. */
export type RawOutcome = { kind: "answered" | "reverted"; data: Uint8Array } | { kind: "failed"; why: string };

/** Whether the contract asked to roll back: bit 0, as the chain's metadata describes the flags. */
const reverts = (flags: unknown): boolean => ((flags as { bits: { toNumber(): number } }).bits.toNumber() & 1) === 1;

/** Takes ink's own wrapper (`Result<T, LangError>`) off an answer. */
function unwrap(message: string, json: unknown): Answer {
  const wrapper = json as { ok?: unknown; err?: unknown } | null | undefined;
  if (wrapper === null || wrapper === undefined || "err" in wrapper)
    throw new Error(`${message}: ${JSON.stringify(json)}`);
  return wrapper.ok ?? null;
}
