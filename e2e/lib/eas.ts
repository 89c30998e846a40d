import { createRequire } from "node:module";
import type * as Sdk from "@ethereum-attestation-service/eas-sdk";
import { fromHex, type Hex } from "../protocol/bytes.ts";

/** The official SDK, by its CommonJS build: its ES module does not load in Node. */
export const easSdk = createRequire(import.meta.url)("@ethereum-attestation-service/eas-sdk") as typeof Sdk;

export type EasDomain = { name: string; version: string; chainId: number | string; verifyingContract: Hex };

/** The package that the EAS SDK signs and verifies. `signature` is r, s, v or the raw bytes. */
export type Attestation = {
  version: number;
  uid: Hex;
  domain: EasDomain;
  primaryType: string;
  types?: unknown;
  message: {
    version: number;
    schema: Hex;
    recipient: Hex;
    time: string;
    expirationTime: string;
    revocable: boolean | number | string;
    refUID: Hex;
    data: Hex;
    salt: Hex;
  };
  signature: { r: Hex; s: Hex; v: number } | Hex;
};

const ENVELOPE = ["version", "uid", "primaryType", "types"] as const;

function serialised(signature: Attestation["signature"]): Hex {
  if (typeof signature === "string") return signature;
  const v = signature.v.toString(16).padStart(2, "0");
  return `0x${signature.r.slice(2)}${signature.s.slice(2)}${v}`;
}

/**
 * The members that Countersign's receipt file would have for an EAS package. What an attacker changed in the package's
 * envelope, compared with `original`, is carried over as it stands. The deployment is made up: EAS names none.
 */
export function receiptFile(attestation: Attestation, attester: Hex, original?: Attestation): Record<string, unknown> {
  const altered = ENVELOPE.filter((key) => original !== undefined && attestation[key] !== original[key]);
  const uidFollows = attestation.message.schema !== original?.message.schema;
  return {
    attester: `0x${"00".repeat(13)}${Buffer.from(fromHex(attester.toLowerCase(), 20)).toString("hex")}`,
    contract: `0x${"11".repeat(32)}`,
    domain: attestation.domain,
    format: "countersign/receipt/1",
    genesis: `0x${"22".repeat(32)}`,
    message: attestation.message,
    signature: serialised(attestation.signature),
    ...Object.fromEntries(altered.filter((key) => key !== "uid" || !uidFollows).map((key) => [key, attestation[key]])),
  };
}
