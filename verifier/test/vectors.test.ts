import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, equal, fromHex, type Hex, le, Refused, toHex, utf8 } from "../src/bytes.ts";
import * as proofs from "../src/commitment.ts";
import { canonical, eip55, type Json, parseFile } from "../src/json.ts";
import { attestDigest, domainSeparator, recover, ss58, verifySr25519 } from "../src/receipt.ts";
import { linkFragment, type Report, verify } from "../src/verify.ts";
import { protocol as v, vectors } from "./vectors.ts";

const states = ({ rows }: Report): string => rows.map(({ row, state }) => `${row} ${state}`).join(", ");
const OFFLINE = "integrity ok, signer ok, anchor unknown, time unknown, revocation unknown, computation ";

v.receipts.forEach((vector, i) => {
  test(`receipt ${i}: form, signer and ids (PROTOCOL 4)`, async () => {
    const report = await verify(vector.file_canonical);
    assert.equal(report.verdict, "unknown", report.sentence);
    assert.equal(states(report), OFFLINE + (vector.fields.lane === 0 ? "none" : "unknown"));
    assert.equal(report.receipt, vector.receipt_id);
    assert.equal(report.sealed, vector.sealed_id);
    assert.equal(report.rows[1]?.facts["attester"], vector.attester);
    const facts = report.rows[0]?.facts ?? {};
    assert.equal(facts["lane"], ["fast", "replay", "exact"][vector.fields.lane]);
    assert.equal(facts["model id"], vector.fields.model);
    assert.equal(facts["input commitment"], vector.fields.input);
  });

  test(`receipt ${i}: R3: one changed bit of any byte is refused`, async () => {
    const bytes = utf8(vector.file_canonical);
    for (let at = 0; at < bytes.length; at++) {
      const altered = bytes.slice();
      altered[at]! ^= 1 << (at % 7);
      const { verdict } = await verify(altered);
      assert.ok(verdict === "invalid" || verdict === "unsupported version", `byte ${at}: ${verdict}`);
    }
  });
});

v.bundles.forEach(({ receipt, canonical: text, link_fragment }, i) => {
  test(`bundle ${i} as a file, as a link and as a fragment`, async () => {
    assert.equal(linkFragment(text), link_fragment);
    for (const document of [text, link_fragment, `https://example.org/verify${link_fragment}\n`]) {
      const report = await verify(document);
      assert.equal(report.rows[0]?.state, "ok", report.sentence);
      assert.equal(report.receipt, v.receipts[receipt]?.receipt_id);
    }
  });
});

for (const kind of ["openings", "anchors"] as const) {
  v[kind].forEach(({ receipt, canonical: text }, i) => {
    test(`${kind} ${i}: beside its own receipt, and no other`, async () => {
      const files = v.receipts.map(({ file_canonical }) => file_canonical);
      const own = await verify(files[receipt] ?? "", { proofs: [utf8(text)] });
      assert.equal(own.rows[0]?.state, "ok", own.sentence);
      assert.match(own.rows[0]?.sentence ?? "", /parts: 1/);
      const other = await verify(files[(receipt + 1) % files.length] ?? "", { proofs: [utf8(text)] });
      assert.match(other.sentence, /belongs to another receipt/);
      assert.match((await verify(text)).sentence, /give the receipt/);
    });
  });
}

for (const { why, file } of v.refused_files) {
  test(`refused: ${why}`, async () => {
    const id = /"receipt":"(0x[0-9a-f]{64})"/.exec(file)?.[1];
    const receipt = v.receipts.find(({ receipt_id }) => receipt_id === id) ?? v.receipts[0];
    const { verdict } = await verify(receipt?.file_canonical ?? "", { proofs: [utf8(file)] });
    if (verdict === "invalid") return;
    // A root does not commit to its tree's size: only the chain can say that it holds no batch of this root and size.
    const { root, size } = JSON.parse(file) as { root: Hex; size: number };
    assert.ok(!v.batches.some((batch) => batch.root === root && batch.size === size));
    assert.equal(verdict, "unknown");
  });
}

test("commitments (PROTOCOL 1, 2)", () => {
  for (const { items } of v.commitments) {
    for (const expected of items) {
      const data = fromHex(expected.data);
      if (expected.kind === 1) assert.equal(toHex(proofs.dataRoot(data)), expected.data_root);
      const item = proofs.decodeItem(fromHex(expected.item));
      assert.deepEqual([item.name, toHex(item.root)], [expected.name, expected.data_root]);
      assert.equal(item.length, BigInt(data.length));
      assert.equal(toHex(proofs.leafHash(fromHex(expected.salt), fromHex(expected.item))), expected.leaf_hash);
      for (let cut = 0; cut < expected.item.length; cut += 2)
        assert.throws(() => proofs.decodeItem(fromHex(expected.item.slice(0, cut) as Hex)), Refused);
    }
  }
});

test("batches (PROTOCOL 5.4)", () => {
  for (const { size, root, proofs: paths } of v.batches)
    for (const { index, path } of paths) {
      const leaf = proofs.leafHash(fromHex(v.receipts[index]?.sealed_id ?? "0x"));
      const found = proofs.rootOfPath(leaf, index, size, path.map((entry) => fromHex(entry))); // prettier-ignore
      assert.equal(toHex(found!), root);
    }
});

test("RFC 6962: every path leads to its root; altered ones, and wrong sizes of another shape, do not", () => {
  type Tree = { size: number; entries: Hex[]; root: Hex; proofs: { index: number; path: Hex[] }[] };
  type Negative = { name: string; entry: Hex; index: number; size: number; path: Hex[]; root: Hex; sigstore_verify: string }; // prettier-ignore
  const { trees, negative, empty_tree_root } = vectors<{ trees: Tree[]; negative: Negative[]; empty_tree_root: Hex }>("rfc6962.json"); // prettier-ignore
  const root = (entry: Hex, index: number, size: number, path: Hex[]): Hex | undefined => {
    const nodes = path.map((hash) => fromHex(hash));
    const found = proofs.rootOfPath(proofs.leafHash(fromHex(entry)), index, size, nodes);
    return found && toHex(found);
  };
  for (const tree of trees)
    for (const { index, path } of tree.proofs)
      assert.equal(root(tree.entries[index] ?? "0x", index, tree.size, path), tree.root);
  for (const n of negative)
    assert.equal(root(n.entry, n.index, n.size, n.path) === n.root, n.sigstore_verify === "accept", n.name);
  assert.equal(toHex(proofs.dataRoot(new Uint8Array())), empty_tree_root);
});

test("RFC 8785 and I-JSON (PROTOCOL 3.1, 4.9)", () => {
  type Jcs = { cases: { json: string; canonical: string }[]; refuse: { json: string }[] };
  const { cases, refuse } = vectors<Jcs>("jcs.json");
  for (const { json, canonical: expected } of cases) {
    const fraction = /[0-9][.eE]/.test(json.replace(/"(\\.|[^"\\])*"/g, ""));
    if (fraction && !/^[^.]*$/.test(expected)) assert.throws(() => canonical(JSON.parse(json) as Json), Refused);
    else if (!fraction) assert.equal(canonical(JSON.parse(json) as Json), expected);
  }
  for (const json of [...refuse.map(({ json }) => json), "", "[".repeat(99), '"\\uFFFF"', "01", '{"a":1e2}', "-0"])
    assert.throws(() => parseFile(utf8(`{"a":${json},"format":"countersign/receipt/1"}`)), Refused);
});

test("EAS off-chain attestations: digest and signer (PROTOCOL 4.1, 4.6)", () => {
  type Case = {
    name: string;
    signer: Hex;
    domain: { version: string; chainId: number | string; verifyingContract: Hex };
    message: Record<"schema" | "recipient" | "refUID" | "data" | "salt", Hex> & { time: string; expirationTime: string; revocable: boolean }; // prettier-ignore
    digest: Hex;
    signature: { serialized: Hex; eip2098_compact: Hex };
  };
  for (const { name, signer, domain, message: m, digest, signature } of vectors<{ cases: Case[] }>("eas-offchain.json")
    .cases) {
    if (m.schema === v.schema_uid) {
      const verifying = fromHex(domain.verifyingContract.toLowerCase());
      const found = attestDigest(domainSeparator(verifying, BigInt(domain.chainId), domain.version), {
        recipient: fromHex(m.recipient.toLowerCase()),
        time: BigInt(m.time),
        expiration: BigInt(m.expirationTime),
        revocable: m.revocable,
        reference: fromHex(m.refUID),
        data: fromHex(m.data),
        salt: fromHex(m.salt),
      });
      assert.equal(toHex(found), digest, name);
    }
    assert.equal(eip55(recover(fromHex(digest), fromHex(signature.serialized))), signer, name);
    assert.throws(() => recover(fromHex(digest), fromHex(signature.eip2098_compact)), Refused, name);
  }
});

test("R3: no EAS package of another deployment is a receipt, altered or not (PROTOCOL 4.3)", async () => {
  type Case = { name: string; attester_claimed: Hex; attestation: { domain: Json; message: Json; signature: { r: Hex; s: Hex; v: number } | Hex } }; // prettier-ignore
  for (const { name, attester_claimed, attestation: a } of vectors<{ cases: Case[] }>("eas-tampered.json").cases) {
    const { signature: s } = a;
    const file = {
      attester: `0x${"00".repeat(13)}${attester_claimed.slice(2).toLowerCase()}`,
      contract: v.deployment.receipts,
      domain: a.domain,
      format: "countersign/receipt/1",
      genesis: v.deployment.genesis,
      message: a.message,
      signature: typeof s === "string" ? s : `0x${s.r.slice(2)}${s.s.slice(2)}${s.v.toString(16).padStart(2, "0")}`,
    };
    assert.equal((await verify(JSON.stringify(file))).verdict, "invalid", name);
    const sorted = (json: Json): Json => {
      if (json === null || typeof json !== "object" || Array.isArray(json)) return json;
      return Object.fromEntries(Object.keys(json).sort().map((key) => [key, sorted(json[key] ?? null)])); // prettier-ignore
    };
    const { verdict, sentence } = await verify(JSON.stringify(sorted(file)));
    assert.equal(verdict, "invalid", name);
    assert.doesNotMatch(sentence, /this program failed/, name);
  }
});

test("sr25519 (PROTOCOL 4.6, 4.7)", () => {
  type Case = { name: string; message: Hex; signature: Hex; public_key: Hex; scure?: string };
  const { cases, negative } = vectors<{ cases: Case[]; negative: Case[] }>("sr25519.json");
  for (const { name, message, signature, public_key, scure } of [...cases, ...negative]) {
    const found = verifySr25519(fromHex(public_key), fromHex(message), fromHex(signature));
    assert.equal(found, scure === undefined || scure === "accept", name);
  }
});

test("SS58 and EIP-55 (PROTOCOL 4.5)", () => {
  type Account = { sr25519: { account_id: Hex; ss58: Record<string, string> }; ecdsa: { ethereum_address: Hex } };
  for (const { sr25519, ecdsa } of vectors<{ accounts: Account[] }>("accounts.json").accounts) {
    assert.equal(ss58(fromHex(sr25519.account_id)), sr25519.ss58["42"]);
    assert.equal(eip55(fromHex(ecdsa.ethereum_address.toLowerCase())), ecdsa.ethereum_address);
  }
});

test("counterexamples: two readings of one naive leaf are two items, or none (PROTOCOL 2.1)", () => {
  type Reading = { name_utf8: Hex; encoding: Hex };
  type Leaf = { reading_a: Reading; reading_b: Reading };
  const item = ({ name_utf8, encoding }: Reading): Uint8Array => {
    const [name, bytes] = [fromHex(name_utf8), fromHex(encoding)];
    const header = 2 + 8 * (bytes[1] ?? 0);
    const data = bytes.slice(header);
    const head = concat(Uint8Array.of(0), le(name.length, 2), name, bytes.slice(0, header));
    return concat(head, le(data.length, 8), proofs.leafHash(data));
  };
  for (const { reading_a, reading_b } of vectors<{ one_leaf_two_tensors: Leaf[] }>("counterexamples.json")
    .one_leaf_two_tensors) {
    // prettier-ignore
    assert.ok(!equal(item(reading_a), item(reading_b)));
    assert.doesNotThrow(() => proofs.decodeItem(item(reading_a)));
    assert.throws(() => proofs.decodeItem(item(reading_b)), Refused);
  }
});
