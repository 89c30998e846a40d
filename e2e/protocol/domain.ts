import { concat, fromHex, type Hex, keccak, tagged, toHex, utf8, word } from "./bytes.ts";

export const ZERO32: Hex = `0x${"00".repeat(32)}`;
export const SCHEMA_TEXT = "bytes32 model,bytes32 engine,bytes32 input,bytes32 output,bytes32 beacon,uint8 lane";

/** EAS: keccak256(schema text ‖ resolver ‖ revocable). */
export const schemaUid = (text: string, resolver: Uint8Array, revocable: boolean): Uint8Array =>
  keccak(utf8(text), resolver, Uint8Array.of(revocable ? 1 : 0));

export const SCHEMA_UID: Hex = toHex(schemaUid(SCHEMA_TEXT, new Uint8Array(20), true));

/** One deployment of the receipts contract on one chain (PROTOCOL 4.3). */
export type Deployment = { genesis: Uint8Array; contract: Uint8Array };

/** An EIP-712 domain; `name` tells receipts (`EAS Attestation`) from revocations and disownments (`EAS`). */
export type Domain = { name: string; version: string; chainId: number; verifyingContract: Uint8Array };

/** PROTOCOL 4.3: the low 20 bytes that bind a signature to a chain and a contract. */
export const verifyingContract = ({ genesis, contract }: Deployment): Uint8Array =>
  keccak(tagged("countersign/eip712/1", genesis, contract)).slice(12);

export const domainOf = (deployment: Deployment, name: "EAS Attestation" | "EAS"): Domain => ({
  name,
  version: "1.4.0",
  chainId: 1,
  verifyingContract: verifyingContract(deployment),
});

const typeHash = (type: string): Uint8Array => keccak(utf8(type));
const DOMAIN_TYPE = typeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
const ATTEST_TYPE = typeHash(
  "Attest(uint16 version,bytes32 schema,address recipient,uint64 time,uint64 expirationTime,bool revocable,bytes32 refUID,bytes data,bytes32 salt)",
);
const REVOKE_TYPE = typeHash(
  "Revoke(address revoker,bytes32 schema,bytes32 uid,uint256 value,uint256 nonce,uint64 deadline)",
);
const DISOWN_TYPE = typeHash("Disown(address attester,uint64 since)");

const address = (bytes: Uint8Array): Uint8Array => concat(new Uint8Array(12), bytes);

export const domainSeparator = (domain: Domain): Uint8Array =>
  keccak(
    DOMAIN_TYPE,
    keccak(utf8(domain.name)),
    keccak(utf8(domain.version)),
    word(domain.chainId),
    address(domain.verifyingContract),
  );

const digest = (domain: Domain, ...struct: Uint8Array[]): Uint8Array =>
  keccak(Uint8Array.of(0x19, 0x01), domainSeparator(domain), keccak(...struct));

/** The fields that an EAS off-chain attestation signs. */
export type Message = {
  version: number;
  schema: Uint8Array;
  recipient: Uint8Array;
  time: bigint;
  expirationTime: bigint;
  revocable: boolean;
  refUID: Uint8Array;
  data: Uint8Array;
  salt: Uint8Array;
};

export const attestDigest = (domain: Domain, m: Message): Uint8Array =>
  digest(
    domain,
    ATTEST_TYPE,
    word(m.version),
    m.schema,
    address(m.recipient),
    word(m.time),
    word(m.expirationTime),
    word(m.revocable ? 1 : 0),
    m.refUID,
    keccak(m.data),
    m.salt,
  );

/** PROTOCOL 5.3: value, nonce and deadline are 0. */
export const revokeDigest = (domain: Domain, revoker: Uint8Array, receiptId: Uint8Array): Uint8Array =>
  digest(domain, REVOKE_TYPE, address(revoker), fromHex(SCHEMA_UID), receiptId, word(0), word(0), word(0));

/** PROTOCOL 5.6. */
export const disownDigest = (domain: Domain, attester: Uint8Array, since: number | bigint): Uint8Array =>
  digest(domain, DISOWN_TYPE, address(attester), word(since));

/** PROTOCOL 4.7: what an sr25519 attester signs. */
export const wrapped = (lines: readonly string[]): Uint8Array => utf8(`<Bytes>${lines.join("\n")}</Bytes>`);

const place = ({ genesis, contract }: Deployment): string[] => [
  `genesis ${toHex(genesis)}`,
  `contract ${toHex(contract)}`,
];

/** The five words of a receipt and its lane. */
export type Fields = {
  model: Hex;
  engine: Hex;
  input: Hex;
  output: Hex;
  beacon: Hex;
  lane: "fast" | "replay" | "exact";
};

export const receiptText = (fields: Fields, deployment: Deployment, digest: Uint8Array): string[] => [
  "Countersign receipt 1",
  `model ${fields.model}`,
  `engine ${fields.engine}`,
  `input ${fields.input}`,
  `output ${fields.output}`,
  `beacon ${fields.beacon}`,
  `lane ${fields.lane}`,
  ...place(deployment),
  `digest ${toHex(digest)}`,
];

export const revocationText = (receiptId: Uint8Array, deployment: Deployment): string[] => [
  "Countersign revocation 1",
  `receipt ${toHex(receiptId)}`,
  ...place(deployment),
];

export const disownText = (since: number | bigint, deployment: Deployment): string[] => [
  "Countersign disown 1",
  `since ${since}`,
  ...place(deployment),
];
