import { Distrusted, type Facts, http, type Moment, readFacts, type Rpc } from "./chain.ts";
import { concat, decodeUtf8, demand, equal, type Hex, Refused, toHex, utf8 } from "./bytes.ts";
import * as proofs from "./commitment.ts";
import { type Deployment, parseDeployments } from "./deployments.ts";
import { eip55, Fields, parseFile, UnsupportedVersion } from "./json.ts";
import { attesterName, readReceipt, type Receipt, verifySignature } from "./receipt.ts";

export type Verdict = "valid" | "invalid" | "unknown" | "unsupported version";
/** *ok* and *bad*: checked. *unknown*: not checked, or not to be found out. *none*: checked, there is nothing of the kind. */
export type State = "ok" | "bad" | "unknown" | "none";
export const ROWS = ["integrity", "signer", "anchor", "time", "revocation", "computation"] as const;
export type RowName = (typeof ROWS)[number];
export type Row = { row: RowName; state: State; sentence: string; facts: Record<string, string> };

/** A verdict with all that led to it; of the shape that `countersign receipt verify --json` prints. */
export type Report = {
  verdict: Verdict;
  sentence: string;
  /** ReceiptId and SealedId of a receipt whose signature holds. */
  receipt: Hex | null;
  sealed: Hex | null;
  /** Whether the chain is a development chain, which proves nothing. */
  development: boolean;
  rows: Row[];
  /** The report on the earlier receipt that this one names, where it was given: its status stands beside the link (PROTOCOL 4.1). */
  earlier: Report | null;
};

export type Options = {
  /** The address of *your* node, or a function that asks one. Without it no chain is asked. */
  rpc?: string | Rpc | undefined;
  /** The deployments that you trust: the text of a `countersign/deployments/1` file. Without it no contract is believed. */
  deployments?: string | undefined;
  /** The input's bytes: of the one file, or of several by name. */
  input?: Uint8Array | Readonly<Record<string, Uint8Array>> | undefined;
  /** Opening, anchor and bundle files that came apart from the document. */
  proofs?: readonly Uint8Array[] | undefined;
  /** The bundle or receipt of the run whose result this one used. */
  earlier?: Uint8Array | undefined;
  /** Your clock: seconds since 1970. */
  now?: bigint | undefined;
};

type Bundle = { receipt: Receipt; openings: proofs.Opening[]; anchors: proofs.Anchor[] };

const bytesOf = (document: Uint8Array | string): Uint8Array =>
  typeof document === "string" ? utf8(document) : document;

/** The bundle's bytes that a link, or its part from `#` on, carries; undefined where the document is no link. */
function readLink(document: Uint8Array): Uint8Array | undefined {
  const start = document.findIndex((byte) => !" \t\r\n".includes(String.fromCharCode(byte)));
  if (!/^(#|http)/.test(String.fromCharCode(...document.subarray(start, start + 4)))) return undefined;
  const text = decodeUtf8(document, "the link is damaged: it is not UTF-8").replace(/[ \t\r\n]+$/, "");
  const hash = text.indexOf("#");
  demand(hash >= 0, "the link carries no receipt: it has no part behind a #");
  return proofs.decodeFragment(text.slice(hash + 1));
}

/** Reads a receipt, a bundle, a link, or its part from `#` on. Nothing is verified yet. */
function readDocument(document: Uint8Array): Bundle {
  const linked = readLink(document);
  const { kind, json } = parseFile(linked ?? document);
  const foreign = `this is a countersign/${kind}/1 file, not a countersign/bundle/1 file`;
  demand(linked === undefined || kind === "bundle", foreign);
  if (kind === "opening") proofs.readOpening(json, "");
  if (kind === "anchor") proofs.readAnchor(json, "");
  const fault = "this file belongs to a receipt, but is none: give the receipt, and this file as its proof";
  demand(kind === "receipt" || kind === "bundle", fault);
  return kind === "bundle" ? readBundle(json) : { receipt: readReceipt(json, ""), openings: [], anchors: [] };
}

function readBundle(json: Parameters<typeof readReceipt>[0]): Bundle {
  const file = Fields.of("bundle", json, "", ["anchors", "openings", "receipt"]);
  return {
    openings: file.list("openings").map((entry, i) => proofs.readOpening(entry, `openings[${i}]`)),
    anchors: file.list("anchors").map((entry, i) => proofs.readAnchor(entry, `anchors[${i}]`)),
    receipt: readReceipt(file.value("receipt"), "receipt"),
  };
}

function addProof(bundle: Bundle, bytes: Uint8Array): void {
  const { kind, json } = parseFile(bytes);
  if (kind === "opening") bundle.openings.push(proofs.readOpening(json, ""));
  if (kind === "anchor") bundle.anchors.push(proofs.readAnchor(json, ""));
  if (kind === "receipt") readReceipt(json, "");
  if (kind !== "bundle") return;
  const { openings, anchors } = readBundle(json);
  bundle.openings.push(...openings);
  bundle.anchors.push(...anchors);
}

function verifyProofs({ receipt, openings, anchors }: Bundle): void {
  for (const opening of openings) proofs.verifyOpening(opening, receipt);
  const side = proofs.contradiction(openings);
  demand(side === undefined, `the receipt's ${side} commitment is ambiguous: its items are not in ascending order`);
  for (const anchor of anchors) proofs.verifyAnchor(anchor, receipt);
}

/** What goes behind a page's address to make a link to the document, whatever form it came in; throws where it is none. */
export function linkFragment(document: Uint8Array | string): string {
  const bytes = readLink(bytesOf(document)) ?? bytesOf(document);
  const { kind } = parseFile(bytes);
  demand(kind === "receipt" || kind === "bundle", "only receipts and bundles make links");
  const [head, tail] = ['{"anchors":[],"format":"countersign/bundle/1","openings":[],"receipt":', "}"];
  return `#${proofs.encodeFragment(kind === "bundle" ? bytes : concat(utf8(head), bytes, utf8(tail)))}`;
}

/** A message as a sentence: first letter upper-case, full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
/** Names inside of a file are anybody's: they must neither steer a terminal nor fill a page. */
const plain = (text: string): string =>
  (text.length > 600 ? `${text.slice(0, 600)}…` : text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
const row = (name: RowName, state: State, text: string, facts: Row["facts"] = {}): Row => ({
  row: name,
  state,
  sentence: plain(text),
  facts,
});

/** Judges a receipt. Total: whatever the document or the node do, there is a report that says so; only a bad list throws. */
export async function verify(document: Uint8Array | string, options: Options = {}): Promise<Report> {
  const listed = options.deployments === undefined ? [] : parseDeployments(options.deployments);
  const { report, reference } = await judge(document, options, listed);
  if (options.earlier === undefined || reference === undefined) return report;
  const alone = { ...options, input: undefined, proofs: undefined, earlier: undefined };
  const { report: earlier } = await judge(options.earlier, alone, listed);
  // Another receipt has no place beside the link; one that does not hold has.
  return earlier.receipt === null || earlier.receipt === reference ? { ...report, earlier } : report;
}

/** The report, and the id of the earlier receipt that a receipt whose signature holds names. */
async function judge(
  document: Uint8Array | string,
  options: Options,
  listed: readonly Deployment[],
): Promise<{ report: Report; reference?: Hex | undefined }> {
  const now = options.now ?? BigInt(Math.floor(Date.now() / 1000));
  const rows: Row[] = [];
  try {
    const bundle = readDocument(bytesOf(document));
    for (const proof of options.proofs ?? []) addProof(bundle, proof);
    const { receipt } = bundle;
    const earlier = readEarlier(options.earlier);
    const attester = { attester: toHex(receipt.attester.bytes) };
    try {
      verifySignature(receipt);
    } catch (error) {
      rows.push(row("integrity", "ok", intact(0, 0)), row("signer", "bad", sentence(reason(error)), attester));
      return { report: conclude(rows) };
    }
    verifyProofs(bundle);
    rows.push(row("integrity", "ok", intact(bundle.openings.length, bundle.anchors.length), facts(bundle, earlier)));
    rows.push(row("signer", "ok", `Signed by ${attesterName(receipt.attester)}.`, attester));
    const known = await ask(options.rpc, bundle, listed);
    rows.push(anchorRow(known), timeRow(known, receipt, now), revocationRow(known), computationRow(bundle, options));
    const reference = names(receipt) ? toHex(receipt.reference) : undefined;
    return { report: conclude(rows, receipt, typeof known === "string" ? undefined : known), reference };
  } catch (error) {
    const unsupported = error instanceof UnsupportedVersion;
    const text = unsupported
      ? `The file's format is "${error.format}", which this program does not know; a newer one may.`
      : sentence(reason(error));
    return { report: conclude([row("integrity", unsupported ? "unknown" : "bad", text)]) };
  }
}

/** Whether a receipt names an earlier one. */
const names = ({ reference }: Receipt): boolean => reference.some((byte) => byte !== 0);

/** What is wrong with the earlier receipt is said beside the link, and is no fault of this one. */
function readEarlier(earlier: Uint8Array | undefined): Bundle | undefined {
  try {
    return earlier === undefined ? undefined : readDocument(earlier);
  } catch {
    return undefined;
  }
}

/** What was refused, in words; any other error is a fault of this program, and never makes a receipt valid. */
const reason = (error: unknown): string =>
  error instanceof Refused ? error.message : `this program failed on the file (${String(error)})`;

function conclude(rows: Row[], receipt?: Receipt, known?: Facts): Report {
  const skipped = "Not looked at, because of what is wrong above.";
  for (const name of ROWS.slice(rows.length)) rows.push(row(name, "unknown", skipped));
  const [verdict, text] = decide(rows, receipt);
  const development = known?.deployment.development === true;
  const sentence = text + (development ? " The chain is a development chain: it proves nothing." : "");
  const [id, sealed] = receipt === undefined ? [null, null] : [toHex(receipt.id), toHex(receipt.sealed)];
  return { verdict, sentence, receipt: id, sealed, development, rows, earlier: null };
}

/** *Invalid* as soon as one row is bad, else *unknown* while anchor or revocation are, else *valid*. */
function decide(rows: readonly Row[], receipt: Receipt | undefined): [Verdict, string] {
  const state = (name: RowName): State | undefined => rows.find((found) => found.row === name)?.state;
  const bad = rows.find(({ state }) => state === "bad");
  if (bad !== undefined) return ["invalid", `Invalid: ${bad.sentence}`];
  if (receipt === undefined || state("integrity") !== "ok" || state("signer") !== "ok") {
    const words = "Unsupported version: this program does not know the file's format; a newer one may.";
    return ["unsupported version", words];
  }
  if (state("anchor") === "unknown" || state("revocation") === "unknown") {
    const first = "Unknown: the signature holds and nothing that was checked speaks against the receipt";
    return ["unknown", `${first}, but the chain's part could not be checked.`];
  }
  const tail =
    receipt.run.lane === "fast" ? "that the model ran is the signer's word" : "the run itself was not repeated";
  return ["valid", `Valid: signed by its attester and not taken back; ${tail}.`];
}

function intact(openings: number, anchors: number): string {
  const count = (number: number, one: string): string[] =>
    number === 0 ? [] : [`${number} ${one}${number > 1 ? "s" : ""}`];
  const parts = [...count(openings, "opening"), ...count(anchors, "batch proof")].join(", ");
  return `The file is whole and unaltered${parts === "" ? "" : `, and so are its parts: ${parts}`}.`;
}

function facts(bundle: Bundle, earlier: Bundle | undefined): Row["facts"] {
  const { receipt } = bundle;
  const { run, recipient, reference } = receipt;
  return {
    "receipt id": toHex(receipt.id),
    "sealed id": toHex(receipt.sealed),
    "EAS uid": toHex(receipt.easUid),
    "model id": run.model,
    engine: run.engine,
    lane: run.lane,
    "input commitment": run.input,
    "output commitment": run.output,
    "chain (genesis hash)": toHex(receipt.genesis),
    "receipts contract": toHex(receipt.contract),
    ...(recipient.some((byte) => byte !== 0) ? { "meant for": eip55(recipient) } : {}),
    ...(names(receipt) ? { "uses the result of": `${toHex(reference)} (${link(bundle, earlier)})` } : {}),
  };
}

/** How far the use of an earlier result is shown (PROTOCOL 4.1). */
function link({ receipt, openings }: Bundle, earlier: Bundle | undefined): string {
  if (earlier === undefined) return "claimed";
  try {
    verifySignature(earlier.receipt);
    verifyProofs(earlier);
  } catch {
    return "claimed";
  }
  if (!equal(earlier.receipt.id, receipt.reference)) return "claimed; the receipt given beside it is another one";
  const items = (list: readonly proofs.Opening[], side: number): proofs.Item[] =>
    list.filter((opening) => opening.side === side).flatMap((opening) => opening.items.map(({ item }) => item));
  const handed = items(openings, 0).some((input) =>
    items(earlier.openings, 1).some((output) => {
      const file = input.kind === "file" && input.name === "from" && output.name === "result";
      const same = input.kind === output.kind && input.header === output.header && input.length === output.length;
      return same && (file || input.kind === "tensor") && equal(input.root, output.root);
    }),
  );
  return handed ? "verified: both openings show the same bytes" : "claimed";
}

/** The chain's answers, or the sentence that says why there are none. */
async function ask(
  rpc: Options["rpc"],
  { receipt, anchors }: Bundle,
  listed: readonly Deployment[],
): Promise<Facts | string> {
  if (rpc === undefined) return "Not looked up: no chain was asked.";
  try {
    return await readFacts(typeof rpc === "string" ? http(rpc) : rpc, receipt, anchors, listed);
  } catch (error) {
    return `Not ${error instanceof Distrusted ? "believed" : "looked up"}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Seconds since 1970 in UTC; years beyond 9999 as the bare number. */
const time = (seconds: bigint): string =>
  seconds > 253402300799n
    ? `second ${seconds} since 1970`
    : `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
const moment = ({ block, seconds }: Moment): string => `block ${block} (${time(seconds)})`;

const readAt = ({ deployment: { name, development }, finalised }: Facts): Row["facts"] => ({
  deployment: development ? `${name} (development chain: it proves nothing)` : name,
  "read at finalised block": `${finalised.number} (${finalised.hash})`,
});

function anchorRow(known: Facts | string): Row {
  if (typeof known === "string") return row("anchor", "unknown", known);
  const { anchored, batch, attested } = known;
  if (anchored === undefined)
    return row("anchor", "none", "Not anchored: the chain does not show that it existed at any time.", readAt(known));
  const checked = attested ? " The contract itself verified the signature." : "";
  return row(
    "anchor",
    "ok",
    `Anchored${batch ? " as part of a batch" : ""} in ${moment(anchored)}.${checked}`,
    readAt(known),
  );
}

/** The bracket of PROTOCOL 4.4, and the expiry of 5.5. */
function timeRow(known: Facts | string, receipt: Receipt, now: bigint): Row {
  const { expiration, run } = receipt;
  const expires: Row["facts"] = expiration === 0n ? {} : { expires: time(expiration) };
  const said = { "time by the signer's word": time(receipt.time), ...expires };
  const asked = typeof known !== "string";
  const [beacon, anchor] = asked ? [known.beacon, known.anchored] : [undefined, undefined];
  if (beacon !== undefined && anchor !== undefined && beacon.block > anchor.block) {
    const text = `A contradiction: it names block ${beacon.block} as already known, but it was anchored in block ${anchor.block} before.`;
    return row("time", "bad", text, said);
  }
  if (expiration !== 0n && now >= expiration) return row("time", "bad", `It expired at ${time(expiration)}.`, said);
  const offline = /^0x0*$/.test(run.beacon);
  const bound = beacon?.seconds === undefined ? undefined : { block: beacon.block, seconds: beacon.seconds };
  const lower =
    bound !== undefined
      ? `Not earlier than ${moment(bound)}`
      : offline
        ? "No lower bound (it was made offline)"
        : asked
          ? "Lower bound unknown (its beacon is no finalised block that this node knows)"
          : "Lower bound unknown (its chain was not asked)";
  const upper =
    anchor !== undefined
      ? `not later than ${moment(anchor)}`
      : asked
        ? "no upper bound (it is not anchored)"
        : "upper bound unknown (its chain was not asked)";
  const unknown = !asked || (bound === undefined && !offline);
  const state = unknown ? "unknown" : bound === undefined && anchor === undefined ? "none" : "ok";
  return row("time", state, `${lower}; ${upper}.`, said);
}

/** PROTOCOL 5.5 and 5.6. */
function revocationRow(known: Facts | string): Row {
  if (typeof known === "string") return row("revocation", "unknown", known);
  const { anchored, revoked, disowned } = known;
  const found = (state: State, text: string): Row => row("revocation", state, text, readAt(known));
  const held = disowned === undefined || (anchored !== undefined && anchored.block < disowned.since);
  if (revoked !== undefined) {
    const before = held && anchored !== undefined && anchored.block < revoked.block;
    return found("bad", `Its signer revoked it in ${moment(revoked)}.${before ? " It was anchored before that." : ""}`);
  }
  if (disowned === undefined) return found("ok", "Neither revoked nor its key disowned.");
  const { since, declared } = disowned;
  if (held)
    return found(
      "ok",
      `Not revoked. Its signer disowned the key from block ${since} on; this receipt was anchored before.`,
    );
  if (anchored !== undefined && anchored.block < declared.block) {
    return found(
      "bad",
      `Anchored, later disowned by its signer: anchored in ${moment(anchored)}; disowned from block ${since} on, in ${moment(declared)}.`,
    );
  }
  return found("bad", `Its signer disowned the key from block ${since} on, and said so in ${moment(declared)}.`);
}

const NOT_COMPARED = " The input given could not be compared with the one that was committed to.";

/** No model runs here: what can be checked is whether a given input is the one that the receipt commits to. */
function computationRow({ receipt: { run }, openings }: Bundle, { input }: Options): Row {
  const said = { "model id": run.model, lane: run.lane, engine: run.engine };
  const found = (state: State, text: string): Row => row("computation", state, text, said);
  const whole = openings.find(({ side, count, items }) => side === 0 && items.length === count);
  const files = input instanceof Uint8Array ? { file: input } : input;
  let matches = false;
  // Tensors cannot be compared: how a file becomes one is the model's business.
  if (files !== undefined && whole !== undefined && whole.items.every(({ item }) => item.kind === "file")) {
    const given = new Map(Object.entries(files).map(([name, bytes]) => [name, proofs.fileItem(name, bytes)]));
    // What was not given differs from nothing.
    const other = whole.items.find(({ item }) => {
      const file = given.get(item.name);
      return file !== undefined && !(file.length === item.length && equal(file.root, item.root));
    });
    if (other !== undefined)
      return found(
        "bad",
        `What was given is not what the receipt commits to as its input: ${other.item.name} differs.`,
      );
    matches = whole.items.every(({ item }) => given.has(item.name));
  }
  if (run.lane === "exact") return found("unknown", "Exact lane: this release cannot check it.");
  if (run.lane === "replay") return found("unknown", "Not repeated: there is no engine to run here.");
  const word = matches
    ? "the input given is the one that was committed to; that the model ran on it"
    : "that the model ran";
  const rest = matches || files === undefined ? "" : NOT_COMPARED;
  return found("none", `Fast lane: ${word} is the signer's word.${rest}`);
}
