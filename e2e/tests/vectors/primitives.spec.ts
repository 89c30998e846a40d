import { expect, test } from "@playwright/test";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base32 } from "@scure/base";
import { eip55, parseEip55, parseSs58, ss58 } from "../../protocol/account.ts";
import { concat, equal, fromHex, type Hex, H, keccak, le, Refused, toHex, utf8 } from "../../protocol/bytes.ts";
import { SCHEMA_UID, schemaUid } from "../../protocol/domain.ts";
import { canonical, parse } from "../../protocol/json.ts";
import { auditPath, leafHash, root, verifyPath } from "../../protocol/merkle.ts";
import { vectors } from "../../lib/vectors.ts";

test.describe("RFC 8785 (PROTOCOL 3.1)", () => {
  type Jcs = {
    cases: { json: string; canonical: string; canonical_utf8: Hex; sha256: Hex }[];
    refuse: { json: string }[];
  };
  const { cases, refuse } = vectors<Jcs>("jcs.json");
  const withFraction = (text: string): boolean => /[0-9][.eE]/.test(text.replace(/"(\\.|[^"\\])*"/g, ""));

  cases.forEach(({ json, canonical: expected, canonical_utf8, sha256: digest }, i) => {
    if (withFraction(json)) {
      test(`case ${i} holds a fraction and is refused`, () => {
        expect(() => parse(json)).toThrow(Refused);
      });
    } else {
      test(`case ${i} is written canonically`, () => {
        const written = canonical(parse(json));
        expect(written).toBe(expected);
        expect(toHex(utf8(written))).toBe(canonical_utf8);
        expect(toHex(H(utf8(written)))).toBe(digest);
      });
    }
  });

  refuse.forEach(({ json }) => {
    test(`refuses ${json}`, () => {
      expect(() => parse(json)).toThrow(Refused);
    });
  });

  for (const json of [
    "",
    "[1,]",
    '{"a":1,}',
    "[1 2]",
    '"\t"',
    "01",
    "-",
    '"\\uFFFF"',
    '"\\x"',
    '{"a" 1}',
    "[".repeat(99),
  ]) {
    test(`refuses ${json.slice(0, 20)}`, () => {
      expect(() => parse(json)).toThrow(Refused);
    });
  }
});

test.describe("RFC 6962 (PROTOCOL 1.2, 5.4)", () => {
  type Tree = {
    name: string;
    size: number;
    entries: Hex[];
    leaf_hashes: Hex[];
    root: Hex;
    proofs: { index: number; path: Hex[] }[];
  };
  type Negative = {
    tree: string;
    name: string;
    entry: Hex;
    index: number;
    size: number;
    path: Hex[];
    root: Hex;
    sigstore_verify: "accept" | "reject";
  };
  const { empty_tree_root, trees, negative } = vectors<{ empty_tree_root: Hex; trees: Tree[]; negative: Negative[] }>(
    "rfc6962.json",
  );

  test("the empty tree", () => {
    expect(toHex(root([]))).toBe(empty_tree_root);
  });

  for (const tree of trees) {
    test(`tree of ${tree.name}`, () => {
      const leaves = tree.entries.map((entry) => leafHash(fromHex(entry)));
      expect(leaves.map(toHex)).toEqual(tree.leaf_hashes);
      expect(toHex(root(leaves))).toBe(tree.root);
      expect(tree.proofs.length).toBeGreaterThan(0);
      for (const { index, path } of tree.proofs) {
        expect(auditPath(leaves, index).map(toHex)).toEqual(path);
        const leaf = leafHash(fromHex(tree.entries[index] ?? "0x00"));
        const nodes = path.map((hash) => fromHex(hash));
        expect(verifyPath(leaf, index, tree.size, nodes, fromHex(tree.root))).toBe(true);
      }
    });
  }

  negative.forEach((n, i) => {
    test(`negative ${i}: ${n.tree}: ${n.name}`, () => {
      const nodes = n.path.map((hash) => fromHex(hash));
      const verified = verifyPath(leafHash(fromHex(n.entry)), n.index, n.size, nodes, fromHex(n.root));
      expect(verified).toBe(n.sigstore_verify === "accept");
    });
  });
});

test.describe("accounts (PROTOCOL 4.3, 4.5)", () => {
  type Account = {
    uri: string;
    sr25519: { account_id: Hex; ss58: Record<string, string>; keccak_low20: Hex };
    ed25519: { account_id: Hex; ss58_42: string };
    ecdsa: { account_id: Hex; ss58_42: string; ethereum_address: Hex };
  };
  for (const { uri, sr25519, ed25519, ecdsa } of vectors<{ accounts: Account[] }>("accounts.json").accounts) {
    test(`SS58 and EIP-55 of ${uri}`, () => {
      const account = fromHex(sr25519.account_id);
      for (const [prefix, address] of Object.entries(sr25519.ss58)) {
        expect(ss58(account, Number(prefix))).toBe(address);
        expect(parseSs58(address)).toEqual({ account, prefix: Number(prefix) });
        const last = address.endsWith("1") ? "2" : "1";
        expect(() => parseSs58(address.slice(0, -1) + last)).toThrow(Refused);
      }
      expect(ss58(fromHex(ed25519.account_id), 42)).toBe(ed25519.ss58_42);
      expect(ss58(fromHex(ecdsa.account_id), 42)).toBe(ecdsa.ss58_42);
      expect(eip55(keccak(account).slice(12))).toBe(sr25519.keccak_low20);
      expect(eip55(parseEip55(ecdsa.ethereum_address))).toBe(ecdsa.ethereum_address);
      expect(() => parseEip55(ecdsa.ethereum_address.toLowerCase())).toThrow(Refused);
    });
  }
});

test.describe("HMAC-SHA-256 (PROTOCOL 2.4)", () => {
  const { cases } = vectors<{ cases: { key: Hex; message: Hex; mac: Hex }[] }>("hmac-sha256.json");
  cases.forEach(({ key, message, mac }, i) => {
    test(`case ${i}`, () => {
      expect(toHex(hmac(sha256, fromHex(key), fromHex(message)))).toBe(mac);
    });
  });
});

test.describe("EAS schema UIDs (PROTOCOL 4.1)", () => {
  type Schema = { schema: string; resolver: Hex; revocable: boolean; uid: Hex };
  const { cases } = vectors<{ cases: Schema[] }>("eas-schema-uid.json");
  cases.forEach(({ schema, resolver, revocable, uid }, i) => {
    test(`case ${i}: ${schema || "empty"}`, () => {
      expect(toHex(schemaUid(schema, parseEip55(resolver), revocable))).toBe(uid);
    });
  });

  test("the first one is ours", () => {
    expect(cases[0]?.uid).toBe(SCHEMA_UID);
  });
});

test.describe("raw CIDs", () => {
  type Raw = { size: number; bytes?: Hex; seed?: string; sha256: Hex; cid: string; cid_bytes: Hex };

  /** The vectors' byte stream: SHA-256(seed ‖ u64be(0)) ‖ SHA-256(seed ‖ u64be(1)) ‖ …, cut to size. */
  function content({ size, bytes, seed }: Raw): Uint8Array {
    if (bytes !== undefined) return fromHex(bytes);
    const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, i) => H(utf8(seed ?? ""), le(i, 8).reverse()));
    return concat(...blocks).slice(0, size);
  }

  for (const raw of vectors<{ raw: Raw[] }>("cid.json").raw) {
    test(`${raw.size} bytes: a CID of codec raw is the file's SHA-256`, () => {
      const digest = H(content(raw));
      expect(toHex(digest)).toBe(raw.sha256);
      const cid = concat(Uint8Array.of(1, 0x55, 0x12, 0x20), digest);
      expect(equal(cid, fromHex(raw.cid_bytes))).toBe(true);
      expect(`b${base32.encode(cid).toLowerCase().replaceAll("=", "")}`).toBe(raw.cid);
    });
  }
});
