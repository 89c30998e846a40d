import { expect, test } from "@playwright/test";
import { blake2b } from "@noble/hashes/blake2.js";
import { eip55, parseEip55 } from "../../protocol/account.ts";
import { concat, demand, fromHex, type Hex, keccak, Refused, tagged, toHex, utf8, le } from "../../protocol/bytes.ts";
import { decodeItem } from "../../protocol/commitment.ts";
import { verifyingContract } from "../../protocol/domain.ts";
import { leafHash } from "../../protocol/merkle.ts";
import { receiptIdOf } from "../../protocol/receipt.ts";
import { normaliseWalletSignature, recover } from "../../protocol/signature.ts";
import { chainIdRule } from "../../lib/wallet.ts";
import { vectors } from "../../lib/vectors.ts";

type Counterexamples = {
  one_signature_two_uids: { base: string; digest: Hex; signature: Hex; signer: Hex; uid_lower: Hex; uid_upper: Hex }[];
  one_uid_many_signatures: { name: string; uid: Hex; attester: Hex }[];
  one_leaf_two_tensors: {
    leaf_preimage: Hex;
    leaf_hash: Hex;
    reading_a: { name_utf8: Hex; encoding: Hex };
    reading_b: { name_utf8: Hex; encoding: Hex };
  }[];
  one_account_id_on_two_chains: {
    deployer: Hex;
    code_hash: Hex;
    input_data: Hex;
    account_id: Hex;
    verifying_contract_naive_on_both: Hex;
    chains: { genesis_hash: Hex; verifying_contract_bound: Hex }[];
  };
  metamask_chain_id: {
    cases: { case: string; domainChainIdAsSent: unknown; walletActiveChain: Hex; result: string }[];
  };
};
const v = vectors<Counterexamples>("counterexamples.json");

for (const c of v.one_signature_two_uids) {
  test(`one signature with two EAS uids is one receipt: ${c.base} (PROTOCOL 4.8)`, () => {
    const signer = recover(fromHex(c.digest), fromHex(c.signature));
    demand(signer !== undefined, "signature", "not a signature");
    expect(eip55(signer)).toBe(c.signer);
    expect(c.uid_lower).not.toBe(c.uid_upper);
    const id = receiptIdOf({ kind: "secp256k1", address: signer }, fromHex(c.digest));
    expect([c.uid_lower, c.uid_upper]).not.toContain(toHex(id));
  });
}

test("one EAS uid of two signers is two receipts (PROTOCOL 4.8)", () => {
  const digest = fromHex(v.one_signature_two_uids[1]?.digest ?? "0x");
  const signers = [v.one_signature_two_uids[1]?.signer ?? "0x", v.one_uid_many_signatures[0]?.attester ?? "0x"];
  const ids = signers.map((signer) => toHex(receiptIdOf({ kind: "secp256k1", address: parseEip55(signer) }, digest)));
  expect(new Set(ids).size).toBe(2);
});

v.one_leaf_two_tensors.forEach((c, i) => {
  test(`two readings of one naive leaf are two items, or none (PROTOCOL 2.1): ${i}`, () => {
    expect(toHex(leafHash(fromHex(c.leaf_preimage).slice(1)))).toBe(c.leaf_hash);
    const item = (name: Hex, encoding: Hex): Uint8Array => {
      const bytes = fromHex(encoding);
      const header = 2 + 8 * (bytes[1] ?? 0);
      const data = bytes.slice(header);
      const nameBytes = fromHex(name);
      return concat(
        Uint8Array.of(0),
        le(nameBytes.length, 2),
        nameBytes,
        bytes.slice(0, header),
        le(data.length, 8),
        leafHash(data),
      );
    };
    const a = item(c.reading_a.name_utf8, c.reading_a.encoding);
    const b = item(c.reading_b.name_utf8, c.reading_b.encoding);
    expect(toHex(a)).not.toBe(toHex(b));
    expect(decodeItem(a).name).not.toBe("");
    expect(() => decodeItem(b)).toThrow(Refused);
  });
});

test("one AccountId on two chains has two verifyingContracts (PROTOCOL 4.3)", () => {
  const c = v.one_account_id_on_two_chains;
  const input = fromHex(c.input_data);
  const account = blake2b(
    concat(
      utf8("contract_addr_v1"),
      fromHex(c.deployer),
      fromHex(c.code_hash),
      Uint8Array.of(input.length << 2),
      input,
      Uint8Array.of(0),
    ),
    { dkLen: 32 },
  );
  expect(toHex(account)).toBe(c.account_id);
  expect(eip55(keccak(account).slice(12))).toBe(c.verifying_contract_naive_on_both);
  const bound = c.chains.map(({ genesis_hash, verifying_contract_bound }) => {
    const found = eip55(verifyingContract({ genesis: fromHex(genesis_hash), contract: account }));
    expect(found).toBe(verifying_contract_bound);
    expect(found).toBe(eip55(keccak(tagged("countersign/eip712/1", fromHex(genesis_hash), account)).slice(12)));
    return found;
  });
  expect(new Set(bound).size).toBe(2);
});

for (const c of v.metamask_chain_id.cases.filter((c) => !c.case.startsWith("verifyingContract"))) {
  test(`the test wallet keeps MetaMask's chain id rule: ${c.case} (PROTOCOL 4.2)`, () => {
    const refused = chainIdRule(c.domainChainIdAsSent, c.walletActiveChain);
    if (c.result === "accepted") expect(refused).toBeUndefined();
    else expect(`REJECTED: ${refused}`).toBe(c.result);
  });
}

test("smart accounts' signatures are refused when they arrive (PROTOCOL 4.6)", () => {
  for (const length of [64, 66, 96, 130, 512])
    expect(() => normaliseWalletSignature(new Uint8Array(length).fill(1))).toThrow(/smart accounts/);
});
