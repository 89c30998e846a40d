import { canonical, type Json, type JsonObject, parse } from "../protocol/json.ts";
import type { Dice } from "./scale.ts";

/** Every place in a JSON value where something stands, as its container and key. */
function places(json: Json): { holder: Json[] | JsonObject; key: string | number }[] {
  if (json === null || typeof json !== "object") return [];
  const keys = Array.isArray(json) ? json.map((_, i) => i) : Object.keys(json);
  return keys.flatMap((key) => {
    const child = (json as Record<string | number, Json>)[key] ?? null;
    return [{ holder: json, key }, ...places(child)];
  });
}

const pick = <T>(dice: Dice, list: readonly T[]): T => {
  const found = list[dice.upTo(list.length - 1)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
};

type Change = (text: string, dice: Dice, others: readonly string[]) => string;

/** Changes one member of a copy and writes it canonically, so that only the meaning is wrong. */
const member =
  (change: (value: Json, dice: Dice) => Json | undefined): Change =>
  (text, dice) => {
    const copy = parse(text);
    const { holder, key } = pick(dice, places(copy));
    const container = holder as Record<string | number, Json>;
    const changed = change(container[key] ?? null, dice);
    if (changed !== undefined) container[key] = changed;
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete container[key];
    return canonical(copy);
  };

const hexDigit = (value: string, dice: Dice): string => {
  const at = dice.upTo(value.length - 1);
  return value.slice(0, at) + pick(dice, [..."0123456789abcdefABCDEF"]) + value.slice(at + 1);
};

/** Ways to alter a file, by name. */
export const CHANGES: Readonly<Record<string, Change>> = {
  "a flipped bit": (text, dice) => {
    const bytes = Buffer.from(text);
    const at = dice.upTo(bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.upTo(7));
    return bytes.toString("latin1");
  },
  "a removed member": member(() => undefined),
  "a member of another type": member((value, dice) =>
    pick<Json>(dice, [JSON.stringify(value), 1, null, true, [], Object.create(null) as JsonObject, ""]),
  ),
  "a changed digit": member((value, dice) => (typeof value === "string" ? hexDigit(value, dice) : value)),
  "a changed number": member((value, dice) =>
    typeof value === "number" ? pick(dice, [value + 1, Math.max(0, value - 1), 0, 2 ** 32, 2 ** 53 - 1]) : value,
  ),
  "a longer string": member((value) => (typeof value === "string" ? `${value}00` : value)),
  "a shorter string": member((value) => (typeof value === "string" ? value.slice(0, -2) : value)),
  "a doubled item": member((value) =>
    Array.isArray(value) && value.length > 0 ? [...value, value[0] ?? null] : value,
  ),
  "a reversed list": member((value) => (Array.isArray(value) ? [...value].reverse() : value)),
  "another file's member": (text, dice, others) => {
    const other = parse(pick(dice, others));
    const { holder, key } = pick(dice, places(other));
    const copy = parse(text);
    const same = places(copy).filter((place) => place.key === key);
    if (same.length === 0) return text;
    const target = pick(dice, same);
    (target.holder as Record<string | number, Json>)[key] = (holder as Record<string | number, Json>)[key] ?? null;
    return canonical(copy);
  },
  "a space": (text, dice) => {
    const at = dice.upTo(text.length);
    return `${text.slice(0, at)} ${text.slice(at)}`;
  },
  "a duplicate key": (text) => text.replace(/"format":("[^"]*")/, '"format":$1,"format":$1'),
  "a cut": (text, dice) => text.slice(0, dice.upTo(text.length - 1)),
  "an escaped letter": (text) => text.replace('"format"', '"\\u0066ormat"'),
  "a line feed at the end": (text) => `${text}\n`,
  nothing: (text) => text,
};
