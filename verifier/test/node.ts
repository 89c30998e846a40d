import { concat, fromHex, type Hex, le, toHex } from "../src/bytes.ts";
import type { Rpc } from "../src/chain.ts";
import { CONTRACT, GENESIS, hash, type Signed } from "./crafted.ts";

export type At = { block: number; seconds: number };
/** What the chain of a test holds. */
export type World = {
  anchored?: At;
  batched?: At;
  attested?: At;
  revoked?: At;
  disowned?: { since: number; declared: At };
  code?: Hex | null;
  genesis?: Hex;
  /** Blocks by hash; their times follow from their numbers. */
  blocks?: Record<Hex, number>;
  /** Answers that replace the world's own. */
  answers?: Record<string, (params: unknown[]) => unknown>;
};

export const HEAD = 100;
export const timeOf = (block: number): number => 1_600_000_000 + 6 * block;
export const hashOf = (block: number): Hex => (block === 0 ? GENESIS : `0x${block.toString(16).padStart(64, "c")}`);
export const at = (block: number): At => ({ block, seconds: timeOf(block) });

export const DEPLOYMENTS = JSON.stringify({
  deployments: [
    {
      codeHashes: { receipts: hash("51"), registry: hash("52") },
      development: false,
      disputes: null,
      genesis: GENESIS,
      name: "test",
      receipts: CONTRACT,
      registry: hash("53"),
    },
  ],
  format: "countersign/deployments/1",
});

const moment = ({ block, seconds }: At): Uint8Array => concat(le(block, 4), le(seconds, 8));
const option = (bytes: Uint8Array | undefined): Uint8Array =>
  bytes === undefined ? le(0, 1) : concat(le(1, 1), bytes);
const vec = (bytes: Uint8Array): Uint8Array => concat(le((bytes.length << 2) | 1, 2), bytes);

/** A node made up for the rules of PROTOCOL 5.5 and 5.6; the real one is asked by the tests in `e2e`. */
export function node({ id, sealed }: Signed, world: World = {}): Rpc {
  const { anchored, batched, attested, revoked, disowned, genesis = GENESIS, code = hash("51") } = world;
  const facts = [anchored, batched, attested, revoked].map((found) => option(found && moment(found)));
  const key = option(disowned && concat(le(disowned.since, 4), moment(disowned.declared)));
  const answer = vec(concat(Uint8Array.of(0, 0), fromHex(id), fromHex(sealed), ...facts, key));
  const called = concat(Uint8Array.of(0, 4, 8, 12, 1), new Uint8Array(16), Uint8Array.of(0, 0), le(0, 4), answer, le(0, 1)); // prettier-ignore
  const numbers: Record<string, number> = { [hashOf(HEAD)]: HEAD, ...world.blocks };
  const milliseconds = (block: number): Uint8Array => concat(Uint8Array.of(3 + (2 << 2)), le(1000 * timeOf(block), 6));
  const inherent = (block: number): Hex => toHex(concat(Uint8Array.of(10 << 2, 5, 2, 0), milliseconds(block)));
  const other: Hex = "0x1005010000";
  const answers: Record<string, (params: unknown[]) => unknown> = {
    chain_getBlockHash: ([number]) => {
      if (number === 0) return genesis;
      return Object.keys(numbers).find((known) => numbers[known] === number) ?? null;
    },
    chain_getFinalizedHead: () => hashOf(HEAD),
    chain_getHeader: ([known]) => {
      const number = numbers[String(known)];
      return number === undefined ? null : { number: `0x${number.toString(16)}` };
    },
    chain_getBlock: ([known]) => ({ block: { extrinsics: [inherent(numbers[String(known)] ?? 0), other] } }),
    state_getStorage: ([storage]) => {
      if (String(storage).startsWith("0xf0c3")) return toHex(le(1000 * timeOf(HEAD), 8));
      return code === null ? null : toHex(concat(Uint8Array.of(3 << 2, 1, 2, 3), fromHex(code), new Uint8Array(9)));
    },
    state_call: () => toHex(called),
    ...world.answers,
  };
  return (method, params) => Promise.resolve(answers[method]?.(params));
}
