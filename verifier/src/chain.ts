import { blake2b } from "@noble/hashes/blake2.js";
import { concat, demand, equal, fromHex, type Hex, le, Reader, Refused, toHex, utf8 } from "./bytes.ts";
import type { Anchor } from "./commitment.ts";
import type { Deployment } from "./deployments.ts";
import { type Receipt, ss58 } from "./receipt.ts";

/** Calls a method of a Substrate node's JSON-RPC with positional parameters and gives its `result`. */
export type Rpc = (method: string, params: unknown[]) => Promise<unknown>;
/** A block's number and its time in seconds since 1970. */
export type Moment = { block: number; seconds: bigint };
export type Disownment = { since: number; declared: Moment };
export type Block = { number: number; hash: Hex };

/** What the chain says of a receipt, read at one finalised block. */
export type Facts = {
  deployment: Deployment;
  finalised: Block;
  anchored: Moment | undefined;
  batch: boolean;
  attested: boolean;
  revoked: Moment | undefined;
  disowned: Disownment | undefined;
  /** The beacon's block, and its time where the node still has it; none where there is no beacon, or no finalised block of that hash is known. */
  beacon: { block: number; seconds: bigint | undefined } | undefined;
};

/** JSON-RPC over HTTP, which nodes speak at their ws: addresses too; gives up after `seconds`. */
export const http = (url: string, seconds = 30): Rpc =>
  async function call(method, params) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(seconds * 1000);
    let [status, text] = [0, ""];
    try {
      const response = await fetch(url.replace(/^ws/, "http"), {
        method: "POST",
        headers,
        body,
        signal,
        credentials: "omit",
      });
      [status, text] = [response.status, await response.text()];
    } catch (error) {
      if (signal.aborted)
        throw new Refused(
          `the node at ${url} did not answer within ${seconds} seconds; try again, or name another one`,
        );
      throw new Refused(
        `the node at ${url} cannot be reached (${(error as Error).message}); start it, or name another one`,
      );
    }
    demand(
      status === 200,
      `the server at ${url} answered with HTTP status ${status}; check that this is a node's RPC address`,
    );
    return unwrap(url, method, text);
  };

function unwrap(url: string, method: string, text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const members = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>) : {};
  const { error } = members as { error?: { code?: number; message?: string } };
  demand(
    error === undefined || error === null,
    `the node refused ${method}: ${error?.message ?? "no reason given"} (code ${error?.code ?? 0})`,
  );
  demand("result" in members, `the server at ${url} does not speak JSON-RPC; check that this is a node's RPC address`);
  return members["result"];
}

const unexpected = (method: string, what: string): string =>
  `the node's answer to ${method} is not ${what}; it may be of a version this program does not know`;

/** Calls that need typed answers; null stays null, which nodes give for what they do not have. */
const node = (rpc: Rpc) => {
  const bytes = async (method: string, params: unknown[], length?: number): Promise<Uint8Array | null> => {
    const answer = await rpc(method, params);
    const fits = answer === null || (typeof answer === "string" && /^0x([0-9a-f]{2})*$/.test(answer));
    demand(fits, unexpected(method, "0x and hexadecimal digits"));
    const found = answer === null ? null : fromHex(answer as string);
    demand(length === undefined || found === null || found.length === length, unexpected(method, "a hash of 32 bytes"));
    return found;
  };
  return {
    bytes,
    async blockHash(number: number): Promise<Hex | null> {
      const found = await bytes("chain_getBlockHash", [number], 32);
      return found === null ? null : toHex(found);
    },
    async number(hash: Hex): Promise<number | null> {
      const header = (await rpc("chain_getHeader", [hash])) as { number?: unknown } | null | undefined;
      if (header === null) return null;
      const fits = typeof header?.number === "string" && /^0x[0-9a-f]{1,8}$/.test(header.number);
      demand(fits, unexpected("chain_getHeader", "a header with a number below 2^32"));
      return Number(header?.number);
    },
    /** The encoded extrinsics of a block. */
    async body(hash: Hex): Promise<Hex[]> {
      const answer = (await rpc("chain_getBlock", [hash])) as { block?: { extrinsics?: unknown } } | null;
      const list = answer === null ? [] : answer?.block?.extrinsics;
      const fits = Array.isArray(list) && list.every((entry) => typeof entry === "string");
      demand(fits, unexpected("chain_getBlock", "a block with extrinsics"));
      return list as Hex[];
    },
  };
};
type Node = ReturnType<typeof node>;

/** Block 0, the finalised head, the listed contract's code, the contract's facts, the beacon, block 0 again (PROTOCOL 4.3, 4.4, 5.5). */
export async function readFacts(rpc: Rpc, receipt: Receipt, anchors: readonly Anchor[], listed: readonly Deployment[]) {
  const chain = node(rpc);
  const genesis = await chain.blockHash(0);
  const head = await chain.bytes("chain_getFinalizedHead", [], 32);
  const number = head === null ? null : await chain.number(toHex(head));
  demand(head !== null && number !== null, unexpected("chain_getFinalizedHead", "a block that the node has"));
  const finalised: Block = { number, hash: toHex(head) };
  const expected = toHex(receipt.genesis);
  demand(
    genesis === expected,
    `it belongs to the chain with genesis ${expected}, the node shows ${genesis}; ask a node of that chain`,
  );
  const deployment = listed.find((entry) => entry.genesis === expected && entry.receipts === toHex(receipt.contract));
  const account = ss58(receipt.contract);
  if (deployment === undefined)
    throw new Distrusted(
      `the receipts contract ${account} is not in this verifier's list. Anybody can deploy a look-alike that backdates anchors`,
    );
  const code = await codeHash(chain, receipt.contract, finalised.hash);
  demand(code !== undefined, `no contract stands at ${account} on this chain`);
  if (code !== deployment.receiptsCode)
    throw new Distrusted(
      `the contract's code hash is ${code}, this verifier's list says ${deployment.receiptsCode}. It may be a look-alike`,
    );
  // A batch is one question, however often a bundle names it.
  const batches = new Map(anchors.map((anchor) => [`${toHex(anchor.root)} ${anchor.size}`, anchor]));
  const proofs = batches.size > 0 ? [...batches.values()] : [undefined];
  const found = [];
  for (const proof of proofs) found.push(await status(chain, receipt, proof, finalised.hash));
  const beacon = await beaconOf(chain, receipt.run.beacon, finalised);
  demand(
    (await chain.blockHash(0)) === genesis,
    "the node is on another chain now; it was restarted or replaced: try again",
  );
  const [first] = found;
  demand(first !== undefined, "no chain was asked");
  const batched = earliest(found.map((facts) => facts.batched));
  const anchored = earliest([first.anchored, batched]);
  const { revoked, disowned } = first;
  const attested = first.attested !== undefined;
  const batch = anchored !== undefined && (first.anchored === undefined || first.anchored.block > anchored.block);
  return { deployment, finalised, anchored, batch, attested, revoked, disowned, beacon } satisfies Facts;
}

/** The chain answers, and is not believed. */
export class Distrusted extends Refused {}

const earliest = (moments: readonly (Moment | undefined)[]): Moment | undefined =>
  moments.filter((moment) => moment !== undefined).sort((a, b) => a.block - b.block)[0];

/** twox-128 of `Contracts` and `ContractInfoOf`, and of `Timestamp` and `Now`. */
const CONTRACT_INFO = fromHex("0x4342193e496fab7ec59d615ed0dc5530060e99e5378e562537cf3bc983e17b91");
const NOW = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb";

/** The code of a contract: in `ContractInfo` it stands behind the trie id. Another layout gives another hash, hence no trust. */
async function codeHash(chain: Node, account: Uint8Array, at: Hex): Promise<Hex | undefined> {
  const key = toHex(concat(CONTRACT_INFO, le(xxHash64(account), 8), account));
  const info = await chain.bytes("state_getStorage", [key, at]);
  if (info === null) return undefined;
  const reader = new Reader(info, unexpected("state_getStorage", "a contract's record"));
  reader.take(Number(reader.compact()));
  return toHex(reader.take(32));
}

/** xxHash64 with seed 0 of exactly 32 bytes, for Substrate's Twox64Concat keys. */
export function xxHash64(bytes: Uint8Array): bigint {
  const [P1, P2, P3, P4] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n];
  const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
  const rotate = (value: bigint, by: bigint): bigint => u64(value << by) | (value >> (64n - by));
  const round = (state: bigint, lane: bigint): bigint => u64(rotate(u64(state + lane * P2), 31n) * P1);
  const reader = new Reader(bytes, "an account has 32 bytes");
  const lanes = [P1 + P2, P2, 0n, -P1].map((seed) => round(u64(seed), reader.uint(8)));
  const turns = [1n, 7n, 12n, 18n];
  let hash = u64(lanes.reduce((sum, lane, i) => sum + rotate(lane, turns[i] ?? 0n), 0n));
  for (const lane of lanes) hash = u64((hash ^ round(0n, lane)) * P1 + P4);
  hash = u64(hash + 32n);
  hash = u64((hash ^ (hash >> 33n)) * P2);
  hash = u64((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}

function compact(value: bigint): Uint8Array {
  if (value < 2n ** 6n) return le(value << 2n, 1);
  if (value < 2n ** 14n) return le((value << 2n) | 1n, 2);
  if (value < 2n ** 30n) return le((value << 2n) | 2n, 4);
  const size = Math.ceil(value.toString(16).length / 2);
  return concat(le(((size - 4) << 2) | 3, 1), le(value, size));
}

/** ink!'s selector: the first four bytes of BLAKE2b-256 of the message's name. */
const STATUS = blake2b(utf8("status"), { dkLen: 32 }).subarray(0, 4);
const ERRORS = [
  "a batch has between 1 and 4294967296 receipts", "anyone can sign for this attester, so nothing is accepted in its name",
  "the signature is of another kind than the attester's key", "the signature is malformed",
  "the signature is not this attester's over this statement on this chain and contract",
  "the receipt names a lane and an engine that do not belong together", "the block given lies in the future",
  "the batch proof does not fit its index and size", "the contract's list is full",
]; // prettier-ignore

/** The contract's `status` (PROTOCOL 5.4), executed by the node at a block, as nobody in particular. */
async function status(chain: Node, receipt: Receipt, proof: Anchor | undefined, at: Hex) {
  const { attester, digest, signature } = receipt;
  const kind = Uint8Array.of(attester.kind === "secp256k1" ? 0 : 1);
  const path = proof === undefined ? [] : [compact(BigInt(proof.path.length)), ...proof.path];
  const batch = proof === undefined ? [le(0, 1)] : [le(1, 1), le(proof.size, 8), le(proof.index, 8), ...path];
  const data = concat(STATUS, kind, attester.key, digest, kind, signature, ...batch);
  // Caller, contract, value, no gas limit, no deposit limit, the message.
  const args = concat(new Uint8Array(32), receipt.contract, new Uint8Array(16 + 2), compact(BigInt(data.length)), data);
  const answer = await chain.bytes("state_call", ["ContractsApi_call", toHex(args), at]);
  const shape = "the contract's answer to status has another shape than Countersign's; check its address";
  const outer = new Reader(answer ?? new Uint8Array(), unexpected("ContractsApi_call", "of the expected shape"));
  for (let weights = 0; weights < 4; weights++) outer.compact();
  demand(outer.byte() <= 1, shape);
  outer.take(16);
  outer.take(Number(outer.compact()));
  const failed = outer.byte() === 1;
  demand(
    !failed,
    `the chain did not execute the contract's message status: error ${failed ? toHex(outer.take(Math.min(outer.left, 6))) : ""} of the runtime`,
  );
  outer.take(4);
  const reader = new Reader(outer.take(Number(outer.compact())), shape);
  demand(
    reader.byte() === 0,
    "the contract does not know the message status; check that its address is that of a Countersign contract",
  );
  const refused = reader.byte();
  demand(refused === 0, `the contract refused: ${refused === 1 ? (ERRORS[reader.byte()] ?? shape) : shape}`);
  const moment = (): Moment => ({ block: Number(reader.uint(4)), seconds: reader.uint(8) });
  demand(equal(reader.take(32), receipt.id) && equal(reader.take(32), receipt.sealed), shape);
  const [anchored, batched, attested, revoked] = [1, 2, 3, 4].map(() => reader.option(moment));
  const disowned = reader.option((): Disownment => ({ since: Number(reader.uint(4)), declared: moment() }));
  demand(reader.left === 0, shape);
  return { anchored, batched, attested, revoked, disowned };
}

/** The beacon's block, if it is the finalised block of its number (PROTOCOL 4.4). */
async function beaconOf(chain: Node, beacon: Hex, finalised: Block): Promise<Facts["beacon"]> {
  if (/^0x0*$/.test(beacon)) return undefined;
  const block = await chain.number(beacon);
  if (block === null || block > finalised.number || (await chain.blockHash(block)) !== beacon) return undefined;
  return { block, seconds: await timeOf(chain, beacon, finalised.hash) };
}

/**
 * A block's timestamp inherent. Which bytes stand before its time is seen at the finalised head, whose time the chain's
 * state tells too: pallet and call numbers differ from chain to chain.
 */
async function timeOf(chain: Node, block: Hex, head: Hex): Promise<bigint | undefined> {
  const now = await chain.bytes("state_getStorage", [NOW, head]);
  if (now === null || now.length !== 8) return undefined;
  const time = toHex(compact(new Reader(now, "").uint(8))).slice(2);
  const bare = (extrinsic: Hex): string => {
    const reader = new Reader(fromHex(extrinsic), "an extrinsic ends too early");
    const length = Number(reader.compact());
    return length === reader.left ? toHex(reader.take(length)).slice(2) : "";
  };
  const sets = (await chain.body(head)).map(bare).filter((call) => /^0[45]/.test(call) && call.slice(6) === time);
  const [set] = sets;
  if (set === undefined || sets.length > 1) return undefined;
  const found = (await chain.body(block)).map(bare).filter((call) => call.startsWith(set.slice(0, 6)));
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  const reader = new Reader(fromHex(`0x${only.slice(6)}`), "an extrinsic ends too early");
  const milliseconds = reader.compact();
  return reader.left === 0 ? milliseconds / 1000n : undefined;
}
