import { demand, Refused } from "./bytes.ts";

/** What our files and manifests may hold: I-JSON (RFC 7493) whose every number is an integer (PROTOCOL 3.1, 4.9). */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** How deep lists and objects may stand in one another. */
const MAX_DEPTH = 32;
const ESCAPES: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" };

/** Decodes UTF-8 strictly: no replacement characters, no byte order mark swallowed. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("not-json", "the file is not UTF-8 text");
  }
}

/** Parses I-JSON with integers only. Refuses duplicate keys, lone surrogates, noncharacters, fractions and integers beyond 2^53 − 1. */
export function parse(text: string): Json {
  let at = 0;
  const fail = (what: string): never => {
    throw new Refused("not-json", `${what} at character ${at}`);
  };
  const space = (): void => {
    while (at < text.length && " \t\n\r".includes(text.charAt(at))) at++;
  };
  const take = (token: string): boolean => {
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const need = (token: string): void => {
    if (!take(token)) fail(`"${token}" is missing`);
  };
  const string = (): string => {
    need('"');
    let out = "";
    while (!take('"')) {
      const c = text.charAt(at);
      if (c === "" || c < " ") return fail("unfinished string or bare control character");
      at++;
      if (c !== "\\") {
        out += c;
        continue;
      }
      const e = text.charAt(at++);
      const hex = text.slice(at, at + 4);
      if (e === "u" && /^[0-9a-fA-F]{4}$/.test(hex)) {
        out += String.fromCharCode(Number.parseInt(hex, 16));
        at += 4;
      } else out += ESCAPES[e] ?? fail("unknown escape");
    }
    for (const character of out) {
      const code = character.codePointAt(0) ?? 0;
      if (code >= 0xd800 && code <= 0xdfff) fail("lone surrogate");
      if ((code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef)) fail("noncharacter");
    }
    return out;
  };
  const value = (depth: number): Json => {
    space();
    const c = text.charAt(at);
    if ("[{".includes(c || " ") && depth >= MAX_DEPTH) fail("nested too deeply");
    if (c === '"') return string();
    if (take("null")) return null;
    if (take("true")) return true;
    if (take("false")) return false;
    if (take("[")) {
      const out: Json[] = [];
      for (space(); !take("]"); space()) {
        if (out.length > 0) need(",");
        out.push(value(depth + 1));
      }
      return out;
    }
    if (take("{")) {
      const out = new Map<string, Json>();
      for (space(); !take("}"); space()) {
        if (out.size > 0) need(",");
        space();
        const key = string();
        if (out.has(key)) fail(`key "${key}" stands twice`);
        space();
        need(":");
        out.set(key, value(depth + 1));
      }
      return Object.assign(Object.create(null), Object.fromEntries(out)) as JsonObject;
    }
    const number = /^-?(0|[1-9][0-9]*)/.exec(text.slice(at, at + 40))?.[0];
    if (number === undefined) return fail("a value is missing");
    at += number.length;
    if (".eE".includes(text.charAt(at) || " ")) fail("a number that is not an integer");
    if (!Number.isSafeInteger(Number(number))) fail("an integer beyond 2^53 − 1");
    return Number(number) + 0;
  };
  const out = value(0);
  space();
  if (at !== text.length) fail("text after the value");
  return out;
}

/** RFC 8785. */
export function canonical(json: Json): string {
  if (json === null || typeof json !== "object") return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(canonical).join(",")}]`;
  const members = Object.keys(json).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(json[key] ?? null)}`).join(",")}}`;
}

/** Parses text that must already be canonical, byte for byte. */
export function parseCanonical(text: string): Json {
  const json = parse(text);
  demand(
    canonical(json) === text,
    "not-canonical",
    "the file is not in canonical form (RFC 8785): somebody re-wrote it",
  );
  return json;
}

/** An object with exactly these keys (PROTOCOL 4.9: unknown, missing and duplicate keys are refused). */
export function closed<K extends string>(json: Json | undefined, what: string, keys: readonly K[]): Record<K, Json> {
  demand(json !== null && typeof json === "object" && !Array.isArray(json), "schema", `${what} is not an object`);
  const found = Object.keys(json);
  const unknown = found.find((key) => !(keys as readonly string[]).includes(key));
  demand(unknown === undefined, "schema", `${what} has an unknown key "${unknown}"`);
  const missing = keys.find((key) => !found.includes(key));
  demand(missing === undefined, "schema", `${what} has no "${missing}"`);
  return json as Record<K, Json>;
}

export function text(json: Json, what: string): string {
  demand(typeof json === "string", "schema", `${what} is not a string`);
  return json;
}

/** A number from 0 to `max`. */
export function natural(json: Json, what: string, max: number): number {
  demand(typeof json === "number" && json >= 0 && json <= max, "schema", `${what} is not a whole number up to ${max}`);
  return json;
}

export function list(json: Json, what: string): Json[] {
  demand(Array.isArray(json), "schema", `${what} is not a list`);
  return json;
}
