import { randomBytes } from "node:crypto";
import { fromHex, type Hex, H, toHex, utf8 } from "../../protocol/bytes.ts";
import { ZERO32 } from "../../protocol/domain.ts";
import { modelIdOf } from "../../protocol/files.ts";
import { canonical } from "../../protocol/json.ts";
import { alice, bob, charlie, expect, test } from "./fixtures.ts";

/** A manifest that no other test uses. */
const freshManifest = (): Uint8Array =>
  utf8(canonical({ format: "countersign/manifest/1", name: toHex(randomBytes(8)) }));

const freshId = (): Hex => toHex(randomBytes(32));

test("publish: the ModelId is PROTOCOL 3.2's, the manifest comes back byte for byte", async ({ registry }) => {
  const manifest = freshManifest();
  const called = await registry.call(alice, "publishModel", toHex(manifest), ZERO32, null);
  const id = toHex(modelIdOf(alice.publicKey, manifest, fromHex(ZERO32)));
  expect(called.answer).toEqual({ ok: id });
  expect(called.events).toEqual([
    { name: "ModelPublished", fields: { model: id, publisher: toHex(alice.publicKey), predecessor: null } },
  ]);
  expect(await registry.read(bob, "manifest", id)).toBe(toHex(manifest));
  expect(await registry.read(bob, "model", id)).toMatchObject({
    publisher: toHex(alice.publicKey),
    owner: toHex(alice.publicKey),
    offeredTo: null,
    manifestHash: toHex(H(manifest)),
    manifestLen: manifest.length,
    exactRoot: ZERO32,
    predecessor: null,
    registered: { block: called.block },
    deprecated: null,
  });
});

test("publishing the same again changes nothing; another publisher gets another id", async ({ registry }) => {
  const manifest = toHex(freshManifest());
  const first = await registry.call(alice, "publishModel", manifest, ZERO32, null);
  const again = await registry.call(alice, "publishModel", manifest, ZERO32, null);
  expect(again).toMatchObject({ answer: { err: "ModelExists" }, events: [] });
  const other = await registry.call(bob, "publishModel", manifest, ZERO32, null);
  expect(other.answer).not.toEqual(first.answer);
});

test("manifests of no byte and of more than 12 KiB are refused, 12 KiB is taken", async ({ registry }) => {
  const publish = (size: number) => registry.call(alice, "publishModel", toHex(randomBytes(size)), ZERO32, null);
  expect((await publish(0)).answer).toEqual({ err: "ManifestEmpty" });
  expect((await publish(12 * 1024 + 1)).answer).toEqual({ err: "ManifestTooLong" });
  expect((await publish(12 * 1024)).answer).toHaveProperty("ok");
});

test("C2: only the owner deprecates, offers, and names a model as predecessor", async ({ registry }) => {
  const { ok: model } = (await registry.call(alice, "publishModel", toHex(freshManifest()), ZERO32, null)).answer as {
    ok: Hex;
  };
  const before = await registry.read(alice, "model", model);
  expect((await registry.call(bob, "deprecateModel", model)).answer).toEqual({ err: "NotOwner" });
  expect((await registry.call(bob, "offerModel", model, toHex(bob.publicKey))).answer).toEqual({ err: "NotOwner" });
  expect((await registry.call(bob, "acceptModel", model)).answer).toEqual({ err: "NotOffered" });
  const next = toHex(freshManifest());
  expect((await registry.call(bob, "publishModel", next, ZERO32, model)).answer).toEqual({
    err: "PredecessorNotOwned",
  });
  expect(await registry.read(alice, "model", model)).toEqual(before);

  const version = await registry.call(alice, "publishModel", next, ZERO32, model);
  const { ok: successor } = version.answer as { ok: Hex };
  expect(await registry.read(bob, "model", successor)).toMatchObject({ predecessor: model });
  const unknown = await registry.call(alice, "publishModel", toHex(freshManifest()), ZERO32, freshId());
  expect(unknown.answer).toEqual({ err: "PredecessorUnknown" });
});

test("C2: ownership is handed over in two steps; the publisher stays for ever", async ({ registry }) => {
  const published = await registry.call(alice, "publishModel", toHex(freshManifest()), ZERO32, null);
  const { ok: model } = published.answer as { ok: Hex };
  await registry.call(alice, "offerModel", model, toHex(bob.publicKey));
  expect((await registry.call(charlie, "acceptModel", model)).answer).toEqual({ err: "NotOffered" });
  await registry.call(alice, "offerModel", model, null);
  expect((await registry.call(bob, "acceptModel", model)).answer).toEqual({ err: "NotOffered" });
  const offered = await registry.call(alice, "offerModel", model, toHex(bob.publicKey));
  expect(offered.events).toEqual([{ name: "ModelOffered", fields: { model, to: toHex(bob.publicKey) } }]);
  const accepted = await registry.call(bob, "acceptModel", model);
  expect(accepted.events).toEqual([
    { name: "ModelAccepted", fields: { model, from: toHex(alice.publicKey), to: toHex(bob.publicKey) } },
  ]);
  expect((await registry.call(alice, "deprecateModel", model)).answer).toEqual({ err: "NotOwner" });
  const deprecated = await registry.call(bob, "deprecateModel", model);
  expect(deprecated.events).toEqual([{ name: "ModelDeprecated", fields: { model } }]);
  expect(await registry.read(alice, "model", model)).toMatchObject({
    publisher: toHex(alice.publicKey),
    owner: toHex(bob.publicKey),
    offeredTo: null,
    deprecated: { block: deprecated.block },
  });
  const again = await registry.call(bob, "deprecateModel", model);
  expect(again).toMatchObject({ answer: { ok: { block: deprecated.block } }, events: [] });
});

test("engines: announced per publisher, so that nobody can squat; handed over and deprecated by the owner", async ({
  registry,
}) => {
  const engine = freshId();
  const name = toHex(utf8("engine 1.0"));
  const key = { publisher: toHex(alice.publicKey), engine };
  const announced = await registry.call(alice, "announceEngine", engine, name);
  expect(announced.events).toEqual([{ name: "EngineAnnounced", fields: { engine, publisher: key.publisher, name } }]);
  expect((await registry.call(alice, "announceEngine", engine, name)).answer).toEqual({ err: "EngineExists" });
  expect((await registry.call(bob, "announceEngine", engine, name)).answer).toHaveProperty("ok");
  for (const bad of ["", " x", "x ", "a\u0007b", "ü", "x".repeat(65)])
    expect((await registry.call(alice, "announceEngine", freshId(), toHex(utf8(bad)))).answer).toEqual({
      err: "EngineNameInvalid",
    });
  expect((await registry.call(bob, "deprecateEngine", key)).answer).toEqual({ err: "NotOwner" });
  expect((await registry.call(bob, "acceptEngine", key)).answer).toEqual({ err: "NotOffered" });
  expect((await registry.call(alice, "offerEngine", key, toHex(bob.publicKey))).events).toHaveLength(1);
  expect((await registry.call(bob, "acceptEngine", key)).events).toHaveLength(1);
  expect((await registry.call(bob, "deprecateEngine", key)).events).toEqual([
    { name: "EngineDeprecated", fields: { engine, publisher: key.publisher } },
  ]);
  expect(await registry.read(charlie, "engine", key)).toMatchObject({ owner: toHex(bob.publicKey), name });
  expect((await registry.call(alice, "deprecateEngine", { ...key, engine: freshId() })).answer).toEqual({
    err: "EngineUnknown",
  });
});

test("lists are paged, oldest first, and one page never outgrows its cap", async ({ registry }) => {
  const { ok: last } = (await registry.call(alice, "publishModel", toHex(freshManifest()), ZERO32, null)).answer as {
    ok: Hex;
  };
  type Page = { items: [Hex, unknown][]; total: number };
  const all = (await registry.read(bob, "models", 0, 4_294_967_295)) as Page;
  expect(all.items.length).toBe(Math.min(all.total, 50));
  const tail = (await registry.read(bob, "models", all.total - 1, 5)) as Page;
  expect(tail.items.map(([id]) => id)).toEqual([last]);
  expect(await registry.read(bob, "models", all.total, 5)).toEqual({ items: [], total: all.total });
  expect(await registry.read(bob, "models", 0, 0)).toEqual({ items: [], total: all.total });
  const engines = (await registry.read(bob, "engines", 0, 10)) as Page;
  expect(engines.items.length).toBe(Math.min(engines.total, 10));
});
