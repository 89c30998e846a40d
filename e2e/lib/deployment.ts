import { readFileSync } from "node:fs";
import { need } from "./environment.ts";

type Hex = `0x${string}`;

/** One entry of a deployments file. */
export type Deployment = {
  name: string;
  genesis: Hex;
  receipts: Hex;
  registry: Hex;
  disputes: Hex | null;
  codeHashes: Record<"registry" | "receipts", Hex>;
  development: boolean;
};

/** The deployments that app and command line program use in this test run. */
export const deployments = (): Deployment[] =>
  (JSON.parse(readFileSync(need("COUNTERSIGN_DEPLOYMENTS"), "utf8")) as { deployments: Deployment[] }).deployments;
