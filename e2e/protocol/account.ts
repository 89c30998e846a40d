import { blake2b } from "@noble/hashes/blake2.js";
import { base58 } from "@scure/base";
import { concat, demand, equal, fromHex, type Hex, keccak, toHex, utf8 } from "./bytes.ts";

/** EIP-55: an Ethereum address whose capitals are its checksum. */
export function eip55(address: Uint8Array): Hex {
  const lower = toHex(address).slice(2);
  const hash = toHex(keccak(utf8(lower))).slice(2);
  return `0x${[...lower].map((c, i) => (Number.parseInt(hash.charAt(i), 16) >= 8 ? c.toUpperCase() : c)).join("")}`;
}

/** Reads an address that must be in EIP-55 form. */
export function parseEip55(text: string): Uint8Array {
  const address = fromHex(text.toLowerCase(), 20);
  demand(eip55(address) === text, "schema", `${text} is not an EIP-55 address`);
  return address;
}

/** PROTOCOL 4.5: who signed. The two kinds are never converted into one another. */
export type Attester = { kind: "secp256k1"; address: Uint8Array } | { kind: "sr25519"; publicKey: Uint8Array };

/** 33 bytes: kind, then the address left-padded with zeros, or the public key. */
export const encodeAttester = (attester: Attester): Uint8Array =>
  attester.kind === "secp256k1"
    ? concat(new Uint8Array(13), attester.address)
    : concat(Uint8Array.of(1), attester.publicKey);

/** Decodes 33 bytes; the zero address and the sr25519 identity key are nobody's (PROTOCOL 4.6). */
export function decodeAttester(bytes: Uint8Array): Attester {
  demand(bytes.length === 33, "attester", "an attester has 33 bytes");
  const [kind] = bytes;
  demand(
    kind === 0 || kind === 1,
    "attester",
    `attester kind ${kind} is unknown: only secp256k1 and sr25519 sign receipts`,
  );
  demand(
    !bytes.subarray(1).every((byte) => byte === 0),
    "attester",
    "the attester is the zero key, for which anybody can sign",
  );
  if (kind === 1) return { kind: "sr25519", publicKey: bytes.slice(1) };
  demand(
    bytes.subarray(1, 13).every((byte) => byte === 0),
    "attester",
    "a secp256k1 attester is an address padded with zeros",
  );
  return { kind: "secp256k1", address: bytes.slice(13) };
}

const ss58Checksum = (body: Uint8Array): Uint8Array =>
  blake2b(concat(utf8("SS58PRE"), body), { dkLen: 64 }).slice(0, 2);

/** SS58 of a 32-byte account; for display only (PROTOCOL 4.5). */
export function ss58(account: Uint8Array, prefix: number): string {
  const head =
    prefix < 64
      ? Uint8Array.of(prefix)
      : Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 3) << 6));
  const body = concat(head, account);
  return base58.encode(concat(body, ss58Checksum(body)));
}

/** Reads SS58 of a 32-byte account. */
export function parseSs58(text: string): { account: Uint8Array; prefix: number } {
  demand(/^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(text), "schema", `${text.slice(0, 60)} is not an SS58 account`);
  const bytes = base58.decode(text);
  const [a = 0, b = 0] = bytes;
  const prefix = a < 64 ? a : ((a & 0x3f) << 2) | (b >> 6) | ((b & 0x3f) << 8);
  const account = bytes.slice(a < 64 ? 1 : 2, -2);
  demand(
    account.length === 32 && equal(ss58Checksum(bytes.slice(0, -2)), bytes.slice(-2)),
    "schema",
    `${text} has a wrong checksum`,
  );
  demand(ss58(account, prefix) === text, "schema", `${text} is not in canonical SS58`);
  return { account, prefix };
}
