import { randomBytes } from "node:crypto";
import { fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { auditPath, leafHash, root } from "../../protocol/merkle.ts";
import { developer } from "../../lib/chain.ts";
import {
  attesterArg,
  polkadotSigner,
  signDisownment,
  type Signed,
  type Signer,
  signReceipt,
  signRevocation,
  viemSigner,
} from "../../lib/receipt.ts";
import { Contract } from "../../lib/contract.ts";
import { alice, bob, charlie, expect, test } from "./fixtures.ts";

const freshId = (): Hex => toHex(randomBytes(32));

/** A signer of each kind whose key no other test uses. */
const freshSigners = (): Record<"secp256k1" | "sr25519", Signer> => ({
  secp256k1: viemSigner(freshId()),
  sr25519: polkadotSigner(developer("Alice").derive(`//${freshId()}`)),
});
const KINDS = ["secp256k1", "sr25519"] as const;

const attest = (contract: Contract, signed: Signed) =>
  contract.call(alice, "attest", signed.attesterArg, signed.statement, signed.signatureArg);
const status = (contract: Contract, signed: Signed, batch: unknown = null) =>
  contract.read(bob, "status", signed.attesterArg, signed.digest, signed.signatureArg, batch);

test("deployment answers what the constructor was given", async ({ receipts, registry, place }) => {
  expect(await receipts.read(bob, "deployment")).toEqual({ genesis: place.genesis, registry: registry.account });
});

test("an anchor is taken from anybody, once, and confers no rights (5.1, C2)", async ({ receipts }) => {
  const sealed = freshId();
  const first = await receipts.call(charlie, "anchor", sealed);
  expect(first.answer).toHaveProperty("ok.seconds");
  expect(first.events).toEqual([{ name: "Anchored", fields: { sealed } }]);
  const again = await receipts.call(bob, "anchor", sealed);
  expect(again).toMatchObject({ answer: { ok: { block: first.block } }, events: [] });
});

test("a batch is kept by root and size; status proves a member and refuses a wrong proof (5.4)", async ({
  receipts,
  place,
}) => {
  const signer = viemSigner(freshId());
  const members = await Promise.all(Array.from({ length: 5 }, () => signReceipt(signer, place)));
  const leaves = members.map((member) => leafHash(fromHex(member.sealedId)));
  const key = { root: toHex(root(leaves)), size: 5 };
  const anchored = await receipts.call(bob, "anchorBatch", key);
  expect(anchored.events).toEqual([{ name: "BatchAnchored", fields: key }]);
  expect(await receipts.call(alice, "anchorBatch", key)).toMatchObject({
    answer: { ok: { block: anchored.block } },
    events: [],
  });
  for (const size of [0, 2n ** 32n + 1n])
    expect((await receipts.call(bob, "anchorBatch", { ...key, size })).answer).toEqual({ err: "BatchSize" });

  for (const [index, member] of members.entries()) {
    const proof = { size: 5, index, path: auditPath(leaves, index).map(toHex) };
    expect(await status(receipts, member, proof)).toMatchObject({
      ok: { anchored: null, batched: { block: anchored.block } },
    });
    expect(await status(receipts, member, { ...proof, index: (index + 1) % 4 })).not.toMatchObject({
      ok: { batched: { block: anchored.block } },
    });
    expect(await status(receipts, member, { ...proof, path: [...proof.path, freshId()] })).toEqual({
      err: "ProofInvalid",
    });
    expect(await status(receipts, member, { ...proof, index: 5 })).toEqual({ err: "ProofInvalid" });
  }
});

for (const kind of KINDS) {
  test(`attest verifies a ${kind} signature, anchors, and answers PROTOCOL's ids (5.2)`, async ({
    receipts,
    place,
  }) => {
    const signed = await signReceipt(freshSigners()[kind], place, { expirationTime: 1n });
    const called = await attest(receipts, signed);
    expect(called.answer).toMatchObject({
      ok: { receipt: signed.receiptId, sealed: signed.sealedId },
    });
    expect(called.events.map((event) => event.name)).toEqual(["Anchored", "Attested"]);
    expect(called.events[1]?.fields).toMatchObject({ receipt: signed.receiptId, sealed: signed.sealedId });
    expect(await status(receipts, signed)).toMatchObject({
      ok: {
        receipt: signed.receiptId,
        sealed: signed.sealedId,
        anchored: { block: called.block },
        attested: { block: called.block },
        revoked: null,
        disowned: null,
      },
    });
    expect(await attest(receipts, signed)).toMatchObject({
      answer: { ok: { receipt: signed.receiptId, anchored: { block: called.block } } },
      events: [],
    });
  });

  test(`C3: a ${kind} receipt of another chain, contract, signer or content is refused`, async ({
    receipts,
    place,
  }) => {
    const signers = freshSigners();
    const signer = signers[kind];
    const signed = await signReceipt(signer, place);
    const elsewhere = [
      await signReceipt(signer, { ...place, genesis: freshId() }),
      await signReceipt(signer, { ...place, contract: freshId() }),
    ];
    const stranger = await signReceipt(freshSigners()[kind], place);
    const altered = { ...signed, statement: { ...signed.statement, salt: freshId() } };
    const otherKind = signers[kind === "sr25519" ? "secp256k1" : "sr25519"];
    const wrongKind = { ...signed, attesterArg: attesterArg(otherKind.attester) };
    for (const bad of [...elsewhere, altered, { ...signed, signatureArg: stranger.signatureArg }])
      expect(await attest(receipts, bad)).toMatchObject({ answer: { err: "SignatureInvalid" }, events: [] });
    expect((await attest(receipts, wrongKind)).answer).toEqual({ err: "SignatureKind" });
    expect(await status(receipts, signed)).toMatchObject({ ok: { anchored: null, attested: null } });
  });

  test(`a look-alike contract's receipts are not this contract's (${kind}, C3)`, async ({
    api,
    receipts,
    registry,
    place,
  }) => {
    const copy = await Contract.deploy(api, charlie, "receipts", [place.genesis, registry.account], freshId());
    expect(copy.account).not.toBe(receipts.account);
    const signed = await signReceipt(freshSigners()[kind], { ...place, contract: copy.account });
    expect((await attest(copy, signed)).answer).toHaveProperty("ok");
    expect((await attest(receipts, signed)).answer).toEqual({ err: "SignatureInvalid" });
  });

  test(`revoke_signed: any relayer carries it, only the signer makes it, once (${kind}, 5.3, C2)`, async ({
    receipts,
    place,
  }) => {
    const signer = freshSigners()[kind];
    const signed = await signReceipt(signer, place);
    const revocation = await signRevocation(signer, place, signed.receiptId);
    const by = (signature: unknown) =>
      receipts.call(charlie, "revokeSigned", signed.attesterArg, signed.digest, signature);
    const stranger = await signRevocation(freshSigners()[kind], place, signed.receiptId);
    const foreign = await signRevocation(signer, { ...place, contract: freshId() }, signed.receiptId);
    for (const bad of [stranger, foreign, signed.signatureArg])
      expect(await by(bad)).toMatchObject({ answer: { err: "SignatureInvalid" }, events: [] });
    const revoked = await by(revocation);
    expect(revoked.events).toEqual([{ name: "Revoked", fields: { receipt: signed.receiptId } }]);
    expect(await by(revocation)).toMatchObject({ answer: { ok: { block: revoked.block } }, events: [] });
    expect(await status(receipts, signed)).toMatchObject({ ok: { revoked: { block: revoked.block } } });
    const late = await attest(receipts, signed);
    expect(late.answer).toHaveProperty("ok");
    expect(await status(receipts, signed)).toMatchObject({
      ok: { anchored: { block: late.block }, revoked: { block: revoked.block } },
    });
  });

  test(`disown_signed: the smallest block wins, never a future one (${kind}, 5.6)`, async ({ receipts, place }) => {
    const signer = freshSigners()[kind];
    const signed = await signReceipt(signer, place);
    const by = async (since: number) =>
      receipts.call(
        charlie,
        "disownSigned",
        attesterArg(signer.attester),
        since,
        await signDisownment(signer, place, since),
      );
    expect((await by(4_000_000_000)).answer).toEqual({ err: "SinceInFuture" });
    const first = await by(3);
    expect(first.events).toMatchObject([{ name: "Disowned", fields: { since: 3 } }]);
    expect(await by(4)).toMatchObject({ answer: { ok: { since: 3, declared: { block: first.block } } }, events: [] });
    const earlier = await by(2);
    expect(earlier.events).toMatchObject([{ name: "Disowned", fields: { since: 2 } }]);
    expect(await status(receipts, signed)).toMatchObject({ ok: { disowned: { since: 2 } } });
    expect((await attest(receipts, signed)).answer).toHaveProperty("ok");
    const stranger = await signDisownment(freshSigners()[kind], place, 1);
    const forged = await receipts.call(charlie, "disownSigned", attesterArg(signer.attester), 1, stranger);
    expect(forged.answer).toEqual({ err: "SignatureInvalid" });
  });
}

test("C2: revoke by the caller touches the caller's receipt only", async ({ receipts, place }) => {
  const mine = await signReceipt(polkadotSigner(bob), place);
  await attest(receipts, mine);
  const foreign = await receipts.call(charlie, "revoke", mine.digest);
  expect(foreign.events).not.toContainEqual({ name: "Revoked", fields: { receipt: mine.receiptId } });
  expect(await status(receipts, mine)).toMatchObject({ ok: { revoked: null } });
  const revoked = await receipts.call(bob, "revoke", mine.digest);
  expect(revoked.events).toEqual([{ name: "Revoked", fields: { receipt: mine.receiptId } }]);
  expect(await receipts.call(bob, "revoke", mine.digest)).toMatchObject({
    answer: { ok: { block: revoked.block } },
    events: [],
  });
});

test("disown by the caller disowns the caller's key only (5.6, C2)", async ({ api, receipts, place }) => {
  const eve = developer("Eve");
  const [hers, his] = await Promise.all([polkadotSigner(eve), polkadotSigner(bob)].map((s) => signReceipt(s, place)));
  if (hers === undefined || his === undefined) throw new Error("not signed");
  const before = await status(receipts, his);
  const now = (await api.rpc.chain.getHeader()).number.toNumber();
  const disowned = await receipts.call(eve, "disown", now);
  expect(disowned.answer).toMatchObject({ ok: { since: now } });
  expect(await status(receipts, hers)).toMatchObject({
    ok: { disowned: { since: now, declared: { block: disowned.block } } },
  });
  expect(await status(receipts, his)).toEqual(before);
});

test("C3: malformed and forbidden signatures are refused by name (4.6)", async ({ receipts, place }) => {
  const { secp256k1 } = freshSigners();
  const signed = await signReceipt(secp256k1, place);
  const bytes = fromHex(signed.signature);
  const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const word = (n: bigint): string => n.toString(16).padStart(64, "0");
  const [r, s] = [BigInt(toHex(bytes.slice(0, 32))), BigInt(toHex(bytes.slice(32, 64)))];
  const v = bytes[64] ?? 0;
  const make = (r: bigint, s: bigint, v: number) => ({
    Secp256k1: `0x${word(r)}${word(s)}${v.toString(16).padStart(2, "0")}`,
  });
  const malformed = [
    make(0n, s, v),
    make(N, s, v),
    make(r, 0n, v),
    make(r, N - s, 55 - v),
    make(r, s, v - 27),
    make(r, s, 29),
  ];
  for (const signatureArg of malformed)
    expect(
      (await attest(receipts, { ...signed, signatureArg: signatureArg as Signed["signatureArg"] })).answer,
    ).toEqual({
      err: "SignatureForm",
    });
  const nobody = [{ Secp256k1: `0x${"00".repeat(20)}` }, { Sr25519: `0x${"00".repeat(32)}` }] as const;
  const forged = [signed.signatureArg, { Sr25519: `0x${"00".repeat(63)}80` }] as const;
  for (const [i, attester] of nobody.entries())
    expect(
      (await attest(receipts, { ...signed, attesterArg: attester, signatureArg: forged[i] ?? signed.signatureArg }))
        .answer,
    ).toEqual({
      err: "AttesterForbidden",
    });
});

test("the exact lane with another engine is refused (4.1)", async ({ receipts, place }) => {
  const { secp256k1 } = freshSigners();
  const signed = await signReceipt(secp256k1, place);
  const run = { ...(signed.statement["run"] as Record<string, unknown>), lane: "Exact" };
  expect((await attest(receipts, { ...signed, statement: { ...signed.statement, run } })).answer).toEqual({
    err: "ReceiptInvalid",
  });
});

test("everything can be listed without an indexer, oldest first", async ({ receipts, place }) => {
  const signed = await signReceipt(viemSigner(freshId()), place);
  const attested = await attest(receipts, signed);
  type Page = { items: unknown[]; total: number };
  for (const list of ["anchors", "batches", "attestations", "revocations", "disownments"]) {
    const page = (await receipts.read(bob, list, 0, 1_000)) as Page;
    expect(page.items.length).toBe(Math.min(page.total, 50));
    expect(page.total).toBeGreaterThan(0);
    expect(await receipts.read(bob, list, page.total, 1)).toEqual({ items: [], total: page.total });
  }
  const { total } = (await receipts.read(bob, "attestations", 0, 0)) as Page;
  const last = (await receipts.read(bob, "attestations", total - 1, 1)) as Page;
  expect(last.items).toMatchObject([[signed.sealedId, { digest: signed.digest, at: { block: attested.block } }]]);
});
