import { expect, test } from "@playwright/test";
import { recoverTypedDataAddress, verifyTypedData } from "viem";
import { eip55, encodeAttester, parseEip55 } from "../../protocol/account.ts";
import { demand, fromHex, H, type Hex, Refused, toHex, utf8 } from "../../protocol/bytes.ts";
import { canonicalElements, commit, decodeItem, encodeItem, itemLeaf, itemOf } from "../../protocol/commitment.ts";
import * as domain from "../../protocol/domain.ts";
import {
  demandAgreement,
  linkOf,
  modelIdOf,
  readFile,
  readLink,
  readManifest,
  verifyAnchor,
  verifyOpening,
  type Opening,
} from "../../protocol/files.ts";
import { dataRoot, leafHash, root, verifyPath } from "../../protocol/merkle.ts";
import { type Receipt, type VerifiedReceipt, verifyReceipt } from "../../protocol/receipt.ts";
import { signedBy } from "../../protocol/signature.ts";
import { type Attestation, easSdk } from "../../lib/eas.ts";
import { protocolVectors, type ReceiptVector } from "../../lib/protocol-vectors.ts";

const v = protocolVectors();
const deployment = { genesis: fromHex(v.deployment.genesis), contract: fromHex(v.deployment.receipts) };

function parseReceipt(vector: ReceiptVector): Receipt {
  const file = readFile(utf8(vector.file_canonical));
  if (file.format !== "receipt") throw new Error("not a receipt");
  return file.receipt;
}

function verified(index: number): VerifiedReceipt {
  const vector = v.receipts[index];
  if (vector === undefined) throw new Error(`no receipt ${index}`);
  return verifyReceipt(parseReceipt(vector));
}

test.describe("commitments (PROTOCOL 1, 2)", () => {
  v.commitments.forEach((c, i) => {
    test(`commitment ${i}: ${c.items.map((item) => item.name).join(", ")}`, () => {
      const items = c.items.map(({ name, data, dtype, dims }) =>
        itemOf(name, fromHex(data), dtype === null || dims === null ? undefined : { dtype, dims }),
      );
      const { commitment, leaves } = commit(fromHex(c.seed), c.side, items);
      expect(toHex(commitment)).toBe(c.commitment);
      c.items.forEach((expected, k) => {
        const [leaf, item] = [leaves[k], items[k]];
        if (leaf === undefined || item === undefined) throw new Error("an item is lost");
        expect(toHex(dataRoot(fromHex(expected.data)))).toBe(expected.data_root);
        expect(toHex(leaf.item)).toBe(expected.item);
        expect(toHex(leaf.salt)).toBe(expected.salt);
        expect(toHex(itemLeaf(leaf.salt, leaf.item))).toBe(expected.leaf_hash);
        expect(leaf.path.map(toHex)).toEqual(expected.path);
        expect(toHex(encodeItem(decodeItem(leaf.item)))).toBe(expected.item);
      });
    });
  });

  test("items out of order, twice the same, or none are refused (2.2)", () => {
    const [a, b] = [itemOf("a", utf8("1")), itemOf("b", utf8("2"))];
    for (const items of [[b, a], [a, a], []]) expect(() => commit(new Uint8Array(32), 0, items)).toThrow(Refused);
  });

  test("−0 and NaN are canonicalised, bool becomes 0 or 1 (1.1)", () => {
    const of = (dtype: number, hex: Hex): Hex => toHex(canonicalElements(dtype, fromHex(hex)));
    expect(of(1, "0x00000080")).toBe("0x00000000");
    expect(of(1, "0x010080ff0000807f0000c0ff")).toBe("0x0000c07f0000807f0000c07f");
    expect(of(10, "0x0080ffff007c")).toBe("0x0000007e007c");
    expect(of(11, "0x0000000000000080ffffffffffffffff000000000000f0ff")).toBe(
      "0x0000000000000000000000000000f87f000000000000f0ff",
    );
    expect(of(9, "0x0001ff")).toBe("0x000101");
    expect(of(6, "0x00000080")).toBe("0x00000080");
  });

  for (const dtype of [0, 8, 14, 15, 16, 17, 21, 255]) {
    test(`ONNX type ${dtype} is refused (1.1)`, () => {
      expect(() => itemOf("x", new Uint8Array(8), { dtype, dims: [1] })).toThrow(Refused);
    });
  }
});

test.describe("models (PROTOCOL 3)", () => {
  v.models.forEach((m, i) => {
    test(`ModelId ${i}`, () => {
      const manifest = utf8(m.manifest);
      expect(readManifest(manifest)["format"]).toBe("countersign/manifest/1");
      expect(toHex(H(manifest))).toBe(m.manifest_sha256);
      expect(toHex(modelIdOf(fromHex(m.publisher), manifest, fromHex(m.exact_root)))).toBe(m.model_id);
    });
  });

  test("a manifest with a duplicate key, a fraction, another order or too many bytes is refused", () => {
    const bad = ['{"format":"countersign/manifest/1","format":"countersign/manifest/1"}', '{"a":0.5}', '{"b":1,"a":1}'];
    for (const text of [...bad, `"${"x".repeat(12 * 1024)}"`]) expect(() => readManifest(utf8(text))).toThrow(Refused);
  });
});

test.describe("receipts (PROTOCOL 4)", () => {
  test("verifyingContract and the schema (4.1, 4.3)", () => {
    expect(eip55(domain.verifyingContract(deployment))).toBe(v.deployment.receipts_verifying_contract);
    const disputes = { ...deployment, contract: fromHex(v.deployment.disputes) };
    expect(eip55(domain.verifyingContract(disputes))).toBe(v.deployment.disputes_verifying_contract);
    expect(domain.SCHEMA_UID).toBe(v.schema_uid);
  });

  v.receipts.forEach((vector, i) => {
    test(`receipt ${i} verifies with its ids`, () => {
      const receipt = verifyReceipt(parseReceipt(vector));
      expect(toHex(receipt.digest)).toBe(vector.digest);
      expect(toHex(receipt.receiptId)).toBe(vector.receipt_id);
      expect(toHex(receipt.sealedId)).toBe(vector.sealed_id);
      expect(toHex(encodeAttester(receipt.attester))).toBe(vector.attester);
      const { lane, ...words } = vector.fields;
      expect(receipt.fields).toEqual({ ...words, lane: ["fast", "replay", "exact"][lane] });
      if (vector.text !== null)
        expect(domain.receiptText(receipt.fields, deployment, receipt.digest).join("\n")).toBe(vector.text);
    });

    test(`C3: receipt ${i} is refused on another chain or for another contract`, () => {
      const receipt = parseReceipt(vector);
      const other = new Uint8Array(32).fill(7);
      for (const moved of [
        { ...deployment, genesis: other },
        { ...deployment, contract: other },
      ]) {
        expect(() => verifyReceipt({ ...receipt, deployment: moved })).toThrow(/does not follow from this chain/);
        const consistent = domain.domainOf(moved, "EAS Attestation");
        expect(() => verifyReceipt({ ...receipt, deployment: moved, domain: consistent })).toThrow(/did not sign/);
      }
    });

    test(`receipt ${i} is revoked and disowned by its signer only (5.3, 5.6)`, () => {
      const { attester, receiptId } = verified(i);
      const eas = domain.domainOf(deployment, "EAS");
      const address = attester.kind === "secp256k1" ? attester.address : new Uint8Array(20);
      const revoke = domain.revokeDigest(eas, address, receiptId);
      const disown = domain.disownDigest(eas, address, vector.disown.since);
      const revokeLines = domain.revocationText(receiptId, deployment);
      const disownLines = domain.disownText(vector.disown.since, deployment);
      if ("digest" in vector.revoke) expect(toHex(revoke)).toBe(vector.revoke.digest);
      else expect(revokeLines.join("\n")).toBe(vector.revoke.text);
      if ("digest" in vector.disown) expect(toHex(disown)).toBe(vector.disown.digest);
      else expect(disownLines.join("\n")).toBe(vector.disown.text);
      const [revokeText, disownText] = [domain.wrapped(revokeLines), domain.wrapped(disownLines)];
      expect(signedBy(attester, revoke, revokeText, fromHex(vector.revoke.signature))).toBe(true);
      expect(signedBy(attester, disown, disownText, fromHex(vector.disown.signature))).toBe(true);
      expect(signedBy(attester, disown, disownText, fromHex(vector.revoke.signature))).toBe(false);
      expect(signedBy(attester, revoke, revokeText, fromHex(vector.disown.signature))).toBe(false);
    });

    test(`R3: any changed bit of receipt ${i} is refused with a reason`, () => {
      test.setTimeout(120_000);
      const bytes = utf8(vector.file_canonical);
      for (let bit = 0; bit < 8 * bytes.length; bit += i < 2 ? 1 : 13) {
        const altered = new Uint8Array(bytes);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          const file = readFile(altered);
          if (file.format === "receipt") verifyReceipt(file.receipt);
        } catch (error) {
          if (error instanceof Refused && error.message.length > 0) continue;
          throw error;
        }
        throw new Error(`bit ${bit} can be changed`);
      }
    });
  });

  for (const vector of v.receipts.filter((r) => r.text === null)) {
    test(`the official EAS SDK and viem verify ${vector.receipt_id.slice(0, 10)} under our domain (4.1)`, async () => {
      const {
        domain: d,
        message,
        attester,
        signature,
      } = JSON.parse(vector.file_canonical) as Attestation & {
        attester: Hex;
        signature: Hex;
      };
      const signer = eip55(fromHex(attester).slice(13)) as Hex;
      const types = easSdk.OFFCHAIN_ATTESTATION_TYPES[easSdk.OffchainAttestationVersion.Version2][0]?.types;
      if (types === undefined) throw new Error("the SDK knows no version 2");
      const uid = easSdk.Offchain.getOffchainUID(
        2,
        message.schema,
        message.recipient,
        BigInt(message.time),
        BigInt(message.expirationTime),
        message.revocable === true,
        message.refUID,
        message.data,
        message.salt,
      );
      const config = { address: d.verifyingContract, version: "1.4.0", chainId: 1n };
      const sdk = new easSdk.Offchain(
        config,
        easSdk.OffchainAttestationVersion.Version2,
        new easSdk.EAS(d.verifyingContract),
      );
      const attestation = {
        version: 2,
        uid,
        domain: { ...d, chainId: 1n },
        primaryType: "Attest",
        types,
        message: { ...message, time: BigInt(message.time), expirationTime: BigInt(message.expirationTime) },
        signature: {
          r: signature.slice(0, 66),
          s: `0x${signature.slice(66, 130)}`,
          v: Number.parseInt(signature.slice(130), 16),
        },
      } as Parameters<typeof sdk.verifyOffchainAttestationSignature>[1];
      expect(sdk.verifyOffchainAttestationSignature(signer, attestation)).toBe(true);
      expect(sdk.verifyOffchainAttestationSignature(d.verifyingContract, attestation)).toBe(false);

      const typed = {
        domain: { ...d, chainId: 1 },
        types: { Attest: types.Attest ?? [] },
        primaryType: "Attest" as const,
        message: message as unknown as Record<string, unknown>,
        signature,
      };
      expect(await verifyTypedData({ ...typed, address: signer })).toBe(true);
      expect(await recoverTypedDataAddress(typed)).toBe(signer);
      expect(parseEip55(signer)).toEqual(fromHex(attester).slice(13));
    });
  }
});

test.describe("files (PROTOCOL 4.9, 5.4)", () => {
  const sealed = v.receipts.map((receipt) => leafHash(fromHex(receipt.sealed_id)));

  for (const batch of v.batches) {
    test(`a batch of ${batch.size}`, () => {
      expect(toHex(root(sealed.slice(0, batch.size)))).toBe(batch.root);
      for (const { index, path } of batch.proofs) {
        const leaf = sealed[index] ?? new Uint8Array();
        const nodes = path.map((hash) => fromHex(hash));
        expect(verifyPath(leaf, index, batch.size, nodes, fromHex(batch.root))).toBe(true);
      }
    });
  }

  v.openings.forEach(({ receipt, commitment_index, canonical }, i) => {
    test(`opening ${i} of receipt ${receipt}`, () => {
      const file = readFile(utf8(canonical));
      if (file.format !== "opening") throw new Error("not an opening");
      const opened = verifyOpening(file.opening, verified(receipt));
      const items = v.commitments[commitment_index]?.items ?? [];
      for (const { index, item } of opened) expect(toHex(encodeItem(item))).toBe(items[index]?.item);
      expect(() => verifyOpening(file.opening, verified((receipt + 1) % v.receipts.length))).toThrow(/another receipt/);
    });
  });

  v.anchors.forEach(({ receipt, canonical }, i) => {
    test(`anchor proof ${i} of receipt ${receipt}`, () => {
      const file = readFile(utf8(canonical));
      if (file.format !== "anchor") throw new Error("not an anchor proof");
      verifyAnchor(file.anchor, verified(receipt));
      expect(() => verifyAnchor(file.anchor, verified((receipt + 1) % v.receipts.length))).toThrow(/another receipt/);
    });
  });

  v.bundles.forEach(({ receipt, canonical, link_fragment }, i) => {
    test(`bundle ${i} and its link`, () => {
      expect(linkOf(utf8(canonical))).toBe(link_fragment);
      const file = readFile(readLink(link_fragment));
      if (file.format !== "bundle") throw new Error("not a bundle");
      const whole = verifyReceipt(file.bundle.receipt);
      expect(whole.receiptId).toEqual(verified(receipt).receiptId);
      for (const opening of file.bundle.openings) verifyOpening(opening, whole);
      demandAgreement(file.bundle.openings);
      for (const anchor of file.bundle.anchors) verifyAnchor(anchor, whole);
      expect(file.bundle.openings.length + file.bundle.anchors.length).toBeGreaterThan(0);
    });
  });

  for (const { why, file } of v.refused_files) {
    test(`R3: refused: ${why}`, () => {
      const check = (): void => {
        const read = readFile(utf8(file));
        const ids = v.receipts.map((receipt) => receipt.receipt_id);
        if (read.format === "opening") verifyOpening(read.opening, verified(ids.indexOf(toHex(read.opening.receipt))));
        if (read.format === "anchor") {
          const { root, size, receipt } = read.anchor;
          verifyAnchor(read.anchor, verified(ids.indexOf(toHex(receipt))));
          const anchored = v.batches.some((batch) => batch.root === toHex(root) && batch.size === size);
          demand(anchored, "anchor", "the chain holds no batch of this root and size (5.4)");
        }
      };
      expect(check).toThrow(Refused);
    });
  }

  test("openings of one side that contradict each other are refused, repeated ones are not", () => {
    const text = v.openings[0]?.canonical ?? "";
    const file = readFile(utf8(text));
    if (file.format !== "opening") throw new Error("not an opening");
    const { opening } = file;
    demandAgreement([opening, opening]);
    const altered: Opening = {
      ...opening,
      items: opening.items.map((entry) => ({ ...entry, salt: entry.salt.map((byte) => byte ^ 1) })),
    };
    expect(() => demandAgreement([opening, altered])).toThrow(/contradict/);
  });

  test("a tensor without elements may be committed, whatever the order of its dims; 64 bits are the limit", () => {
    const bytes = (dims: bigint[]): Uint8Array =>
      encodeItem({ kind: "tensor", name: "x", dtype: 1, dims, byteLength: 0n, root: H() });
    const wide = 2n ** 40n;
    expect(decodeItem(bytes([0n, wide]))).toEqual(expect.objectContaining({ byteLength: 0n }));
    expect(() => decodeItem(bytes([0n, wide, wide]))).toThrow(/64 bits/);
    expect(() => decodeItem(bytes([wide, wide, 0n]))).toThrow(/64 bits/);
  });

  test("a file of more than 8 MiB, or nested too deeply, is refused", () => {
    expect(() => readFile(utf8(`"${"x".repeat(8 * 1024 * 1024)}"`))).toThrow(/8 MiB/);
    expect(() => readFile(utf8("[".repeat(33) + "]".repeat(33)))).toThrow(/too deeply/);
    expect(() => readFile(utf8("[".repeat(32) + "]".repeat(32)))).toThrow(/not a Countersign file/);
  });

  test("a newer format is unsupported, never tampered; other JSON is not ours", () => {
    const receipt = v.receipts[0]?.file_canonical ?? "";
    const reason = (text: string): string => {
      try {
        readFile(utf8(text));
      } catch (error) {
        if (error instanceof Refused) return error.reason;
      }
      return "accepted";
    };
    expect(reason(receipt)).toBe("accepted");
    expect(reason(receipt.replace("countersign/receipt/1", "countersign/receipt/2"))).toBe("unsupported-version");
    expect(reason('{"format":"countersign/dispute/1"}')).toBe("unsupported-version");
    expect(reason('{"format":"countersign/batch-2/10"}')).toBe("unsupported-version");
    expect(reason('{"format":"countersign/receipt/02"}')).toBe("not-our-file");
    expect(reason('{"format":"jwt"}')).toBe("not-our-file");
    expect(reason("[]")).toBe("not-our-file");
    expect(reason(`${receipt}\n`)).toBe("not-canonical");
    expect(reason("")).toBe("not-json");
    expect(reason("\ufeff{}")).toBe("not-json");
  });
});
