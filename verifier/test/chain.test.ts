import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { fromHex, utf8 } from "../src/bytes.ts";
import { xxHash64 } from "../src/chain.ts";
import { canonical, type Json } from "../src/json.ts";
import { type Report, verify } from "../src/verify.ts";
import { batch, bundle, commit, type File, hash, receipt } from "./crafted.ts";
import { at, DEPLOYMENTS, HEAD, hashOf, node, timeOf, type World } from "./node.ts";

const signed = receipt();
const judge = (world: World, of = signed, text = of.text, now?: bigint): Promise<Report> =>
  verify(text, { rpc: node(of, world), deployments: DEPLOYMENTS, now });
const states = ({ verdict, rows }: Report): string =>
  [verdict, ...rows.slice(2, 5).map(({ state }) => state)].join(" ");

test("xxHash64 is @polkadot's", () => {
  // xxhashAsHex(account, 64) of @polkadot/util-crypto 14.0.3, whose bytes are little-endian.
  const of = (bytes: Uint8Array): string => xxHash64(bytes).toString(16).padStart(16, "0").match(/../g)!.reverse().join(""); // prettier-ignore
  assert.equal(of(new Uint8Array(32).fill(7)), "a742d0f92786669b");
  assert.equal(of(Uint8Array.from({ length: 32 }, (_, i) => i * 7)), "29c6a83109cbb091");
});

test("what the chain says, and what follows (PROTOCOL 5.5, 5.6)", async () => {
  const cases: [World, string, RegExp][] = [
    [{}, "valid none none ok", /^Valid: signed by its attester and not taken back; the run itself was not repeated\.$/],
    [{ anchored: at(10) }, "valid ok ok ok", /^Valid/],
    [{ batched: at(10) }, "valid ok ok ok", /^Valid/],
    [{ anchored: at(10), attested: at(10) }, "valid ok ok ok", /^Valid/],
    [{ revoked: at(20) }, "invalid none none bad", /revoked it in block 20 \(2020-09-13 12:28:40 UTC\)\.$/],
    [{ anchored: at(10), revoked: at(20) }, "invalid ok ok bad", /It was anchored before that\.$/],
    [{ anchored: at(20), revoked: at(20) }, "invalid ok ok bad", /UTC\)\.$/],
    [
      { disowned: { since: 5, declared: at(30) } },
      "invalid none none bad",
      /disowned the key from block 5 on, and said/,
    ],
    [{ anchored: at(4), disowned: { since: 5, declared: at(30) } }, "valid ok ok ok", /^Valid/],
    [{ anchored: at(5), disowned: { since: 5, declared: at(30) } }, "invalid ok ok bad", /Anchored, later disowned/],
    [{ anchored: at(29), disowned: { since: 5, declared: at(30) } }, "invalid ok ok bad", /Anchored, later disowned/],
    [{ anchored: at(30), disowned: { since: 5, declared: at(30) } }, "invalid ok ok bad", /and said so in block 30/],
    [
      { anchored: at(5), revoked: at(9), disowned: { since: 5, declared: at(30) } },
      "invalid ok ok bad",
      /revoked it in block 9 \([^)]*\)\.$/,
    ],
    [
      { anchored: at(4), revoked: at(9), disowned: { since: 5, declared: at(30) } },
      "invalid ok ok bad",
      /It was anchored before that\.$/,
    ],
  ];
  for (const [world, expected, words] of cases) {
    const report = await judge(world);
    assert.equal(states(report), expected, JSON.stringify(world));
    assert.match(report.sentence, words);
  }
  const attested = await judge({ anchored: at(10), attested: at(12) });
  assert.equal(attested.rows[2]?.sentence, "Anchored in block 10 (2020-09-13 12:27:40 UTC). The contract itself verified the signature."); // prettier-ignore
  const early = await judge({ anchored: at(10), batched: at(9) });
  assert.match(early.rows[2]?.sentence ?? "", /^Anchored as part of a batch in block 9 /);
});

test("the beacon and the anchor bracket the time (PROTOCOL 4.4)", async () => {
  const beacon = hashOf(7);
  const of = receipt("secp256k1", { beacon });
  const time = async (world: World): Promise<string> => {
    const { state, sentence } = (await judge(world, of)).rows[3]!;
    return `${state}: ${sentence}`;
  };
  const known = { blocks: { [beacon]: 7 } };
  assert.match(await time({ ...known, anchored: at(8) }), /^ok: Not earlier than block 7 \(.*12:27:22 UTC\); not later than block 8 /); // prettier-ignore
  assert.match(await time(known), /^ok: Not earlier than block 7 .*; no upper bound \(it is not anchored\)\.$/);
  assert.match(await time({ anchored: at(8) }), /^unknown: Lower bound unknown \(its beacon is no finalised block/);
  assert.match(
    await time({ ...known, anchored: at(6) }),
    /^bad: A contradiction: it names block 7 .* in block 6 before/,
  );
  // A contradiction needs the block, not its time.
  const forgotten = { ...known, answers: { chain_getBlock: () => null } };
  assert.match(await time({ ...forgotten, anchored: at(6) }), /^bad: A contradiction: it names block 7/);
  assert.match(await time({ ...forgotten, anchored: at(7) }), /^unknown: Lower bound unknown .*; not later than/);
  // A block that is not final, and one that another of its number replaced.
  assert.match(await time({ blocks: { [beacon]: HEAD + 1 } }), /^unknown/);
  assert.match(await time({ blocks: { [hashOf(8)]: 7, [beacon]: 7 } }), /^unknown/);
  // The time cannot be read: no inherent, or two that could be it.
  const blocks = (extrinsics: string[]): World => ({ ...known, answers: { chain_getBlock: () => ({ block: { extrinsics } }) } }); // prettier-ignore
  assert.match(await time(blocks([])), /^unknown/);
  assert.match(await time({ ...known, answers: { chain_getBlock: () => null } }), /^unknown/);
  assert.match(await time({ ...known, answers: { state_getStorage: ([key]) => (String(key).startsWith("0xf0") ? null : `0x0c010203${"51".repeat(32)}`) } }), /^unknown/); // prettier-ignore
});

test("C3: another chain, an unlisted contract and other code prove nothing (PROTOCOL 4.3)", async () => {
  const anchored = at(10);
  const cases: [World, RegExp][] = [
    [{ anchored, genesis: hash("aa") }, /it belongs to the chain with genesis 0x2a/],
    [{ anchored, code: hash("aa") }, /^Not believed: the contract's code hash is 0xaa.*It may be a look-alike\.$/],
    [{ anchored, code: null }, /no contract stands at 5/],
  ];
  for (const [world, words] of cases) {
    const report = await judge(world);
    assert.equal(states(report), "unknown unknown unknown unknown");
    assert.match(report.rows[2]?.sentence ?? "", words);
    assert.match(report.sentence, /^Unknown: the signature holds/);
  }
  const unlisted = await verify(signed.text, { rpc: node(signed, { anchored }) });
  assert.match(
    unlisted.rows[2]?.sentence ?? "",
    /^Not believed: the receipts contract 5\w+ is not in this verifier's list/,
  );
  const development = DEPLOYMENTS.replace('"development":false', '"development":true');
  const report = await verify(signed.text, { rpc: node(signed, { anchored }), deployments: development });
  assert.equal(report.development, true);
  assert.match(report.sentence, /^Valid.* The chain is a development chain: it proves nothing\.$/);
});

test("a node that was replaced while it was asked is not believed", async () => {
  let asked = 0;
  const change = ([number]: unknown[]): unknown => (number === 0 && asked++ > 0 ? hash("bb") : hash("2a"));
  const report = await judge({ anchored: at(1), answers: { chain_getBlockHash: change } });
  assert.equal(report.verdict, "unknown");
});

test("answers about another receipt, and the contract's refusals, are not taken for facts", async () => {
  const other = receipt("secp256k1", { model: hash("0c") });
  const swapped = await verify(signed.text, { rpc: node(other, { anchored: at(1) }), deployments: DEPLOYMENTS });
  assert.equal(swapped.verdict, "unknown");
  assert.match(swapped.rows[2]?.sentence ?? "", /another shape than Countersign's/);
  const head = `0x0000000001${"00".repeat(16)}00`;
  for (const [tail, words] of [
    ["00000000000c000107", /the batch proof does not fit/],
    ["0000000000080101", /does not know the message status/],
    ["01030801000000", /did not execute the contract's message status/],
    ["00000000000400", /another shape|ends too early|of the expected shape/],
  ] as const) {
    const report = await judge({ answers: { state_call: () => head + tail } });
    assert.equal(report.verdict, "unknown");
    assert.match(report.rows[2]?.sentence ?? "", words);
  }
});

test("whatever a node answers, there is a report, and it is not made valid by nonsense", async () => {
  const nonsense = [undefined, null, 0, "", "0x", "0x00", "0xzz", hash("01"), `0x${"ff".repeat(99)}`, [], {}, { number: 1 }, { number: "0x1ffffffffff" }, { block: 0 }, { block: { extrinsics: [1] } }, { block: { extrinsics: ["0xff"] } }]; // prettier-ignore
  const methods = ["chain_getBlockHash", "chain_getFinalizedHead", "chain_getHeader", "state_getStorage", "state_call"];
  for (const method of methods)
    for (const answer of nonsense) {
      const report = await judge({ anchored: at(1), answers: { [method]: () => answer } });
      assert.equal(report.verdict, "unknown", `${method} ${JSON.stringify(answer)}`);
      assert.doesNotMatch(report.rows[2]?.sentence ?? "", /undefined is not|Cannot read/, `${method} ${JSON.stringify(answer)}`); // prettier-ignore
    }
  const failing = await verify(signed.text, { rpc: () => Promise.reject(new Error("no")), deployments: DEPLOYMENTS });
  assert.equal(failing.verdict, "unknown");
});

test("JSON-RPC over HTTP: errors, other servers, nobody there", async () => {
  const replies: Record<string, [number, string]> = {
    "/error": [200, '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}'],
    "/page": [200, "<html>"],
    "/list": [200, "[]"],
    "/missing": [404, ""],
    "/null": [200, "null"],
  };
  const server = createServer((request, response) => {
    const [status, body] = replies[request.url ?? ""] ?? [500, ""];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const said = async (rpc: string): Promise<string> => {
    const report = await verify(signed.text, { rpc, deployments: DEPLOYMENTS });
    assert.equal(report.verdict, "unknown");
    return report.rows[2]?.sentence ?? "";
  };
  assert.match(await said(`${origin}/error`), /refused chain_getBlockHash: Method not found \(code -32601\)/);
  for (const other of ["page", "list", "null"])
    assert.match(await said(`${origin}/${other}`), /does not speak JSON-RPC/);
  assert.match(await said(`${origin}/missing`), /HTTP status 404/);
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  assert.match(await said(origin), /cannot be reached/);
  assert.match(await said("not an address"), /cannot be reached/);
});

test("R3: no altered bundle is valid on the chain that the good one is valid on", async () => {
  const [input, output] = [commit(0, [{ kind: 1, name: "file", data: utf8("in") }]), commit(1, [{ kind: 0, name: "y", data: utf8("out") }])]; // prettier-ignore
  const good = receipt("secp256k1", { input: input.commitment, output: output.commitment });
  const parts = [[input.open(good.id), output.open(good.id)], [batch(good)]] as const;
  const text = bundle(good, [...parts[0]], [...parts[1]]);
  const world = { batched: at(3) };
  assert.equal((await judge(world, good, text)).verdict, "valid");
  const bytes = utf8(text);
  for (let at = 0; at < bytes.length; at++) {
    const altered = bytes.slice();
    altered[at]! ^= 1 << ((at * 5) % 8);
    const report = await verify(altered, { rpc: node(good, world), deployments: DEPLOYMENTS });
    // The batch's size is not in its root: only the real contract, asked for the pair, refuses another one.
    if (/"size":\d$/.test(text.slice(0, at + 1)) && report.rows[0]?.state === "ok") continue;
    assert.ok(["invalid", "unsupported version"].includes(report.verdict), `byte ${at}: ${report.sentence}`);
  }
});

test("R3: no bundle with an exchanged, removed, added or retyped member is valid, though it is canonical", async () => {
  const input = commit(0, [{ kind: 1, name: "file", data: utf8("in") }]);
  const good = receipt("sr25519", { input: input.commitment });
  const whole = JSON.parse(bundle(good, [input.open(good.id)], [batch(good)])) as File;
  const places = (json: Json, path: (string | number)[] = []): (string | number)[][] =>
    json === null || typeof json !== "object"
      ? []
      : Object.entries(json).flatMap(([key, child]) => [[...path, key], ...places(child, [...path, key])]);
  const values: Json[] = [null, 0, 1, 2, -1, 1.5, 2 ** 32, true, false, "", "0x", "0", hash("00"), hash("01"), [], {}, [[]], "countersign/anchor/1"]; // prettier-ignore
  let tried = 0;
  for (const place of places(whole)) {
    const last = place.at(-1)!;
    for (const value of [undefined, "flip", ...values]) {
      const copy = structuredClone(whole) as Json;
      const holder = place.slice(0, -1).reduce((json, key) => (json as Record<string, Json>)[key]!, copy) as Record<string, Json>; // prettier-ignore
      const before = holder[last]!;
      if (value === "flip" && typeof before !== "string") continue;
      if (value === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
      else if (value === undefined) delete holder[last];
      else holder[last] = value === "flip" ? flip(before as string) : value;
      let text: string;
      try {
        text = canonical(copy);
      } catch {
        continue;
      }
      if (text === canonical(whole)) continue;
      tried++;
      const report = await verify(text, { rpc: node(good, { anchored: at(3) }), deployments: DEPLOYMENTS });
      // A bundle may hold fewer openings and proofs; and see the test above for the size.
      const fewer = /^(openings|anchors)$/.test(String(place[0])) && (place.length === 1 ? Array.isArray(value) && value.length === 0 : place.length === 2 && value === undefined); // prettier-ignore
      if (fewer || (last === "size" && report.rows[0]?.state === "ok")) continue;
      assert.ok(["invalid", "unsupported version"].includes(report.verdict), `${place.join(".")} = ${JSON.stringify(value)}: ${report.sentence}`); // prettier-ignore
    }
  }
  assert.ok(tried > 500);
});

/** Another last digit. */
const flip = (text: string): string => text.slice(0, -1) + (text.endsWith("1") ? "2" : "1");

test("the made-up chain's times are the ones that its blocks tell", () => {
  assert.equal(timeOf(7), 1_600_000_042);
  assert.equal(fromHex(hashOf(7)).length, 32);
});
