import { rmSync } from "node:fs";
import { join } from "node:path";
import { runAsc } from "../../scripts/compiler-server.js";

/**
 * Builds a plugin beside its sources, as its author would, so that the test kit finds the sources.
 *
 * @returns the path of the module, with its source map beside it for "debug"
 */
export async function buildInPlace(folder: string, target: "debug" | "release"): Promise<string> {
  const outFile = join(folder, "build", `${target}.wasm`);
  await runAsc({ folder, args: ["--target", target], outFile });
  if (target === "release") rmSync(`${outFile}.map`, { force: true });
  return outFile;
}
