import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, fromHex, toHex, utf8 } from "../src/bytes.ts";
import { canonical, type Json } from "../src/json.ts";
import { type Report, verify } from "../src/verify.ts";
import { batch, bundle, commit, ethereum, type File, hash, link, receipt, substrate } from "./crafted.ts";

const row = ({ rows }: Report, name: string): string => {
  const found = rows.find((entry) => entry.row === name);
  return `${found?.state}: ${found?.sentence}`;
};
const altered = (change: (file: File) => void, kind?: "secp256k1" | "sr25519"): Promise<Report> => {
  const { file } = receipt(kind);
  const copy = structuredClone(file);
  change(copy);
  return verify(canonical(copy));
};

for (const kind of ["secp256k1", "sr25519"] as const) {
  test(`a ${kind} receipt, offline: everything but the chain's part is known`, async () => {
    const signed = receipt(kind);
    const report = await verify(signed.text);
    assert.equal(report.verdict, "unknown");
    assert.equal(report.receipt, signed.id);
    assert.equal(report.sealed, signed.sealed);
    assert.equal(row(report, "integrity"), "ok: The file is whole and unaltered.");
    assert.match(row(report, "signer"), /^ok: Signed by (0x|5)/);
    assert.equal(row(report, "anchor"), "unknown: Not looked up: no chain was asked.");
    assert.equal(row(report, "computation"), "unknown: Not repeated: there is no engine to run here.");
  });

  test(`the signature of another ${kind} receipt does not count`, async () => {
    const other = receipt(kind, { model: hash("0a") }).file["signature"]!;
    const report = await altered((file) => (file["signature"] = other), kind);
    assert.equal(report.verdict, "invalid");
    assert.match(row(report, "signer"), /^bad: The .*signature is not the attester's/);
    assert.equal(row(report, "anchor"), "unknown: Not looked at, because of what is wrong above.");
  });
}

test("only PROTOCOL 4.7's wrapped text counts for sr25519", async () => {
  const { digest, file } = receipt("sr25519");
  const wrapped = concat(utf8("<Bytes>"), digest, utf8("</Bytes>"));
  for (const message of [digest, wrapped, toHex(digest), `<Bytes>${toHex(digest)}</Bytes>`]) {
    const text = canonical({ ...file, signature: toHex(substrate(message)) });
    assert.match(row(await verify(text), "signer"), /^bad: The sr25519 signature/);
  }
});

test("the forms of an Ethereum signature that PROTOCOL 4.6 refuses", async () => {
  const { digest } = receipt();
  const good = ethereum(digest);
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const with_ = (at: number, bytes: Uint8Array): Uint8Array => concat(good.slice(0, at), bytes, good.slice(at + bytes.length)); // prettier-ignore
  const number = (value: bigint): Uint8Array => fromHex(`0x${value.toString(16).padStart(64, "0")}`);
  const s = BigInt(toHex(good.slice(32, 64)));
  const twin = concat(good.slice(0, 32), number(order - s), Uint8Array.of(good[64]! === 27 ? 28 : 27));
  const cases: [Uint8Array, RegExp][] = [
    [twin, /upper half/],
    [with_(64, Uint8Array.of(good[64]! - 27)), /v is [01], not 27 or 28/],
    [with_(64, Uint8Array.of(good[64]! === 27 ? 28 : 27)), /not the attester's|no key/],
    [with_(0, number(0n)), /r is out of range/],
    [with_(0, number(order)), /r is out of range/],
    [with_(32, number(0n)), /s is out of range/],
    [with_(32, number(order)), /s is out of range/],
    [good.slice(0, 64), /65 bytes, this one has 64/],
    [concat(good, Uint8Array.of(0)), /65 bytes, this one has 66/],
    [new Uint8Array(), /65 bytes, this one has 0/],
  ];
  for (const [signature, words] of cases) {
    const report = await altered((file) => (file["signature"] = toHex(signature)));
    assert.equal(report.verdict, "invalid");
    assert.match(report.sentence, words);
  }
});

test("attesters that cannot sign (PROTOCOL 4.5, 4.6)", async () => {
  const cases: [string, RegExp][] = [
    [`0x00${"00".repeat(32)}`, /zero address/],
    [`0x01${"00".repeat(32)}`, /identity key/],
    [`0x02${"11".repeat(32)}`, /neither 0/],
    [`0x00${"11".repeat(32)}`, /not padded/],
    [`0x00${"11".repeat(20)}`, /wrong length/],
  ];
  for (const [attester, words] of cases)
    assert.match((await altered((file) => (file["attester"] = attester))).sentence, words);
});

test("the domain and the message are the protocol's, whatever was signed (PROTOCOL 4.1 to 4.3)", async () => {
  const data = String(receipt().file.message["data"]);
  const changes: [(file: File) => void, RegExp][] = [
    [({ domain }) => (domain["name"] = "EAS"), /domain\.name/],
    [({ domain }) => (domain["version"] = "1.3.0"), /domain\.version/],
    [({ domain }) => (domain["chainId"] = 964), /domain\.chainId/],
    [({ domain }) => (domain["chainId"] = "1"), /domain\.chainId/],
    [({ domain }) => (domain["verifyingContract"] = String(domain["verifyingContract"]).toLowerCase()), /EIP-55/],
    [(file) => (file["genesis"] = hash("2b")), /does not follow/],
    [(file) => (file["contract"] = hash("2b")), /does not follow/],
    [({ message }) => (message["version"] = 1), /message\.version/],
    [({ message }) => (message["schema"] = hash("00")), /message\.schema/],
    [({ message }) => (message["revocable"] = false), /message\.revocable/],
    [({ message }) => (message["data"] = data.slice(0, -2)), /191 bytes, not 192/],
    [({ message }) => (message["data"] = `${data.slice(0, -2)}03`), /lane that does not exist/],
    [({ message }) => (message["data"] = `${data.slice(0, -4)}0101`), /lane that does not exist/],
    [({ message }) => (message["data"] = `${data.slice(0, -2)}02`), /Exact engine/],
    [({ message }) => (message["time"] = 1), /it is not text/],
    [({ message }) => (message["time"] = "01"), /leading zeros/],
    [({ message }) => (message["time"] = "18446744073709551616"), /64-bit/],
    [({ message }) => (message["salt"] = String(message["salt"]).toUpperCase()), /begin with 0x/],
    [(file) => (file["note"] = ""), /note: there is no such field/],
    [(file) => delete file["genesis"], /genesis: it is missing/],
  ];
  for (const [change, words] of changes) {
    const report = await altered(change);
    assert.equal(report.verdict, "invalid", change.toString());
    assert.match(report.sentence, words);
  }
});

test("files: canonical bytes, each key once, no more than the limits (PROTOCOL 4.9)", async () => {
  const { text } = receipt();
  const cases: [string | Uint8Array, RegExp][] = [
    [`${text}\n`, /canonical form/],
    [` ${text}`, /canonical form/],
    [text.replace("{", '{"attester":"",'), /canonical form/],
    [text.replace('"genesis"', '"gen\\u0065sis"'), /canonical form/],
    [text.replace('"version":2', '"version":2.0'), /canonical form/],
    [text.replace('"version":2', '"version":2.5'), /plain integer/],
    [text.replace('"version":2', '"version":9007199254740992'), /plain integer/],
    [text.replace("countersign/receipt/1", "countersign/manifest/1"), /manifest/],
    [text.replace("countersign/receipt/1", "jwt"), /not a Countersign file/],
    [text.replace("{", '{"__proto__":{},'), /__proto__: there is no such field/],
    [text.replace('"domain":{', '"domain":{"__proto__":{},'), /no such field|canonical/],
    [text.slice(0, -1), /no JSON/],
    ["", /no JSON/],
    ["[]", /not a Countersign file/],
    ["null", /not a Countersign file/],
    ["\ufeff{}", /no JSON/],
    [Uint8Array.of(0x7b, 0xff, 0x7d), /not UTF-8/],
    [new Uint8Array(8 * 2 ** 20 + 1).fill(0x20), /longer than 8 MiB/],
    [`{"a":${"[".repeat(40)}${"]".repeat(40)},"format":"countersign/receipt/1"}`, /too deep/],
    [`{"a":${"[".repeat(2e6)}${"]".repeat(2e6)},"format":"countersign/receipt/1"}`, /too deep|no JSON|failed/],
    [`{"a":"\\ud800","format":"countersign/receipt/1"}`, /surrogate/],
    ["https://example.org/verify", /no part behind a #/],
    ["#", /no JSON/],
    ["#e30=", /base64url/],
    ["#e31", /base64url/],
    [link(text), /not a countersign\/bundle\/1/],
  ];
  for (const [document, words] of cases) {
    const report = await verify(document);
    assert.equal(report.verdict, "invalid", String(document).slice(0, 60));
    assert.match(report.sentence, words);
    assert.equal(report.rows.length, 6);
  }
});

test("a newer format is an unsupported version, never altered; a doubled format is nothing of the kind", async () => {
  const { text } = receipt();
  const of = async (document: string): Promise<string> => (await verify(document)).verdict;
  assert.equal(await of(text.replace("countersign/receipt/1", "countersign/receipt/2")), "unsupported version");
  assert.equal(await of('{ "format": "countersign/dispute-claim/17", "x": [1.5, {"format": 1}] }'), "unsupported version"); // prettier-ignore
  const newer = bundle(receipt()).replace("countersign/receipt/1", "countersign/receipt/2");
  assert.equal(await of(newer), "unsupported version");
  // The keys of what is newer, nested or not, are its own.
  const kept = canonical({ anchors: [], format: "countersign/bundle/1", openings: [], receipt: { format: "countersign/receipt/2", more: 1 } }); // prettier-ignore
  assert.equal(await of(kept), "unsupported version");
  assert.equal(await of(bundle(receipt(), [{ format: "countersign/opening/3" }])), "unsupported version");
  assert.equal(
    await of(bundle(receipt(), [], [{ format: "countersign/anchor/3", more: null }])),
    "unsupported version",
  );
  assert.equal(await of(bundle(receipt(), [{ format: "countersign/anchor/1" }])), "invalid");
  for (const inside of ["[".repeat(40) + "]".repeat(40), '"\\ud800"', '"\u{fffe}"', "1.5e3", '{"format":1}'])
    assert.equal(await of(`{"a":${inside},"format":"countersign/receipt/2"}`), "unsupported version", inside);
  assert.equal(await of('{"format":"countersign/receipt/1","format":"countersign/receipt/2"}'), "invalid");
  assert.equal(await of('{"f\\u006frmat":"countersign/receipt/1","format":"countersign/receipt/2"}'), "invalid");
  for (const format of ["countersign/receipt/01", "countersign/Receipt/2", "countersign/receipt/2/3", "countersign//2"])
    assert.equal(await of(JSON.stringify({ format })), "invalid");
});

test("files and links as long as any may be are judged by what they are", async () => {
  const newer = (inside: string): string => `{"a":${inside},"format":"countersign/receipt/2"}`;
  for (const inside of [
    `"${"\\n".repeat(3.5e6)}"`,
    `"${"x".repeat(7e6)}"`,
    `${"[".repeat(3e6)}${"]".repeat(3e6)}`,
    `[${'{"a":1},'.repeat(8e5)}1]`,
  ])
    assert.equal((await verify(newer(inside))).verdict, "unsupported version", inside.slice(0, 20));
  const long = await verify(link(newer(`"${"x".repeat(6e6)}"`)));
  assert.equal(long.verdict, "unsupported version");
  assert.match((await verify(`#${"e".repeat(1.1e7)}`)).sentence, /not UTF-8/);
});

test("openings: what is shown is what was committed to, and openings do not contradict (PROTOCOL 2, 4.9)", async () => {
  const [a, b] = [utf8("first"), utf8("second")];
  const good = commit(0, [{ kind: 1, name: "a", data: a }, { kind: 1, name: "b", data: b }]); // prettier-ignore
  const signed = receipt("secp256k1", { input: good.commitment });
  const both = await verify(bundle(signed, [good.open(signed.id)]));
  assert.match(row(both, "integrity"), /^ok: .*parts: 1 opening\.$/);
  const apart = await verify(bundle(signed, [good.open(signed.id, [0]), good.open(signed.id, [1])]));
  assert.match(row(apart, "integrity"), /^ok: .*parts: 2 openings\.$/);

  for (const [names, words] of [
    [["b", "a"], /ambiguous/],
    [["a", "a"], /ambiguous/],
  ] as const) {
    // prettier-ignore
    const bad = commit(0, names.map((name, i) => ({ kind: 1, name, data: [a, b][i]! }))); // prettier-ignore
    const of = receipt("secp256k1", { input: bad.commitment });
    assert.match((await verify(bundle(of, [bad.open(of.id)]))).sentence, /ascending order/);
    // Each opening for itself keeps the order; shown to one and the other, they would tell two stories.
    const split = await verify(bundle(of, [bad.open(of.id, [0]), bad.open(of.id, [1])]));
    assert.equal(split.verdict, "invalid");
    assert.match(split.sentence, words);
    const beside = await verify(bundle(of, [bad.open(of.id, [1])]), { proofs: [utf8(canonical(bad.open(of.id, [0])))] }); // prettier-ignore
    assert.match(beside.sentence, words);
  }
  const outputs = commit(1, [{ kind: 1, name: "a", data: a }]);
  assert.match((await verify(bundle(signed, [outputs.open(signed.id)]))).sentence, /not what the receipt commits to/);
  assert.match((await verify(bundle(signed, [good.open(hash("07"))]))).sentence, /belongs to another receipt/);
});

test("a given input is compared with what was committed to, file by file", async () => {
  const file = utf8("the input");
  const one = commit(0, [{ kind: 1, name: "file", data: file }]);
  for (const lane of [0, 1]) {
    const signed = receipt("secp256k1", { input: one.commitment, lane });
    const text = bundle(signed, [one.open(signed.id)]);
    const same = row(await verify(text, { input: file }), "computation");
    assert.match(same, lane === 0 ? /^none: .*the input given is the one/ : /^unknown: Not repeated/);
    const other = await verify(text, { input: utf8("another") });
    assert.equal(other.verdict, "invalid");
    assert.match(row(other, "computation"), /^bad: .*file differs\.$/);
    const closed = await verify(bundle(signed), { input: utf8("another") });
    assert.match(row(closed, "computation"), lane === 0 ? /^none/ : /^unknown/);
  }
  const two = commit(0, [{ kind: 1, name: "a", data: file }, { kind: 1, name: "b", data: file }]); // prettier-ignore
  const signed = receipt("secp256k1", { input: two.commitment });
  const text = bundle(signed, [two.open(signed.id)]);
  assert.match(row(await verify(text, { input: { a: file, b: file } }), "computation"), /^unknown/);
  assert.match(row(await verify(text, { input: { a: file, b: utf8("x") } }), "computation"), /^bad: .* b differs/);
  const fast = receipt("secp256k1", { input: two.commitment, lane: 0 });
  const some = async (input: Record<string, Uint8Array>): Promise<string> =>
    row(await verify(bundle(fast, [two.open(fast.id)]), { input }), "computation");
  assert.match(await some({ a: file, b: file }), /the input given is the one that was committed to/);
  for (const input of [{ a: file }, { c: file }, {}])
    assert.match(await some(input), /^none: .*the signer's word\. The input given could not be compared/, "what was not given does not differ"); // prettier-ignore
  assert.match(row(await verify(bundle(fast, [two.open(fast.id)])), "computation"), /^none: .*the signer's word\.$/);
  const tensor = commit(0, [{ kind: 0, name: "x", data: file }]);
  const fed = receipt("secp256k1", { input: tensor.commitment });
  const raw = await verify(bundle(fed, [tensor.open(fed.id)]), { input: utf8("any file") });
  assert.match(row(raw, "computation"), /^unknown/, "how a file becomes a tensor is the model's business");
});

test("a receipt that used an earlier result: claimed, or verified by both openings (PROTOCOL 4.1)", async () => {
  const result = utf8('{"label":"json"}');
  const made = commit(1, [{ kind: 1, name: "result", data: result }]);
  const earlier = receipt("sr25519", { output: made.commitment });
  const used = commit(0, [{ kind: 1, name: "from", data: result }]);
  const later = receipt("secp256k1", { input: used.commitment, reference: earlier.id as `0x${string}` });
  const text = bundle(later, [used.open(later.id)]);
  const said = async (beside?: string): Promise<string | undefined> => {
    const report = await verify(text, { earlier: beside === undefined ? undefined : utf8(beside) });
    return report.rows[0]?.facts["uses the result of"];
  };
  assert.equal(await said(), `${earlier.id} (claimed)`);
  assert.equal(await said(bundle(earlier)), `${earlier.id} (claimed)`);
  assert.match(String(await said(bundle(earlier, [made.open(earlier.id)]))), /verified: both openings/);
  assert.match(String(await said(bundle(receipt("sr25519", { model: hash("0b") })))), /another one/);
});

test("the earlier receipt's status stands beside the link, and is no fault of the later one (PROTOCOL 4.1)", async () => {
  const earlier = receipt("sr25519", { expiration: 1_700_000_100n });
  const text = receipt("secp256k1", { reference: earlier.id as `0x${string}` }).text;
  const beside = async (document: string, now = 1_700_000_000n): Promise<[string, string | undefined]> => {
    const { verdict, earlier: found } = await verify(text, { earlier: utf8(document), now });
    return [verdict, found?.sentence.replace(/[:;].*/, "")];
  };
  assert.deepEqual(await beside(earlier.text), ["unknown", "Unknown"]);
  assert.deepEqual(await beside(earlier.text, 1_700_000_100n), ["unknown", "Invalid"]);
  assert.deepEqual(await beside("{}"), ["unknown", "Invalid"]);
  assert.deepEqual(await beside('{"format":"countersign/receipt/2"}'), ["unknown", "Unsupported version"]);
  // Another one, and a receipt that names none.
  assert.deepEqual(await beside(receipt("sr25519", { model: hash("0b") }).text), ["unknown", undefined]);
  const alone = await verify(receipt().text, { earlier: utf8(earlier.text) });
  assert.equal(alone.earlier, null);
});

test("an expired receipt is invalid at that second, not before (PROTOCOL 5.5)", async () => {
  const { text } = receipt("secp256k1", { expiration: 1_700_000_100n });
  assert.equal((await verify(text, { now: 1_700_000_099n })).verdict, "unknown");
  const late = await verify(text, { now: 1_700_000_100n });
  assert.equal(late.sentence, "Invalid: It expired at 2023-11-14 22:15:00 UTC.");
});

test("batch proofs lead from the sealed receipt to their root (PROTOCOL 5.4)", async () => {
  const signed = receipt();
  const proof = batch(signed) as { [key: string]: Json };
  assert.match(row(await verify(bundle(signed, [], [proof])), "integrity"), /parts: 1 batch proof\.$/);
  for (const change of [
    { index: 0 },
    { index: 2 },
    { size: 0 },
    { size: 2 ** 32 + 1 },
    { root: hash("05") },
    { path: [] },
  ])
    // prettier-ignore
    assert.equal((await verify(bundle(signed, [], [{ ...proof, ...change }]))).verdict, "invalid");
});

test("a list of deployments that is not exactly one is refused", async () => {
  const list = (deployments: Json): string => JSON.stringify({ deployments, format: "countersign/deployments/1" });
  const entry = { codeHashes: { receipts: hash("01"), registry: hash("02") }, development: true, disputes: null, genesis: hash("03"), name: "x", receipts: hash("04"), registry: hash("05") }; // prettier-ignore
  const { text } = receipt();
  assert.equal((await verify(text, { deployments: list([entry]) })).verdict, "unknown");
  const { disputes: _, ...short } = entry;
  for (const bad of [[short], [{ ...entry, more: 1 }], [{ ...entry, name: 1 }], [entry, entry], {}])
    await assert.rejects(verify(text, { deployments: list(bad as Json) }));
  await assert.rejects(verify(text, { deployments: "{}" }));
  const good = list([{ ...entry, name: 'a "b": {c}\\ ' }]);
  assert.equal((await verify(text, { deployments: ` ${good}\n` })).verdict, "unknown");
  for (const [from, to] of [
    ['"development":true', '"development":false,"development":true'],
    ['"receipts":"', '"receipt\\u0073":"0x","receipts":"'],
    ["{", '{"format":"countersign/deployments/2",'],
  ] as const)
    await assert.rejects(verify(text, { deployments: good.replace(from, to) }), /stands twice/);
});
