import { demand, type Hex, toHex } from "./bytes.ts";
import { Fields, type Json, keysOf } from "./json.ts";

/** Contracts on a chain that a verifier trusts (PROTOCOL 4.3). */
export type Deployment = { name: string; genesis: Hex; receipts: Hex; receiptsCode: Hex; development: boolean };

/** Reads a list of the format `countersign/deployments/1`, as `releases/deployments.json` is one. */
export function parseDeployments(text: string): Deployment[] {
  const what = "the list's key ";
  const json = JSON.parse(text) as Json;
  // Of a key that stands twice JSON.parse keeps the last; another program may keep the first.
  demand([...keysOf(text)].length === members(json), "a key of the list stands twice");
  const outer = new Fields(json, "", ["deployments", "format"], what);
  outer.constant("format", "countersign/deployments/1");
  const found = outer.list("deployments").map((json, i): Deployment => {
    const place = `deployments[${i}]`;
    const keys = ["codeHashes", "development", "disputes", "genesis", "name", "receipts", "registry"];
    const entry = new Fields(json, place, keys, what);
    const hashes = new Fields(entry.value("codeHashes"), `${place}.codeHashes`, ["receipts", "registry"], what);
    entry.bytes("registry", 32);
    hashes.bytes("registry", 32);
    if (entry.value("disputes") !== null) entry.bytes("disputes", 32);
    return {
      name: entry.text("name"),
      genesis: toHex(entry.bytes("genesis", 32)),
      receipts: toHex(entry.bytes("receipts", 32)),
      receiptsCode: toHex(hashes.bytes("receipts", 32)),
      development: entry.flag("development"),
    };
  });
  const names = new Set(found.map(({ genesis, receipts }) => `${genesis} ${receipts}`));
  demand(names.size === found.length, "two entries of deployments name the same");
  return found;
}

/** How many members all objects of a JSON value have. */
function members(json: Json): number {
  if (json === null || typeof json !== "object") return 0;
  const inside = Object.values(json).reduce((sum: number, entry) => sum + members(entry), 0);
  return inside + (Array.isArray(json) ? 0 : Object.keys(json).length);
}
