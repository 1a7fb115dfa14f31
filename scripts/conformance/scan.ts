import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { sidesOf, type Side } from "./checks.js";

const FOLDERS = ["assembly", "sdk", "transform", "tests", "examples"];
/** The beginning of a name: `"[12] a module without …`. */
const NUMBERED = /["'`]((?:\[\d+\] )+)\S/g;

/** A check, and a file with a test of it. */
export interface Found {
  number: number;
  side: Side;
  /** The path from the root of the repository. */
  file: string;
}

/** Finds the checks that have tests, by the names in the sources of the tests. */
export function scan(root = packageRoot()): Found[] {
  const found: Found[] = [];
  for (const file of FOLDERS.flatMap((folder) => testFiles(join(root, folder)))) {
    const path = relative(root, file).split(sep).join("/");
    for (const [, names] of readFileSync(file, "utf8").matchAll(NUMBERED)) {
      for (const number of numbersIn(names!)) found.push({ number, side: sideOf(number, path), file: path });
    }
  }
  return found;
}

/** The numbers at the beginning of a name. */
export function numbersIn(name: string): number[] {
  const numbers = /^(?:\[\d+\] )+/.exec(name)?.[0] ?? "";
  return [...numbers.matchAll(/\d+/g)].map(([number]) => Number(number));
}

/**
 * The side that a test checks. If a check is about both sides, the tests of the host are in `tests/host`, in files whose names do
 * not begin with `sdk`.
 */
export function sideOf(number: number, path: string): Side {
  const sides = sidesOf(number);
  if (sides.length === 1) return sides[0]!;
  return path.startsWith("tests/host/") && !/^sdk\b/.test(basename(path)) ? "host" : "SDK";
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : testFiles(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}
