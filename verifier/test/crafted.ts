import { secp256k1 } from "@noble/curves/secp256k1.js";
import * as sr25519 from "@scure/sr25519";
import { concat, fromHex, H, type Hex, keccak, le, tagged, toHex, utf8 } from "../src/bytes.ts";
import { encodeFragment, leafHash } from "../src/commitment.ts";
import { canonical, eip55, type Json } from "../src/json.ts";
import { attestDigest, domainSeparator } from "../src/receipt.ts";

/** Keys of this test alone. */
const SECP = new Uint8Array(32).fill(0x11);
const SR = sr25519.secretFromSeed(new Uint8Array(32).fill(0x22));
const address = keccak(secp256k1.getPublicKey(SECP, false).subarray(1)).subarray(12);

export const GENESIS: Hex = `0x${"2a".repeat(32)}`;
export const CONTRACT: Hex = `0x${"3b".repeat(32)}`;
export const hash = (byte: string): Hex => `0x${byte.repeat(32)}`;
const FIELDS = { model: hash("01"), engine: hash("02"), input: hash("03"), output: hash("04"), beacon: hash("00") };

export type Claim = Partial<typeof FIELDS> & { lane?: number; time?: bigint; expiration?: bigint; reference?: Hex };
export type File = { [key: string]: Json } & { message: { [key: string]: Json }; domain: { [key: string]: Json } };
export type Signed = { file: File; text: string; digest: Uint8Array; id: Hex; sealed: Hex };

/** Signs a receipt with a key of the test; `alter` may break the file afterwards, before it is written canonically. */
export function receipt(kind: "secp256k1" | "sr25519" = "secp256k1", claim: Claim = {}): Signed {
  const { lane = 1, time = 1_700_000_000n, expiration = 0n, reference = hash("00"), ...words } = claim;
  const run = { ...FIELDS, ...words };
  const data = concat(...Object.values(run).map((word) => fromHex(word)), le(lane, 32).reverse());
  const verifying = keccak(tagged("countersign/eip712/1", fromHex(GENESIS), fromHex(CONTRACT))).slice(12);
  const [recipient, salt] = [new Uint8Array(20), new Uint8Array(32).fill(9)];
  const message = { recipient, time, expiration, revocable: true, reference: fromHex(reference), data, salt };
  const digest = attestDigest(domainSeparator(verifying), message);
  const lines = [
    "Countersign receipt 1",
    ...Object.entries(run).map(([key, value]) => `${key} ${value}`),
    `lane ${["fast", "replay", "exact"][lane] ?? "none"}`,
    `genesis ${GENESIS}`,
    `contract ${CONTRACT}`,
    `digest ${toHex(digest)}`,
  ];
  const attester =
    kind === "secp256k1" ? concat(new Uint8Array(13), address) : concat(Uint8Array.of(1), sr25519.getPublicKey(SR));
  const signature = kind === "secp256k1" ? ethereum(digest) : substrate(`<Bytes>${lines.join("\n")}</Bytes>`);
  const file: File = {
    attester: toHex(attester),
    contract: CONTRACT,
    domain: { chainId: 1, name: "EAS Attestation", verifyingContract: eip55(verifying), version: "1.4.0" },
    format: "countersign/receipt/1",
    genesis: GENESIS,
    message: {
      data: toHex(data),
      expirationTime: String(expiration),
      recipient: eip55(recipient),
      refUID: reference,
      revocable: true,
      salt: toHex(salt),
      schema: "0x9beddc8339063f06b5dabd1e79b533730c0590552e5e61f5742a304692daff4f",
      time: String(time),
      version: 2,
    },
    signature: toHex(signature),
  };
  const id = H(tagged("countersign/receipt/1", attester, digest));
  const sealed = H(tagged("countersign/sealed/1", id, signature.subarray(0, 64)));
  return { file, text: canonical(file), digest, id: toHex(id), sealed: toHex(sealed) };
}

/** r ‖ s ‖ v over a digest. */
export function ethereum(digest: Uint8Array): Uint8Array {
  const [recovery = 0, ...rs] = secp256k1.sign(digest, SECP, { prehash: false, format: "recovered" });
  return Uint8Array.of(...rs, recovery + 27);
}

export const substrate = (message: string | Uint8Array): Uint8Array =>
  sr25519.sign(SR, typeof message === "string" ? utf8(message) : message);

type Named = { kind: 0 | 1; name: string; data: Uint8Array };

/** A commitment to files, with the openings of all its items, in whatever order they are given. */
export function commit(
  side: 0 | 1,
  items: readonly Named[],
): { commitment: Hex; open: (id: Hex, only?: number[]) => Json } {
  // prettier-ignore
  const bytes = items.map(({ kind, name, data }) => {
    const header = kind === 1 ? [] : [Uint8Array.of(2, 1), le(data.length, 8)];
    const head = concat(Uint8Array.of(kind), le(utf8(name).length, 2), utf8(name), ...header);
    return concat(head, le(data.length, 8), data.length <= 256 && data.length > 0 ? leafHash(data) : H());
  });
  const salts = items.map((_, i) => new Uint8Array(32).fill(0x60 + i));
  const leaves = bytes.map((item, i) => leafHash(salts[i]!, item));
  const node = (a: Uint8Array, b: Uint8Array): Uint8Array => H(Uint8Array.of(1), a, b);
  // One or two items are enough for every test here.
  const root = leaves.length === 1 ? leaves[0]! : node(leaves[0]!, leaves[1]!);
  const tag = tagged("countersign/commitment/1", Uint8Array.of(side), le(items.length, 4), root);
  const open = (id: Hex, only = items.map((_, i) => i)): Json => ({
    count: items.length,
    format: "countersign/opening/1",
    items: only.map((index) => ({
      index,
      item: toHex(bytes[index]!),
      path: leaves.length === 1 ? [] : [toHex(leaves[1 - index]!)],
      salt: toHex(salts[index]!),
    })),
    receipt: id,
    side,
  });
  return { commitment: toHex(H(tag)), open };
}

export const bundle = ({ file }: Signed, openings: Json[] = [], anchors: Json[] = []): string =>
  canonical({ anchors, format: "countersign/bundle/1", openings, receipt: file });

/** A batch of two, this receipt the second. */
export function batch({ id, sealed }: Signed): Json {
  const other = leafHash(new Uint8Array(32).fill(0x77));
  const root = H(Uint8Array.of(1), other, leafHash(fromHex(sealed)));
  return { format: "countersign/anchor/1", index: 1, path: [toHex(other)], receipt: id, root: toHex(root), size: 2 };
}

export const link = (text: string): string => `https://example.org/verify#${encodeFragment(utf8(text))}`;
