import { verifyTypedData } from "viem";
import { developer } from "../../lib/chain.ts";
import { TestExtension } from "../../lib/extension.ts";
import { readBundle } from "../../lib/reading.ts";
import { eip55, ss58 } from "../../protocol/account.ts";
import { fromHex, H, type Hex, toHex } from "../../protocol/bytes.ts";
import { dataRoot } from "../../protocol/merkle.ts";
import { easSdk } from "../../lib/eas.ts";
import { expect, sample, signedRun, test, WALLET } from "./fixtures.ts";

type TypedData = {
  domain: { name: string; version: string; chainId: number | string; verifyingContract: Hex };
  types: Record<string, { name: string; type: string }[]>;
  primaryType: string;
  message: Record<string, string | number | boolean>;
};

test("the page shows beforehand, word for word, what the wallet is then asked to sign (PROTOCOL 7.4)", async ({
  wallet,
  run,
  sign,
  magika,
}) => {
  wallet.answers.sign = "hold";
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.signer(WALLET).check();
  const shown = async (field: string): Promise<string> => ((await sign.word(field).textContent()) ?? "").trim();
  const before = { model: await shown("model"), salt: await shown("salt"), contract: await shown("verifyingContract") };
  expect(before.model).toContain(magika.id);
  await sign.signButton.click();
  const prompt = await wallet.prompt();
  const typed = JSON.parse(String(prompt.request.params[1])) as TypedData;
  expect(before.salt).toContain(String(typed.message["salt"]));
  expect(before.contract).toContain(typed.domain.verifyingContract);
  const data = String(typed.message["data"]).slice(2);
  for (const [i, field] of ["model", "engine", "input", "output", "beacon"].entries())
    expect(await shown(field)).toContain(`0x${data.slice(64 * i, 64 * i + 64)}`);
  prompt.approve();
  await expect(sign.receiptId).toBeVisible();
});

test("a signed receipt verifies here, with viem and with the official EAS SDK; R1: it commits to what ran", async ({
  wallet,
  run,
  sign,
  magika,
}) => {
  const input = sample("e2e/package.json");
  await signedRun({ run, sign, magika }, input);
  await sign.reveal({ input: true, result: true });
  const { bytes } = await sign.save();
  const { receipt, opened } = readBundle(bytes);
  expect(toHex(receipt.receiptId)).toBe((await sign.receiptId.textContent())?.trim());
  expect(receipt.attester).toEqual({ kind: "secp256k1", address: fromHex(wallet.address.toLowerCase()) });
  expect(receipt.fields).toMatchObject({ model: magika.id, lane: "replay" });

  const file = opened.find(({ side, item }) => side === 0 && item.name === "file")?.item;
  expect(file).toMatchObject({ kind: "file", byteLength: BigInt(input.bytes.length), root: dataRoot(input.bytes) });
  const result = opened.find(({ side, item }) => side === 1 && item.name === "result")?.item;
  expect(result?.kind).toBe("file");

  const { domain, message, signature } = receipt;
  const d = { ...domain, verifyingContract: eip55(domain.verifyingContract) };
  const m = {
    ...message,
    schema: toHex(message.schema),
    recipient: eip55(message.recipient),
    refUID: toHex(message.refUID),
    data: toHex(message.data),
    salt: toHex(message.salt),
  };
  const types = easSdk.OFFCHAIN_ATTESTATION_TYPES[2][0]?.types ?? {};
  const claim = { domain: d, types, primaryType: "Attest", message: m, signature: toHex(signature) };
  expect(await verifyTypedData({ ...claim, address: wallet.address } as Parameters<typeof verifyTypedData>[0])).toBe(
    true,
  );
  const config = { address: d.verifyingContract, version: "1.4.0", chainId: 1n };
  const sdk = new easSdk.Offchain(config, 2, new easSdk.EAS(d.verifyingContract));
  const uid = easSdk.Offchain.getOffchainUID(
    2, m.schema, m.recipient, m.time, m.expirationTime, m.revocable, m.refUID, m.data, m.salt,
  ); // prettier-ignore
  const attestation = {
    version: 2,
    uid,
    domain: { ...d, chainId: 1n },
    primaryType: "Attest",
    types,
    message: m,
    signature: { r: toHex(signature.slice(0, 32)), s: toHex(signature.slice(32, 64)), v: signature[64] ?? 0 },
  } as unknown as Parameters<typeof sdk.verifyOffchainAttestationSignature>[1];
  expect(sdk.verifyOffchainAttestationSignature(wallet.address, attestation)).toBe(true);
});

test("the engine that a receipt names is the engine that was served", async ({ wallet, run, sign, page, magika }) => {
  await signedRun({ run, sign, magika });
  const { receipt } = readBundle((await sign.save()).bytes);
  const assets = (await (await page.request.get("/assets/assets.json")).json()) as { engine: { path: string } };
  const engine = await (await page.request.get(assets.engine.path)).body();
  expect(receipt.fields.engine).toBe(toHex(H(new Uint8Array(engine))));
  expect(wallet.asked("eth_signTypedData_v4")).toHaveLength(1);
});

test("two receipts of one run's input share nothing that tells it (PROTOCOL 2.4)", async ({ run, sign, magika }) => {
  const fields = [];
  for (const _ of [1, 2]) {
    await signedRun({ run, sign, magika });
    fields.push(readBundle((await sign.save()).bytes).receipt.fields);
  }
  expect(fields[0]?.input).not.toBe(fields[1]?.input);
  expect(fields[0]?.output).not.toBe(fields[1]?.output);
});

test("bad input: a wallet that refuses loses nothing: the same run is signed at the second attempt", async ({
  wallet,
  run,
  sign,
  magika,
}) => {
  wallet.answers.sign = "refuse";
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.signer(WALLET).check();
  await sign.signButton.click();
  await expect(sign.alert).toContainText(/declined|refused|rejected/i);
  wallet.answers.sign = "approve";
  await sign.signButton.click();
  await expect(sign.receiptId).toBeVisible();
});

test("bad input: a wallet that does not connect is named", async ({ wallet, run, sign, magika }) => {
  wallet.answers.connect = "refuse";
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.signer(WALLET).check();
  await sign.signButton.click();
  await expect(sign.alert).toContainText(/declined|refused|rejected/i);
});

test("a wallet on another network is asked to switch to chain 1 first (PROTOCOL 4.2)", async ({
  wallet,
  run,
  sign,
  magika,
}) => {
  await wallet.switchTo(137);
  await signedRun({ run, sign, magika });
  expect(wallet.asked("wallet_switchEthereumChain").map(({ params }) => params[0])).toEqual([{ chainId: "0x1" }]);
});

test("bad input: a user who will not switch the network is told why it is needed", async ({
  wallet,
  run,
  sign,
  magika,
}) => {
  await wallet.switchTo(137);
  wallet.answers.switch = "refuse";
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.signer(WALLET).check();
  await sign.signButton.click();
  await expect(sign.alert).toContainText(/network|chain/i);
  expect(wallet.asked("eth_signTypedData_v4")).toHaveLength(0);
});

for (const [signing, why] of [
  ["another-account", /account|signer|signed/i],
  ["another-message", /account|signer|signed|signature/i],
  ["smart-account", /smart|contract account|65 bytes/i],
] as const) {
  test(`bad input: a wallet that answers with ${signing} is found out (PROTOCOL 4.6, 7.4)`, async ({
    wallet,
    run,
    sign,
    magika,
  }) => {
    wallet.signing = signing;
    await run.open(magika.id);
    await run.run(sample("e2e/package.json"), "Engine");
    await run.signLink.click();
    await sign.signer(WALLET).check();
    await sign.signButton.click();
    await expect(sign.alert).toContainText(why);
    await expect(sign.receiptId).toHaveCount(0);
  });
}

test("a wallet's v of 0 or 1 is normalised once (PROTOCOL 4.6)", async ({ wallet, run, sign, magika }) => {
  wallet.signing = "v-0-1";
  await signedRun({ run, sign, magika });
  const { receipt } = readBundle((await sign.save()).bytes);
  expect([27, 28]).toContain(receipt.signature[64]);
});

test("a Polkadot extension signs the text of PROTOCOL 4.7", async ({ context, run, sign, magika }) => {
  const pair = developer("Dave");
  const extension = await TestExtension.install(context, [pair]);
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.sign("test-extension");
  const { receipt } = readBundle((await sign.save()).bytes);
  expect(receipt.attester).toEqual({ kind: "sr25519", publicKey: pair.publicKey });
  expect(extension.requests.map(({ method }) => method)).toContain("signRaw");
});

test("a development account signs on a development chain", async ({ run, sign, magika }) => {
  await run.open(magika.id);
  await run.run(sample("e2e/package.json"), "Engine");
  await run.signLink.click();
  await sign.developer("//Eve");
  await sign.signButton.click();
  await sign.receiptId.waitFor();
  const { receipt } = readBundle((await sign.save()).bytes);
  const eve = developer("Eve");
  expect(receipt.attester).toEqual({ kind: "sr25519", publicKey: eve.publicKey });
  await expect(sign.slip).toContainText(ss58(eve.publicKey, 42).slice(0, 6));
});
