import { tagged, fromHex, H, type Hex, le, toHex } from "../protocol/bytes.ts";
import { vectors } from "./vectors.ts";

/** A whole game of the independent model: a liar against the honest challenger. */
export type Game = {
  program: string;
  input: string;
  output: string;
  moves: { phase: string; side: "A" | "C"; turn: number; move: string; args: unknown[]; bytes: number }[];
  winner: "A" | "C";
};

export const games = (): Game[] => vectors<{ games: Game[] }>("exact/games.json").games;

/** These vectors write hexadecimal digits without `0x`. */
export const hex = (digits: unknown): Hex => `0x${String(digits)}`;

const hexes = (list: unknown): Hex[] => (list as unknown[]).map(hex);

const ports = (list: unknown) =>
  (list as [unknown, unknown, unknown][]).map(([salt, root, path]) => ({
    salt: hex(salt),
    root: hex(root),
    path: hexes(path),
  }));

/** Who registered the model, and the manifest's digest: not the vectors' own, because a chain has them from whom it has. */
export type Registered = { publisher: Hex; manifest: Hex };

/** A move as the contract takes it. */
export function moveOf(entry: Game["moves"][number], registered: Registered): Record<string, unknown> {
  const [a, b, c, d, e] = entry.args;
  switch (entry.move) {
    case "open_trace": {
      const [, , programRoot, steps, weightsRoot, initialisers, face, inputs, outputs, children] = entry.args;
      return {
        OpenTrace: {
          ...registered,
          preimage: {
            programRoot: hex(programRoot),
            steps,
            weightsRoot: hex(weightsRoot),
            initialisers,
            interface: hex(face),
          },
          inputs: ports(inputs),
          outputs: ports(outputs),
          children: hexes(children),
        },
      };
    }
    case "pick":
      return { Pick: { child: a, step: b === undefined || b === null ? null : { step: hex(b), path: hexes(c) } } };
    case "prove_input":
      return { ProveInput: { input: a, index: b, chunk: hex(c), element: d, path: hexes(e) } };
    case "open":
      return { Open: { children: hexes(a) } };
    case "reveal":
      return { Reveal: { chunk: hex(a) } };
    case "pick_element":
      return { PickElement: { element: a } };
    case "open_sums":
      return { OpenSums: { values: a } };
    case "pick_segment":
      return { PickSegment: { segment: a } };
    case "prove":
      return { Prove: { index: a, proof: hex(b) } };
    default:
      throw new Error(`unknown move ${entry.move}`);
  }
}

/** EXACT 2.6, from the first move. */
export function exactRoot(game: Game): Hex {
  const [, , programRoot, steps, weightsRoot, initialisers, face] = game.moves[0]?.args ?? [];
  return toHex(
    H(
      tagged(
        "countersign/program/1",
        fromHex(hex(programRoot)),
        le(Number(steps), 4),
        fromHex(hex(weightsRoot)),
        le(Number(initialisers), 4),
        H(fromHex(hex(face))),
      ),
    ),
  );
}
