import type { KeyringPair } from "@polkadot/keyring/types";
import { randomBytes } from "node:crypto";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Attester, eip55, encodeAttester } from "../protocol/account.ts";
import { fromHex, toHex } from "../protocol/bytes.ts";
import * as domain from "../protocol/domain.ts";
import { canonical, type Json } from "../protocol/json.ts";
import { readFields, readReceipt, receiptIdOf, sealedIdOf } from "../protocol/receipt.ts";

/** Where receipts are signed for. */
export type Place = { genesis: Hex; contract: Hex };

/** What a receipt says. Whatever is left out is fresh randomness or nothing. */
export type Claim = Partial<domain.Fields> & { time?: bigint; expirationTime?: bigint; refUID?: Hex; recipient?: Hex };

/** A signed receipt: its file, its ids, and the arguments that the contract takes. */
export type Signed = {
  file: string;
  attester: Attester;
  attesterArg: { Secp256k1: Hex } | { Sr25519: Hex };
  statement: Record<string, unknown>;
  signature: Hex;
  signatureArg: { Secp256k1: Hex } | { Sr25519: Hex };
  digest: Hex;
  receiptId: Hex;
  sealedId: Hex;
};

/** Signs bytes in one of the two ways; the two kinds of keys differ in nothing else. */
export type Signer = {
  attester: Attester;
  /** EIP-712 typed data for secp256k1, wrapped text for sr25519. */
  sign: (typed: TypedData, text: readonly string[]) => Promise<Hex>;
};

export type TypedData = {
  domain: domain.Domain;
  primaryType: string;
  types: Record<string, { name: string; type: string }[]>;
  message: Record<string, unknown>;
};

const field = (name: string, type: string): { name: string; type: string } => ({ name, type });

/** EIP-712 types by name, as PROTOCOL 4.1, 5.3 and 5.6 and EXACT 5.1 write them. */
const TYPES = {
  Attest: [
    field("version", "uint16"),
    field("schema", "bytes32"),
    field("recipient", "address"),
    field("time", "uint64"),
    field("expirationTime", "uint64"),
    field("revocable", "bool"),
    field("refUID", "bytes32"),
    field("data", "bytes"),
    field("salt", "bytes32"),
  ],
  Revoke: [
    field("revoker", "address"),
    field("schema", "bytes32"),
    field("uid", "bytes32"),
    field("value", "uint256"),
    field("nonce", "uint256"),
    field("deadline", "uint64"),
  ],
  Disown: [field("attester", "address"), field("since", "uint64")],
  Claim: [field("receipt", "bytes32"), field("account", "bytes32")],
};

/** An Ethereum key, signing through viem. */
export function viemSigner(key: Hex): Signer {
  const account = privateKeyToAccount(key);
  return {
    attester: { kind: "secp256k1", address: fromHex(account.address.toLowerCase()) },
    sign: ({ domain: d, ...typed }) =>
      account.signTypedData({ ...typed, domain: { ...d, verifyingContract: eip55(d.verifyingContract) } }),
  };
}

/** An sr25519 key, signing through @polkadot/keyring. */
export function polkadotSigner(pair: KeyringPair): Signer {
  return {
    attester: { kind: "sr25519", publicKey: pair.publicKey },
    sign: (_typed, text) => Promise.resolve(toHex(pair.sign(domain.wrapped(text)))),
  };
}

const arg = (attester: Attester): Signed["attesterArg"] =>
  attester.kind === "secp256k1" ? { Secp256k1: toHex(attester.address) } : { Sr25519: toHex(attester.publicKey) };

const signatureArg = (signer: Signer, signature: Hex): Signed["signatureArg"] =>
  signer.attester.kind === "secp256k1" ? { Secp256k1: signature } : { Sr25519: signature };

const random = (): Hex => toHex(randomBytes(32));
const deploymentOf = ({ genesis, contract }: Place): domain.Deployment => ({
  genesis: fromHex(genesis),
  contract: fromHex(contract),
});

/** The address that stands for a signer in typed data; an sr25519 signer signs text instead. */
const addressOf = (attester: Attester): Hex =>
  eip55(attester.kind === "secp256k1" ? attester.address : new Uint8Array(20));

/** Signs a receipt for `place`. */
export async function signReceipt(signer: Signer, place: Place, claim: Claim = {}): Promise<Signed> {
  const deployment = deploymentOf(place);
  const lane = claim.lane ?? "replay";
  const words = [claim.model, claim.engine, claim.input, claim.output, claim.beacon].map((word) => word ?? random());
  const laneWord = ["fast", "replay", "exact"].indexOf(lane).toString(16).padStart(64, "0");
  const message = {
    version: 2,
    schema: domain.SCHEMA_UID,
    recipient: claim.recipient ?? eip55(new Uint8Array(20)),
    time: String(claim.time ?? BigInt(Math.floor(Date.now() / 1000))),
    expirationTime: String(claim.expirationTime ?? 0n),
    revocable: true,
    refUID: claim.refUID ?? domain.ZERO32,
    data: `0x${words.map((word) => word.slice(2)).join("")}${laneWord}`,
    salt: random(),
  };
  const wanted = domain.domainOf(deployment, "EAS Attestation");
  const unsigned = {
    attester: toHex(encodeAttester(signer.attester)),
    contract: place.contract,
    domain: { ...wanted, verifyingContract: eip55(wanted.verifyingContract) },
    format: "countersign/receipt/1",
    genesis: place.genesis,
    message,
  };
  const read = readReceipt({ ...unsigned, signature: "0x" } as Json);
  const fields = readFields(read.message);
  const digest = domain.attestDigest(wanted, read.message);
  const typed = { domain: wanted, primaryType: "Attest", types: { Attest: TYPES.Attest }, message };
  const signature = await signer.sign(typed, domain.receiptText(fields, deployment, digest));
  const receiptId = receiptIdOf(signer.attester, digest);
  const { lane: name, ...run } = fields;
  return {
    file: canonical({ ...unsigned, signature } as Json),
    attester: signer.attester,
    attesterArg: arg(signer.attester),
    statement: {
      run: { ...run, lane: name.charAt(0).toUpperCase() + name.slice(1) },
      recipient: message.recipient.toLowerCase(),
      time: message.time,
      expiration: message.expirationTime,
      reference: message.refUID,
      salt: message.salt,
    },
    signature,
    signatureArg: signatureArg(signer, signature),
    digest: toHex(digest),
    receiptId: toHex(receiptId),
    sealedId: toHex(sealedIdOf(receiptId, fromHex(signature))),
  };
}

/** Signs the revocation of a receipt (PROTOCOL 5.3). */
export async function signRevocation(signer: Signer, place: Place, receiptId: Hex): Promise<Signed["signatureArg"]> {
  const message = {
    revoker: addressOf(signer.attester),
    schema: domain.SCHEMA_UID,
    uid: receiptId,
    value: 0n,
    nonce: 0n,
    deadline: 0n,
  };
  const deployment = deploymentOf(place);
  const typed = {
    domain: domain.domainOf(deployment, "EAS"),
    primaryType: "Revoke",
    types: { Revoke: TYPES.Revoke },
    message,
  };
  return signatureArg(signer, await signer.sign(typed, domain.revocationText(fromHex(receiptId), deployment)));
}

/** Signs that the key is disowned from block `since` on (PROTOCOL 5.6). */
export async function signDisownment(signer: Signer, place: Place, since: number): Promise<Signed["signatureArg"]> {
  const message = { attester: addressOf(signer.attester), since: BigInt(since) };
  const deployment = deploymentOf(place);
  const typed = {
    domain: domain.domainOf(deployment, "EAS"),
    primaryType: "Disown",
    types: { Disown: TYPES.Disown },
    message,
  };
  return signatureArg(signer, await signer.sign(typed, domain.disownText(since, deployment)));
}

/** Authorises `account` to put a receipt at stake in the disputes contract at `disputes` (EXACT 5.1). */
export async function signClaim(
  signer: Signer,
  disputes: Place,
  receiptId: Hex,
  account: Hex,
): Promise<Signed["signatureArg"]> {
  const verifying = domain.verifyingContract(deploymentOf(disputes));
  const typed = {
    domain: { name: "Countersign Disputes", version: "1", chainId: 1, verifyingContract: verifying },
    primaryType: "Claim",
    types: { Claim: TYPES.Claim },
    message: { receipt: receiptId, account },
  };
  return signatureArg(signer, await signer.sign(typed, []));
}

export const attesterArg = arg;
