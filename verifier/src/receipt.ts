import { secp256k1 } from "@noble/curves/secp256k1.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { base58 } from "@scure/base";
import * as sr25519 from "@scure/sr25519";
import { concat, demand, equal, fromHex, H, type Hex, keccak, le, tagged, toHex, utf8 } from "./bytes.ts";
import { eip55, Fields, type Json } from "./json.ts";

/** keccak256(schema text ‖ 20 zero bytes ‖ 01) (PROTOCOL 4.1). */
export const SCHEMA_TEXT = "bytes32 model,bytes32 engine,bytes32 input,bytes32 output,bytes32 beacon,uint8 lane";
const SCHEMA = toHex(keccak(utf8(SCHEMA_TEXT), new Uint8Array(20), Uint8Array.of(1)));
const EXACT_ENGINE = toHex(H(tagged("countersign/exact/1")));
const LANES = ["fast", "replay", "exact"] as const;
const WORDS = ["model", "engine", "input", "output", "beacon"] as const;

/** What ran (PROTOCOL 4.1). */
export type Run = Record<(typeof WORDS)[number], Hex> & { lane: (typeof LANES)[number] };
/** PROTOCOL 4.5. */
export type Attester = { kind: "secp256k1" | "sr25519"; key: Uint8Array; bytes: Uint8Array };

/** A receipt as its file says it, with the ids that follow; {@link verifySignature} says whether it was signed. */
export type Receipt = {
  genesis: Uint8Array;
  contract: Uint8Array;
  run: Run;
  recipient: Uint8Array;
  time: bigint;
  expiration: bigint;
  reference: Uint8Array;
  attester: Attester;
  signature: Uint8Array;
  digest: Uint8Array;
  id: Uint8Array;
  sealed: Uint8Array;
  easUid: Uint8Array;
};

const word = (value: number | bigint): Uint8Array => le(value, 32).reverse();
const pad = (address: Uint8Array): Uint8Array => concat(new Uint8Array(12), address);
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const typeHash = (type: string): Uint8Array => keccak(utf8(type));
const DOMAIN_TYPE = typeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
const ATTEST_TYPE = typeHash(
  "Attest(uint16 version,bytes32 schema,address recipient,uint64 time,uint64 expirationTime,bool revocable,bytes32 refUID,bytes data,bytes32 salt)",
);

/** EIP-712: what stands before every digest of one domain. */
export const domainSeparator = (verifying: Uint8Array, chainId = 1n, version = "1.4.0"): Uint8Array =>
  keccak(DOMAIN_TYPE, keccak(utf8("EAS Attestation")), keccak(utf8(version)), word(chainId), pad(verifying));

type Message = Pick<Receipt, "recipient" | "time" | "expiration" | "reference"> & {
  revocable: boolean;
  data: Uint8Array;
  salt: Uint8Array;
};

/** The EIP-712 digest of EAS's `Attest`, version 2, under our schema. */
export function attestDigest(separator: Uint8Array, m: Message): Uint8Array {
  const struct = keccak(
    ATTEST_TYPE, word(2), fromHex(SCHEMA), pad(m.recipient), word(m.time), word(m.expiration), word(m.revocable ? 1 : 0),
    m.reference, keccak(m.data), m.salt,
  ); // prettier-ignore
  return keccak(Uint8Array.of(0x19, 0x01), separator, struct);
}

/** Reads a receipt file: closed schema, our domain, our message (PROTOCOL 4.1 to 4.5, 4.9). */
export function readReceipt(json: Json, path: string): Receipt {
  const keys = ["attester", "contract", "domain", "genesis", "message", "signature"];
  const file: Fields = Fields.of("receipt", json, path, keys);
  const [genesis, contract] = [file.bytes("genesis", 32), file.bytes("contract", 32)];
  const domain: Fields = new Fields(file.value("domain"), file.at("domain"), [
    "chainId",
    "name",
    "verifyingContract",
    "version",
  ]);
  domain.constant("name", "EAS Attestation");
  domain.constant("version", "1.4.0");
  domain.constant("chainId", 1);
  const verifying = keccak(tagged("countersign/eip712/1", genesis, contract)).slice(12);
  domain.demand(
    equal(domain.address("verifyingContract"), verifying),
    "verifyingContract",
    "it does not follow from the genesis hash and the contract: the receipt is for another chain or contract",
  );
  const message: Fields = new Fields(file.value("message"), file.at("message"), [
    "data",
    "expirationTime",
    "recipient",
    "refUID",
    "revocable",
    "salt",
    "schema",
    "time",
    "version",
  ]);
  message.constant("version", 2);
  message.constant("schema", SCHEMA);
  message.constant("revocable", true);
  const [recipient, reference, salt] = [
    message.address("recipient"),
    message.bytes("refUID", 32),
    message.bytes("salt", 32),
  ];
  const [time, expiration, data] = [message.decimal("time"), message.decimal("expirationTime"), message.bytes("data")];
  const run = message.within("data", () => readRun(data));
  const attester = file.within("attester", () => readAttester(file.bytes("attester", 33)));
  const signature = file.bytes("signature");
  const [length, who] = attester.kind === "secp256k1" ? [65, "an Ethereum"] : [64, "an sr25519"];
  const fault = `${who} signature has ${length} bytes, this one has ${signature.length}`;
  file.demand(signature.length === length, "signature", fault);

  const digest = attestDigest(domainSeparator(verifying), {
    recipient,
    time,
    expiration,
    revocable: true,
    reference,
    data,
    salt,
  });
  const id = H(tagged("countersign/receipt/1", attester.bytes, digest));
  const sealed = H(tagged("countersign/sealed/1", id, signature.subarray(0, 64)));
  const be = (value: bigint, size: number): Uint8Array => le(value, size).reverse();
  const easUid = keccak(
    be(2n, 2), utf8(SCHEMA), recipient, new Uint8Array(20), be(time, 8), be(expiration, 8), Uint8Array.of(1), reference,
    data, salt, new Uint8Array(4),
  ); // prettier-ignore
  return {
    genesis, contract, run, recipient, time, expiration, reference, attester, signature, digest, id, sealed, easUid,
  }; // prettier-ignore
}

function readRun(data: Uint8Array): Run {
  demand(data.length === 192, `the receipt's data has ${data.length} bytes, not 192`);
  const at = (index: number): Hex => toHex(data.subarray(32 * index, 32 * index + 32));
  const lane = isZero(data.subarray(160, 191)) ? LANES[data[191] ?? 3] : undefined;
  demand(lane !== undefined, "the receipt names a lane that does not exist");
  const fault = "the receipt claims the Exact lane but not the Exact engine";
  demand(lane !== "exact" || at(1) === EXACT_ENGINE, fault);
  return { model: at(0), engine: at(1), input: at(2), output: at(3), beacon: at(4), lane };
}

function readAttester(bytes: Uint8Array): Attester {
  const [kind, key] = [bytes[0], bytes.subarray(1)];
  demand(kind === 0 || kind === 1, `the attester's kind ${kind} is neither 0 (secp256k1) nor 1 (sr25519)`);
  if (kind === 0) demand(isZero(key.subarray(0, 12)), "the attester's address is not padded with zeros");
  const nobody = "the sr25519 identity key (32 zero bytes) is refused: anyone can sign for it";
  demand(!isZero(key), kind === 0 ? "the zero address can sign nothing" : nobody);
  return kind === 0 ? { kind: "secp256k1", key: key.subarray(12), bytes } : { kind: "sr25519", key, bytes };
}

/** PROTOCOL 4.6 and 4.7: whether the attester signed exactly this receipt. */
export function verifySignature({ run, attester, signature, digest, genesis, contract }: Receipt): void {
  const altered = "the data was altered, or somebody else signed";
  if (attester.kind === "sr25519") {
    const lines = [
      "Countersign receipt 1", ...WORDS.map((key) => `${key} ${run[key]}`), `lane ${run.lane}`,
      `genesis ${toHex(genesis)}`, `contract ${toHex(contract)}`, `digest ${toHex(digest)}`,
    ]; // prettier-ignore
    const text = utf8(`<Bytes>${lines.join("\n")}</Bytes>`);
    const fault = `the sr25519 signature is not the attester's over this text: ${altered}`;
    return demand(verifySr25519(attester.key, text, signature), fault);
  }
  demand(equal(recover(digest, signature), attester.key), `the signature is not the attester's: ${altered}`);
}

/** In the signing context `substrate`. The caller refuses the identity key. */
export const verifySr25519 = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  attempt(() => sr25519.verify(message, signature, key)) ?? false;

/** The address that signed a digest with 65 bytes r ‖ s ‖ v. */
export function recover(digest: Uint8Array, signature: Uint8Array): Uint8Array {
  const [order, v] = [secp256k1.Point.Fn.ORDER, signature[64] ?? 0];
  const [r, s] = [BigInt(toHex(signature.subarray(0, 32))), BigInt(toHex(signature.subarray(32, 64)))];
  demand(r > 0n && r < order, "the signature's r is out of range");
  demand(s > 0n && s < order, "the signature's s is out of range");
  demand(s <= order / 2n, "the signature's s is in the upper half, which is refused");
  demand(v === 27 || v === 28, `the signature's v is ${v}, not 27 or 28`);
  const signer = new secp256k1.Signature(r, s).addRecoveryBit(v - 27);
  const key = attempt(() => signer.recoverPublicKey(digest).toBytes(false));
  demand(key !== undefined, "no key can have made this signature");
  return keccak(key.subarray(1)).subarray(12);
}

/** The curve libraries throw on what is no point or no signature. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** SS58 with the generic prefix 42; for display only (PROTOCOL 4.5). */
export function ss58(account: Uint8Array): string {
  const body = concat(Uint8Array.of(42), account);
  return base58.encode(concat(body, blake2b(concat(utf8("SS58PRE"), body), { dkLen: 64 }).subarray(0, 2)));
}

/** An attester for people. */
export const attesterName = ({ kind, key }: Attester): string => (kind === "secp256k1" ? eip55(key) : ss58(key));
