import { secp256k1 } from "@noble/curves/secp256k1.js";
import * as sr25519 from "@scure/sr25519";
import type { Attester } from "./account.ts";
import { concat, demand, equal, keccak } from "./bytes.ts";

const ORDER = secp256k1.Point.Fn.ORDER;

/** PROTOCOL 4.6: the signer's address, where the 65 bytes are a signature in the only accepted form. */
export function recover(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== 65) return undefined;
  const v = signature[64] ?? 0;
  if (v !== 27 && v !== 28) return undefined;
  const number = (from: number): bigint =>
    BigInt(`0x${Buffer.from(signature.subarray(from, from + 32)).toString("hex")}`);
  const [r, s] = [number(0), number(32)];
  if (r === 0n || r >= ORDER || s === 0n || s > ORDER / 2n) return undefined;
  try {
    const point = new secp256k1.Signature(r, s).addRecoveryBit(v - 27).recoverPublicKey(digest);
    return keccak(point.toBytes(false).slice(1)).slice(12);
  } catch {
    return undefined;
  }
}

/** PROTOCOL 4.6: a wallet's v of 0 or 1 becomes 27 or 28, once, when the signature arrives. Smart accounts are refused by length. */
export function normaliseWalletSignature(signature: Uint8Array): Uint8Array {
  demand(signature.length === 65, "signature", "this is no 65-byte signature: smart accounts cannot sign receipts");
  const v = signature[64] ?? 0;
  return v > 1 ? signature : concat(signature.subarray(0, 64), Uint8Array.of(v + 27));
}

/** Whether `attester` signed: the digest (secp256k1) or the wrapped text (sr25519). */
export function signedBy(attester: Attester, digest: Uint8Array, text: Uint8Array, signature: Uint8Array): boolean {
  if (attester.kind === "secp256k1") {
    const signer = recover(digest, signature);
    return signer !== undefined && equal(signer, attester.address);
  }
  if (signature.length !== 64 || attester.publicKey.every((byte) => byte === 0)) return false;
  try {
    return sr25519.verify(text, signature, attester.publicKey);
  } catch {
    return false;
  }
}
