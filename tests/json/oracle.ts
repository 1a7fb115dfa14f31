import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Case } from "./cases.js";

/**
 * Runs cases with gjson, sjson and pretty. Go and the network are needed.
 *
 * @returns for each case the result; null if gjson finds nothing or sjson returns an error
 */
export function runOracle(cases: readonly Case[]): (string | null)[] {
  const { status, stdout, stderr } = spawnSync("go", ["run", "."], {
    cwd: fileURLToPath(new URL("oracle/", import.meta.url)),
    input: cases.map((each) => JSON.stringify(each) + "\n").join(""),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`go run failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string | null);
}
