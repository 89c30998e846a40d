import { expect, test } from "@playwright/test";
import { recoverAddress, verifyTypedData } from "viem";
import { eip55, parseEip55 } from "../../protocol/account.ts";
import { concat, demand, fromHex, type Hex, Refused, toHex, utf8 } from "../../protocol/bytes.ts";
import { attestDigest, type Domain, domainSeparator, type Message, revokeDigest } from "../../protocol/domain.ts";
import { checkDomain, checkMessage, easUid, readFields, readReceipt, receiptIdOf } from "../../protocol/receipt.ts";
import { normaliseWalletSignature, recover, signedBy } from "../../protocol/signature.ts";
import { vectors } from "../../lib/vectors.ts";
import { type Attestation, type EasDomain, receiptFile } from "../../lib/eas.ts";
import { canonical, type Json, parseCanonical } from "../../protocol/json.ts";

const domainOf = (domain: EasDomain): Domain => ({
  ...domain,
  chainId: Number(domain.chainId),
  verifyingContract: parseEip55(domain.verifyingContract),
});

/** What Countersign's file would hold for an EAS package. */
const fileOf = (attestation: Attestation, attester: Hex, original?: Attestation): string =>
  canonical(receiptFile(attestation, attester, original) as Json);

/** All of a receipt's checks but those of the lane, under the domain that the vector names; gives the ReceiptId. */
function verifyUnder(expected: EasDomain, file: string): Hex {
  const receipt = readReceipt(parseCanonical(file));
  checkDomain(receipt.domain, domainOf(expected));
  checkMessage(receipt.message);
  const digest = attestDigest(receipt.domain, receipt.message);
  demand(
    signedBy(receipt.attester, digest, new Uint8Array(), receipt.signature),
    "signature",
    "not signed by the attester",
  );
  return toHex(receiptIdOf(receipt.attester, digest));
}

/** Valid EAS attestations that are no receipts, and why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "replay lane, not revocable": /must be revocable/,
  "exact lane, expires, chain 420420": /another engine/,
  "everything nonzero, chain 964": /another engine/,
  "lane 255: a valid signature over a lane that does not exist": /no such lane/,
};

test.describe("EAS off-chain attestations (PROTOCOL 4.1)", () => {
  type Case = {
    name: string;
    signer: Hex;
    domain: EasDomain;
    message: Attestation["message"];
    types: Record<string, { name: string; type: string }[]>;
    primary_type: string;
    domain_separator: Hex;
    digest: Hex;
    signature: { r: Hex; s: Hex; v: number; serialized: Hex; eip2098_compact: Hex };
    uid: Hex;
  };
  const { cases } = vectors<{ cases: Case[] }>("eas-offchain.json");
  const message = (m: Attestation["message"]): Message => ({
    version: Number(m.version),
    schema: fromHex(m.schema),
    recipient: parseEip55(m.recipient),
    time: BigInt(m.time),
    expirationTime: BigInt(m.expirationTime),
    revocable: m.revocable === true,
    refUID: fromHex(m.refUID),
    data: fromHex(m.data),
    salt: fromHex(m.salt),
  });

  for (const c of cases) {
    test(`digest, signer and uid: ${c.name}`, async () => {
      const domain = domainOf(c.domain);
      expect(toHex(domainSeparator(domain))).toBe(c.domain_separator);
      const digest = attestDigest(domain, message(c.message));
      expect(toHex(digest)).toBe(c.digest);
      expect(toHex(easUid(message(c.message), c.message.schema))).toBe(c.uid);
      const signature = fromHex(c.signature.serialized, 65);
      expect(eip55(recover(digest, signature) ?? new Uint8Array(20))).toBe(c.signer);
      expect(await recoverAddress({ hash: c.digest, signature: c.signature.serialized })).toBe(c.signer);
      expect(recover(digest, fromHex(c.signature.eip2098_compact))).toBeUndefined();
    });

    const refusal = REFUSED[c.name];
    test(`${refusal ? "is not" : "is"} a receipt's message: ${c.name}`, () => {
      const m = message(c.message);
      if (refusal === undefined) expect(readFields(m).model).toBe(c.message.data.slice(0, 66));
      else expect(() => readFields(m)).toThrow(refusal);
    });
  }

  test("every refusal names a case", () => {
    expect(cases.map((c) => c.name)).toEqual(expect.arrayContaining(Object.keys(REFUSED)));
  });
});

test.describe("R3: altered EAS receipts are refused (PROTOCOL 4.1, 4.6, 4.9)", () => {
  type Tampered = {
    base: string;
    class: string;
    name: string;
    attester_claimed: Hex;
    attestation: Attestation;
    raw_signature?: Hex;
  };
  const cases = vectors<{ cases: Tampered[] }>("eas-tampered.json").cases.map((c) =>
    c.raw_signature === undefined ? c : { ...c, attestation: { ...c.attestation, signature: c.raw_signature } },
  );
  const control = (base: string): Tampered => {
    const found = cases.find((c) => c.base === base && c.class === "control");
    if (found === undefined) throw new Error(`no control for ${base}`);
    return found;
  };

  cases.forEach((c, i) => {
    const original = control(c.base);
    const { domain } = original.attestation;
    const untouched = fileOf(original.attestation, original.attester_claimed);
    const file = fileOf(c.attestation, c.attester_claimed, original.attestation);
    const secondSigner = c.name === "somebody else signs the very same message";
    const expected = file === untouched ? "the same file, accepted" : secondSigner ? "accepted" : "refused";

    test(`${i} ${c.class}: ${c.name}: ${expected}`, () => {
      if (expected === "refused") expect(() => verifyUnder(domain, file)).toThrow(Refused);
      else expect(verifyUnder(domain, file) === verifyUnder(domain, untouched)).toBe(!secondSigner);
    });
  });

  test("only what writes the same file, and a second signer, are accepted", () => {
    const accepted = cases.filter((c) => {
      const original = control(c.base).attestation;
      try {
        return verifyUnder(original.domain, fileOf(c.attestation, c.attester_claimed, original)) !== "0x";
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
        return false;
      }
    });
    expect([...new Set(accepted.map((c) => `${c.class}: ${c.name}`))].sort()).toEqual([
      "attester: attester in lower case",
      "control: untouched",
      "crafted by a signer: somebody else signs the very same message",
      "representation: recipient in lower case",
      "representation: time as decimal string",
      "signature: raw 65 bytes",
    ]);
  });

  test("a wallet's v 0/1 is normalised when it arrives, other forms are not (PROTOCOL 4.6)", () => {
    for (const c of cases.filter((c) => c.name === "raw 65 bytes with v 0/1")) {
      const original = receiptFile(control(c.base).attestation, c.attester_claimed);
      const arrived = fromHex(c.attestation.signature as Hex);
      expect(toHex(normaliseWalletSignature(arrived))).toBe(original["signature"]);
    }
    for (const c of cases.filter((c) => /^raw 6[46]/.test(c.name)))
      expect(() => normaliseWalletSignature(fromHex(c.attestation.signature as Hex))).toThrow(/smart accounts/);
  });
});

test.describe("EAS delegated revocations (PROTOCOL 5.3)", () => {
  type Case = {
    kind: string;
    name: string;
    signer: Hex;
    domain: EasDomain;
    primary_type: "Revoke";
    types: Record<string, { name: string; type: string }[]>;
    message: Record<string, string | number>;
    digest: Hex;
    signature: { serialized: Hex };
  };
  const { cases } = vectors<{ cases: Case[] }>("eas-delegated.json");
  for (const c of cases.filter((c) => c.kind === "revoke")) {
    test(`digest: ${c.name}`, async () => {
      const m = c.message;
      const ours = m["value"] === "0" && m["nonce"] === "0" && m["deadline"] === "0";
      const digest = toHex(
        revokeDigest(domainOf(c.domain), parseEip55(String(m["revoker"])), fromHex(String(m["uid"]))),
      );
      expect(digest === c.digest).toBe(ours);
      const { domain, types, signature } = c;
      const claim = {
        domain: { ...domain, chainId: Number(domain.chainId) },
        types,
        message: m,
        primaryType: "Revoke",
      };
      expect(await verifyTypedData({ ...claim, address: c.signer, signature: signature.serialized })).toBe(true);
      const signer = recover(fromHex(c.digest), fromHex(signature.serialized)) ?? new Uint8Array(20);
      expect(eip55(signer) === m["revoker"]).toBe(!c.name.includes("somebody else"));
    });
  }

  type Tampered = {
    kind: string;
    name: string;
    signer_claimed: Hex;
    domain: EasDomain;
    message: Record<string, string>;
    signature: { r: Hex; s: Hex; v: number };
  };
  const { tampered } = vectors<{ tampered: Tampered[] }>("eas-delegated.json");
  for (const c of tampered.filter((c) => c.kind === "revoke")) {
    test(`C3: a revocation with a nonce or a deadline is not ours: ${c.name}`, () => {
      const digest = revokeDigest(
        domainOf(c.domain),
        parseEip55(String(c.message["revoker"])),
        fromHex(String(c.message["uid"])),
      );
      const signature = concat(fromHex(c.signature.r), fromHex(c.signature.s), Uint8Array.of(c.signature.v));
      const attester = { kind: "secp256k1", address: parseEip55(c.signer_claimed) } as const;
      expect(signedBy(attester, digest, new Uint8Array(), signature)).toBe(false);
    });
  }
});

test.describe("sr25519 (PROTOCOL 4.6, 4.7)", () => {
  type Case = {
    variant: string;
    uri: string;
    public_key: Hex;
    digest: Hex;
    message: Hex;
    signature: Hex;
    over_wrapped_bytes: boolean;
  };
  type Negative = { name: string; message: Hex; signature: Hex; public_key: Hex; scure: string };
  const { cases, negative } = vectors<{ cases: Case[]; negative: Negative[] }>("sr25519.json");
  const verify = (publicKey: Hex, message: Uint8Array, signature: Hex): boolean =>
    signedBy({ kind: "sr25519", publicKey: fromHex(publicKey) }, new Uint8Array(32), message, fromHex(signature));

  for (const c of cases) {
    test(`${c.uri} ${c.variant}`, () => {
      expect(verify(c.public_key, fromHex(c.message), c.signature)).toBe(true);
      const wrapped = concat(utf8("<Bytes>"), fromHex(c.digest), utf8("</Bytes>"));
      expect(verify(c.public_key, wrapped, c.signature)).toBe(c.over_wrapped_bytes);
    });
  }

  for (const n of negative) {
    test(`negative: ${n.name}`, () => {
      expect(verify(n.public_key, fromHex(n.message), n.signature)).toBe(n.scure === "accept");
    });
  }

  test("the identity key never signs", () => {
    const nobody = `0x${"00".repeat(32)}` as Hex;
    const forged = `0x${"00".repeat(63)}80` as Hex;
    expect(verify(nobody, utf8("anything"), forged)).toBe(false);
  });
});
