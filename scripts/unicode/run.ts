// Writes assembly/text/regex/unicode-data.ts, from the tables of the Go toolchain on the PATH:
//
//   npx tsx scripts/unicode/run.ts
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { encodeFolds, encodeRuns, readUnicode } from "./tables.js";

const output = execFileSync("go", ["run", ".", "unicode"], {
  cwd: "tests/go-regexp",
  encoding: "utf8",
  maxBuffer: 1 << 26,
});
const { runs, folds } = readUnicode(output);

const list = (bytes: number[]): string => (bytes.join(",").match(/.{1,116}(?:,|$)/g) ?? []).join("\n  ");
writeFileSync(
  "assembly/text/regex/unicode-data.ts",
  `// scripts/unicode/run.ts writes this file; scripts/unicode/tables.ts has the format.

/** The address of the general categories of all code points. */
// prettier-ignore
export function categoryData(): usize {
  return memory.data<u8>([
  ${list(encodeRuns(runs))}
  ]);
}

/** The address of the simple case folding. */
// prettier-ignore
export function foldData(): usize {
  return memory.data<u8>([
  ${list(encodeFolds(folds))}
  ]);
}

/** The number of bytes at \`foldData\`. */
export const FOLD_SIZE: usize = ${encodeFolds(folds).length};
`,
);
