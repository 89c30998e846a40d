import { decodeUtf8, demand, fromHex, type Hex, keccak, Refused, toHex, utf8 } from "./bytes.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A file of ours in a version that this program does not know: never called altered (PROTOCOL 4.9). */
export class UnsupportedVersion extends Refused {
  constructor(readonly format: string) {
    super(`this program does not know the format "${format}"; a newer one may`);
  }
}

const MAX_BYTES = 8 * 2 ** 20;
const MAX_DEPTH = 32;
const DAMAGED = "the file is damaged, or it is not a Countersign file";
export type Kind = "receipt" | "opening" | "anchor" | "bundle";

/** RFC 8785 of I-JSON whose every number is an integer; refuses all else. */
export function canonical(json: Json, depth = 0): string {
  if (typeof json === "number") demand(Number.isSafeInteger(json), `${DAMAGED}: a number is not a plain integer`);
  if (typeof json === "string") {
    const bad = /[\p{Cs}\p{Noncharacter_Code_Point}]/u.test(json);
    demand(!bad, `${DAMAGED}: half of a surrogate pair stands alone, or a code point is no character`);
  }
  if (json === null || typeof json !== "object") return JSON.stringify(json);
  demand(depth < MAX_DEPTH, `${DAMAGED}: the nesting is too deep`);
  if (Array.isArray(json)) return `[${json.map((entry) => canonical(entry, depth + 1)).join(",")}]`;
  const member = (key: string): string => `${canonical(key)}:${canonical(json[key] ?? null, depth + 1)}`;
  return `{${Object.keys(json).sort().map(member).join(",")}}`; // UTF-16 code units, as RFC 8785 wants it
}

/** Every key of a JSON text, which must be one, as it is written there, with the depth of its object: 1 is the outermost. */
export function* keysOf(text: string): Generator<[depth: number, key: string]> {
  let [depth, start, end] = [0, 0, 0];
  // No regular expression: on long strings those of some engines overflow their stack.
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      start = at;
      while (text.charAt(++at) !== '"') if (text.charAt(at) === "\\") at++;
      end = at + 1;
    } else if (char === ":") yield [depth, text.slice(start, end)];
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
  }
}

/** How often the outermost object has a key: of several, JSON.parse silently keeps the last. */
const occurrences = (text: string, key: string): number =>
  [...keysOf(text)].filter(([depth, written]) => depth === 1 && JSON.parse(written) === key).length;

/** `format` first, then the canonical bytes (PROTOCOL 4.9); the closed schema is the caller's. */
export function parseFile(bytes: Uint8Array): { kind: Kind; json: Json } {
  demand(bytes.length <= MAX_BYTES, "the file is longer than 8 MiB; no file of ours is");
  const text = decodeUtf8(bytes, `${DAMAGED}: the text is not UTF-8`);
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    throw new Refused(`${DAMAGED}: it is no JSON text`);
  }
  const format = json !== null && typeof json === "object" && !Array.isArray(json) ? json["format"] : undefined;
  demand(typeof format === "string", "this is not a Countersign file");
  demand(occurrences(text, "format") === 1, `${DAMAGED}: a key stands twice`);
  const kind = kindOf(format, "receipt");
  demand(canonical(json) === text, "the file was altered: the bytes differ from the canonical form (RFC 8785)");
  return { kind, json };
}

function kindOf(format: string, wanted: Kind): Kind {
  const known = /^countersign\/(receipt|opening|anchor|bundle)\/1$/.exec(format)?.[1];
  if (known !== undefined) return known as Kind;
  demand(format !== "countersign/manifest/1", `this is a ${format} file, not a countersign/${wanted}/1 file`);
  demand(/^countersign\/[a-z0-9-]+\/(0|[1-9][0-9]*)$/.test(format), "this is not a Countersign file");
  throw new UnsupportedVersion(format);
}

/** The members of an object that has exactly the keys of its schema. */
export class Fields {
  private readonly json: Record<string, Json>;
  constructor(
    json: Json,
    readonly path: string,
    keys: readonly string[],
    private readonly what = "the file was altered: ",
  ) {
    const isObject = json !== null && typeof json === "object" && !Array.isArray(json);
    demand(isObject, `${what}${path}: it is not an object`);
    this.json = json;
    for (const key of Object.keys(json)) this.demand(keys.includes(key), key, "there is no such field");
    for (const key of keys) this.demand(Object.hasOwn(json, key), key, "it is missing");
  }

  /** The members of a file, alone or inside of another. */
  static of(kind: Kind, json: Json, path: string, keys: readonly string[]): Fields {
    // `format` first: a version that is not known here has keys that are not known here.
    const format = json !== null && typeof json === "object" && !Array.isArray(json) ? json["format"] : undefined;
    if (typeof format === "string") kindOf(format, kind);
    const fields: Fields = new Fields(json, path, ["format", ...keys]);
    const found = kindOf(fields.text("format"), kind);
    demand(found === kind, `this is a countersign/${found}/1 file, not a countersign/${kind}/1 file`);
    return fields;
  }

  at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  demand(holds: unknown, key: string, fault: string): asserts holds {
    demand(holds, `${this.what}${this.at(key)}: ${fault}`);
  }

  value(key: string): Json {
    return this.json[key] ?? null;
  }

  text(key: string): string {
    const value = this.value(key);
    this.demand(typeof value === "string", key, "it is not text");
    return value;
  }

  constant(key: string, expected: Json): void {
    this.demand(this.value(key) === expected, key, `it must be ${String(expected)}`);
  }

  flag(key: string): boolean {
    const value = this.value(key);
    this.demand(typeof value === "boolean", key, "it is not true or false");
    return value;
  }

  natural(key: string, max: number): number {
    const value = this.value(key);
    this.demand(typeof value === "number", key, "it is not a number");
    this.demand(value >= 0 && value <= max, key, "it is out of range");
    return value;
  }

  /** A 64-bit number as decimal text. */
  decimal(key: string): bigint {
    const text = this.text(key);
    const fits = /^(0|[1-9][0-9]{0,19})$/.test(text) && BigInt(text) < 2n ** 64n;
    this.demand(fits, key, "it is not a 64-bit number written in decimal without leading zeros");
    return BigInt(text);
  }

  list(key: string): Json[] {
    const value = this.value(key);
    this.demand(Array.isArray(value), key, "it is not a list");
    return value;
  }

  bytes(key: string, length?: number): Uint8Array {
    return this.within(key, () => fromHex(this.text(key), length));
  }

  /** Hashes from leaf to root. */
  hashes(key: string): Uint8Array[] {
    const list = this.list(key);
    this.demand(list.length <= 32, key, "it has too few or too many entries or characters");
    return this.within(key, () => list.map((hash) => fromHex(typeof hash === "string" ? hash : "", 32)));
  }

  address(key: string): Uint8Array {
    const [text, capitals] = [this.text(key), "the address fails its EIP-55 checksum (its capitals are wrong)"];
    this.demand(/^0x[0-9a-fA-F]{40}$/.test(text), key, "an address is 0x and 40 hexadecimal digits");
    const address = fromHex(text.toLowerCase());
    this.demand(eip55(address) === text, key, capitals);
    return address;
  }

  /** Names the field in whatever `read` refuses. */
  within<T>(key: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof Refused) this.demand(false, key, error.message);
      throw error;
    }
  }
}

/** EIP-55: capitals are the checksum. */
export function eip55(address: Uint8Array): Hex {
  const digits = toHex(address).slice(2);
  const hash = toHex(keccak(utf8(digits))).slice(2);
  return `0x${[...digits].map((digit, i) => ((hash[i] ?? "0") >= "8" ? digit.toUpperCase() : digit)).join("")}`;
}
