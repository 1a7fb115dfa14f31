import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

const reported = new Set<string>();

/**
 * Warns, once for each file, that a module is older than the plugin's sources: the tests would run outdated code. The
 * kit throws no error, because the file times of a cached build mean little.
 *
 * @param wasm `build/debug.wasm`, whose sources are in `assembly` beside `build`
 */
export function warnIfStale(wasm: string): void {
  const folder = dirname(dirname(wasm));
  const sources = join(folder, "assembly");
  if (reported.has(wasm) || !existsSync(sources)) return;
  const built = statSync(wasm).mtimeMs;
  const newer = readdirSync(sources, { recursive: true, encoding: "utf8" }).find(
    (name) => /(?<!\.d|\.test)\.ts$/.test(name) && statSync(join(sources, name)).mtimeMs > built,
  );
  if (newer === undefined) return;
  reported.add(wasm);
  const flag = basename(wasm) === "debug.wasm" ? " --debug" : "";
  console.warn(
    `${relative(folder, wasm)} is older than ${join("assembly", newer)}. Build it again: npx as-proxy-wasm build${flag}`,
  );
}
