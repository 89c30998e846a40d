import { type Attester, decodeAttester, encodeAttester, parseEip55 } from "./account.ts";
import { demand, equal, fromHex, H, type Hex, keccak, le, tagged, toHex, utf8 } from "./bytes.ts";
import * as domain from "./domain.ts";
import { closed, type Json, natural, text } from "./json.ts";
import { signedBy } from "./signature.ts";

const LANES = ["fast", "replay", "exact"] as const;
const EXACT_ENGINE = H(tagged("countersign/exact/1"));

/** A receipt as its file says it; nothing is proved yet. */
export type Receipt = {
  domain: domain.Domain;
  message: domain.Message;
  attester: Attester;
  signature: Uint8Array;
  deployment: domain.Deployment;
};

/** A receipt whose form, domain and signature are right. Only {@link verifyReceipt} makes one. */
export type VerifiedReceipt = Receipt & {
  fields: domain.Fields;
  digest: Uint8Array;
  receiptId: Uint8Array;
  sealedId: Uint8Array;
};

const bytes = (json: Json, what: string, length?: number): Uint8Array => fromHex(text(json, what), length);

function uint64(json: Json, what: string): bigint {
  const decimal = text(json, what);
  demand(/^(0|[1-9][0-9]{0,19})$/.test(decimal), "schema", `${what} is not a decimal number`);
  demand(BigInt(decimal) < 1n << 64n, "schema", `${what} is beyond 64 bits`);
  return BigInt(decimal);
}

/** Reads the members of a receipt (PROTOCOL 4.9); canonical form and `format` are the caller's. */
export function readReceipt(json: Json): Receipt {
  const keys = ["format", "domain", "message", "attester", "signature", "genesis", "contract"] as const;
  const file = closed(json, "the receipt", keys);
  const d = closed(file.domain, "domain", ["name", "version", "chainId", "verifyingContract"]);
  const m = closed(file.message, "message", [
    "version", "schema", "recipient", "time", "expirationTime", "revocable", "refUID", "data", "salt",
  ]); // prettier-ignore
  demand(typeof m.revocable === "boolean", "schema", "revocable is not true or false");
  return {
    domain: {
      name: text(d.name, "domain.name"),
      version: text(d.version, "domain.version"),
      chainId: natural(d.chainId, "domain.chainId", Number.MAX_SAFE_INTEGER),
      verifyingContract: parseEip55(text(d.verifyingContract, "domain.verifyingContract")),
    },
    message: {
      version: natural(m.version, "message.version", 65_535),
      schema: bytes(m.schema, "schema", 32),
      recipient: parseEip55(text(m.recipient, "recipient")),
      time: uint64(m.time, "time"),
      expirationTime: uint64(m.expirationTime, "expirationTime"),
      revocable: m.revocable,
      refUID: bytes(m.refUID, "refUID", 32),
      data: bytes(m.data, "data"),
      salt: bytes(m.salt, "salt", 32),
    },
    attester: decodeAttester(bytes(file.attester, "attester", 33)),
    signature: bytes(file.signature, "signature"),
    deployment: { genesis: bytes(file.genesis, "genesis", 32), contract: bytes(file.contract, "contract", 32) },
  };
}

/** PROTOCOL 4.1: what every receipt's message has in common. */
export function checkMessage(message: domain.Message): void {
  demand(message.version === 2, "not-a-receipt", `message version ${message.version} is not 2`);
  demand(toHex(message.schema) === domain.SCHEMA_UID, "not-a-receipt", "the schema is not Countersign's");
  demand(message.revocable, "not-a-receipt", "a receipt must be revocable");
  demand(message.data.length === 192, "not-a-receipt", "data must have 192 bytes");
}

/** PROTOCOL 4.1: what the 192 bytes say. */
export function readFields(message: domain.Message): domain.Fields {
  checkMessage(message);
  const at = (index: number): Hex => toHex(message.data.subarray(32 * index, 32 * index + 32));
  const lane = LANES[Number(BigInt(at(5)) > 2n ? 3n : BigInt(at(5)))];
  demand(lane !== undefined, "not-a-receipt", "there is no such lane");
  const fields = { model: at(0), engine: at(1), input: at(2), output: at(3), beacon: at(4), lane };
  demand(
    lane !== "exact" || fields.engine === toHex(EXACT_ENGINE),
    "not-a-receipt",
    "the exact lane names another engine",
  );
  return fields;
}

/** PROTOCOL 4.8. */
export const receiptIdOf = (attester: Attester, digest: Uint8Array): Uint8Array =>
  H(tagged("countersign/receipt/1", encodeAttester(attester), digest));

/** PROTOCOL 4.8: over r ‖ s, or sr25519's 64 bytes. */
export const sealedIdOf = (receiptId: Uint8Array, signature: Uint8Array): Uint8Array =>
  H(tagged("countersign/sealed/1", receiptId, signature.subarray(0, 64)));

/** PROTOCOL 4.1–4.3: the domain is the one that the verifier demands. */
export function checkDomain(found: domain.Domain, wanted: domain.Domain): void {
  const foreign = (["name", "version", "chainId"] as const).find((key) => found[key] !== wanted[key]);
  demand(foreign === undefined, "foreign-domain", `the domain's ${foreign} is not Countersign's`);
  demand(
    equal(found.verifyingContract, wanted.verifyingContract),
    "foreign-domain",
    "verifyingContract does not follow from this chain and this contract",
  );
}

/** Checks form, domain and signature (PROTOCOL 4.1–4.8). What the chain says is another question. */
export function verifyReceipt(receipt: Receipt): VerifiedReceipt {
  checkDomain(receipt.domain, domain.domainOf(receipt.deployment, "EAS Attestation"));
  const fields = readFields(receipt.message);
  const digest = domain.attestDigest(receipt.domain, receipt.message);
  const signed = domain.wrapped(domain.receiptText(fields, receipt.deployment, digest));
  demand(signedBy(receipt.attester, digest, signed, receipt.signature), "signature", "the attester did not sign this");
  const receiptId = receiptIdOf(receipt.attester, digest);
  return { ...receipt, fields, digest, receiptId, sealedId: sealedIdOf(receiptId, receipt.signature) };
}

/** EAS's own uid, for EAS tools only (PROTOCOL 4.8): keccak over packed fields with the schema's hex *text*. */
export function easUid(message: domain.Message, schemaText: string): Uint8Array {
  const be = (value: bigint | number, size: number): Uint8Array => le(value, size).reverse();
  return keccak(
    be(2, 2),
    utf8(schemaText),
    message.recipient,
    new Uint8Array(20),
    be(message.time, 8),
    be(message.expirationTime, 8),
    Uint8Array.of(message.revocable ? 1 : 0),
    message.refUID,
    message.data,
    message.salt,
    new Uint8Array(4),
  );
}
