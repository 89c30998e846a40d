import { readFileSync } from "node:fs";
import path from "node:path";

/** Vectors made by other people's software: the repository's copy, or the folder named by COUNTERSIGN_VECTORS. */
const FOLDER = process.env["COUNTERSIGN_VECTORS"] ?? path.resolve(import.meta.dirname, "../../shared/vectors");

/** Reads one vector file; `T` is what the test takes from it. */
export const vectors = <T>(name: string): T => JSON.parse(readFileSync(path.join(FOLDER, name), "utf8")) as T;
