import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";

/** The folder of a plugin that traps in the way that the header x-trap names. */
export const TRAPS = join(packageRoot(), "tests", "plugins", "traps");

/**
 * Builds it beside its sources, as its author would, so that they are found.
 *
 * @returns the path of the module, with its source map beside it for "debug"
 */
export function buildTraps(target: "debug" | "release"): string {
  const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
  const wasm = join(TRAPS, "build", `${target}.wasm`);
  // Another test file may build it too.
  const draft = join(TRAPS, "build", `${target}.${process.pid}.wasm`);
  const { status, stderr } = spawnSync(process.execPath, [asc, "--target", target, "--outFile", draft], {
    ...{ cwd: TRAPS, encoding: "utf8" },
  });
  if (status !== 0) throw new Error(stderr);
  if (target === "debug") renameSync(`${draft}.map`, `${wasm}.map`);
  else rmSync(`${wasm}.map`, { force: true });
  renameSync(draft, wasm);
  return wasm;
}

/** The position of the line that ends with the comment `// mark`, such as "assembly/index.ts:15". */
export function markedLine(file: string, mark: string): string {
  const lines = readFileSync(join(TRAPS, file), "utf8").split("\n");
  const at = lines.findIndex((line) => line.endsWith(`// ${mark}`));
  if (at < 0) throw new Error(`no line of ${file} ends with // ${mark}`);
  return `${file}:${at + 1}`;
}
