import { spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Builds a plugin beside its sources, as its author would, so that the test kit finds the sources.
 *
 * @returns the path of the module, with its source map beside it for "debug"
 */
export function buildInPlace(folder: string, target: "debug" | "release"): string {
  const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
  const wasm = join(folder, "build", `${target}.wasm`);
  // Another test file may build it too.
  const draft = join(folder, "build", `${target}.${process.pid}.wasm`);
  const { status, stderr } = spawnSync(process.execPath, [asc, "--target", target, "--outFile", draft], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  if (status !== 0) throw new Error(stderr);
  if (target === "debug") renameSync(`${draft}.map`, `${wasm}.map`);
  else rmSync(`${wasm}.map`, { force: true });
  renameSync(draft, wasm);
  return wasm;
}
