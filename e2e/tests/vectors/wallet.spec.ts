import { expect, type Page, test } from "@playwright/test";
import { type Hex, recoverTypedDataAddress } from "viem";
import { TestWallet } from "../../lib/wallet.ts";

/** A page at a secure origin that has nothing but the wallet. */
async function pageWithWallet(page: Page): Promise<TestWallet> {
  const wallet = await TestWallet.install(page.context());
  await page.route("https://app.test/", (route) => route.fulfill({ contentType: "text/html", body: "<p>empty</p>" }));
  await page.goto("https://app.test/");
  return wallet;
}

/** Finds the provider by EIP-6963 and sends one request; an error comes back as its code. */
function request(page: Page, method: string, params: unknown[] = []): Promise<unknown> {
  return page.evaluate(
    ([method, params]) =>
      new Promise((resolve) => {
        type Detail = { provider: { request: (r: { method: string; params: unknown[] }) => Promise<unknown> } };
        window.addEventListener(
          "eip6963:announceProvider",
          (event) => {
            const { provider } = (event as CustomEvent<Detail>).detail;
            provider.request({ method, params }).then(resolve, (error: { code: number }) => resolve(error.code));
          },
          { once: true },
        );
        window.dispatchEvent(new Event("eip6963:requestProvider"));
      }),
    [method, params] as const,
  );
}

const typed = (chainId: number) => ({
  domain: {
    name: "EAS",
    version: "1.4.0",
    chainId,
    verifyingContract: "0x9Eb3ae2dca84C69d9096B63f570989764b14cde0" as Hex,
  },
  types: {
    EIP712Domain: [
      { name: "name", type: "string" },
      { name: "version", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
    ],
    Disown: [
      { name: "attester", type: "address" },
      { name: "since", type: "uint64" },
    ],
  },
  primaryType: "Disown" as const,
  message: { attester: "0x70220a0A3934AA6f45c7bA7832B02e8C40313762", since: "7" },
});

test("knows no account until the user connects it, and none while it is locked", async ({ page }) => {
  const wallet = await pageWithWallet(page);
  expect(await request(page, "eth_accounts")).toEqual([]);
  expect(await request(page, "eth_signTypedData_v4", [wallet.address, JSON.stringify(typed(1))])).toBe(4100);
  expect(await request(page, "eth_requestAccounts")).toEqual([wallet.address]);
  await wallet.lock();
  expect(await request(page, "eth_accounts")).toEqual([]);
});

test("a user who refuses is error 4001", async ({ page }) => {
  const wallet = await pageWithWallet(page);
  wallet.answers.connect = "refuse";
  expect(await request(page, "eth_requestAccounts")).toBe(4001);
});

test("signs for the active network only, and switches to known networks only", async ({ page }) => {
  const wallet = await pageWithWallet(page);
  await request(page, "eth_requestAccounts");
  await wallet.switchTo(137);
  expect(await request(page, "eth_signTypedData_v4", [wallet.address, JSON.stringify(typed(1))])).toBe(-32_603);
  expect(await request(page, "wallet_switchEthereumChain", [{ chainId: "0x66a44" }])).toBe(4902);
  expect(await request(page, "wallet_switchEthereumChain", [{ chainId: "0x1" }])).toBeNull();
  const signature = (await request(page, "eth_signTypedData_v4", [wallet.address, JSON.stringify(typed(1))])) as Hex;
  const { domain, message, primaryType, types } = typed(1);
  const claim = { domain, message, primaryType, types: { Disown: types.Disown } };
  expect(await recoverTypedDataAddress({ ...claim, signature })).toBe(wallet.address);
});

test("holds a prompt until the user answers it", async ({ page }) => {
  const wallet = await pageWithWallet(page);
  await request(page, "eth_requestAccounts");
  wallet.answers.sign = "hold";
  const signature = request(page, "eth_signTypedData_v4", [wallet.address, JSON.stringify(typed(1))]);
  (await wallet.prompt()).refuse();
  expect(await signature).toBe(4001);
});
