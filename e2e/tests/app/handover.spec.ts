import { randomBytes } from "node:crypto";
import { developer } from "../../lib/chain.ts";
import { cli, EXIT } from "../../lib/cli.ts";
import { look } from "../../lib/look.ts";
import { toHex, utf8 } from "../../protocol/bytes.ts";
import { canonical, type Json } from "../../protocol/json.ts";
import { expect, test } from "./fixtures.ts";

const [alice, bob] = [developer("Alice"), developer("Bob")];

test("a model goes from one owner to the next: offered, taken back, offered again, accepted; each said before it is sent", async ({
  page,
  registry,
  magika,
}) => {
  const manifest = { ...magika.manifest, name: `Handover ${randomBytes(4).toString("hex")}` };
  const bytes = toHex(utf8(canonical(manifest as Json)));
  const { answer } = await registry.call(alice, "publishModel", bytes, `0x${"00".repeat(32)}`, null);
  const id = (answer as { ok: string }).ok;
  const panel = page.getByTestId("handover");
  const state = page.getByTestId("handover-state");
  const again = panel.getByRole("button", { name: "Read the page again" });
  await page.goto(`/explore/model/${id}`);
  await expect(panel.getByRole("button", { name: "Accept the offer" })).toHaveCount(0);

  const offer = panel.getByRole("button", { name: "Offer it to somebody" });
  await offer.click();
  await expect(panel.getByRole("heading", { name: "To whom shall it go?" })).toBeFocused();
  await expect(panel).toContainText("Until the other account accepts, it stays with its owner");
  await look(page, "handover-offer", [320, 1280]);
  await panel.getByRole("button", { name: "Leave it" }).click();
  await expect(offer).toBeFocused();
  await offer.click();
  const to = panel.getByRole("textbox", { name: "Account that shall own it" });
  await to.fill("Bob");
  await panel.getByRole("button", { name: "Offer it", exact: true }).click();
  await expect(to).toBeFocused();
  await expect(to).toHaveAccessibleDescription(/no account as wallets show it/);
  await expect(state).toHaveAttribute("data-state", "idle");
  await to.fill(bob.address);
  // What only the owner may is refused before anything is sent, in the contract's words.
  await panel.getByLabel("Paid by").selectOption("//Charlie");
  await panel.getByRole("button", { name: "Offer it", exact: true }).click();
  await expect(state).toHaveAttribute("data-state", "failed");
  await expect(state).toContainText("only the owner can do this");
  await offer.click();
  await to.fill(bob.address);
  await expect(panel.getByTestId("handover-command")).toContainText(
    `countersign model offer ${id} --to ${bob.address} --suri //Alice`,
  );
  await panel.getByRole("button", { name: "Offer it", exact: true }).dblclick();
  await expect(state).toHaveAttribute("data-state", "finalised");
  await again.click();
  await expect(page.getByRole("link", { name: `Details of Offered to ${bob.address}` })).toBeVisible();
  await look(page, "handover-offered", [320, 1280]);

  await panel.getByRole("button", { name: "Take the offer back" }).click();
  await expect(panel.getByTestId("handover-command")).toContainText(`countersign model offer ${id} --nobody`);
  await panel.getByRole("button", { name: "Take the offer back" }).click();
  await expect(state).toHaveAttribute("data-state", "finalised");
  await again.click();
  await expect(page.getByRole("link", { name: /^Details of Offered to/ })).toHaveCount(0);

  // The copied line does the same.
  const offered = await cli(["model", "offer", id, "--to", bob.address, "--suri", "//Alice"]);
  expect(offered.code, offered.stderr).toBe(EXIT.ok);
  await page.reload();
  await panel.getByRole("button", { name: "Accept the offer" }).click();
  await expect(panel).toContainText("that account alone can deprecate it");
  // The account that it is offered to stands there already.
  await expect(panel.getByLabel("Paid by")).toHaveValue("//Bob");
  await expect(panel.getByTestId("handover-command")).toContainText(`countersign model accept ${id} --suri //Bob`);
  await panel.getByLabel("Paid by").selectOption("//Dave");
  await panel.getByRole("button", { name: "Accept the offer" }).click();
  await expect(state).toContainText("it has not been offered to this account");
  await panel.getByRole("button", { name: "Accept the offer" }).click();
  await panel.getByLabel("Paid by").selectOption("//Bob");
  await panel.getByRole("button", { name: "Accept the offer" }).click();
  await expect(state).toHaveAttribute("data-state", "finalised");
  await again.click();
  await expect(page.getByRole("link", { name: `Details of Owner ${bob.address}` })).toBeVisible();
  await expect(page.getByRole("link", { name: `Details of Publisher ${alice.address}` })).toBeVisible();
  expect(await registry.read(bob, "model", id)).toMatchObject({
    owner: toHex(bob.publicKey),
    publisher: toHex(alice.publicKey),
  });
});
