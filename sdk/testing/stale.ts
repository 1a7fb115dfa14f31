import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

const told = new Set<string>();

/**
 * Warns, once for each file, of a module that is older than the plugin's sources: its tests would tell of what is no more.
 * No error, since times of files mean little where a build comes from a cache.
 *
 * @param wasm `build/debug.wasm`, whose sources are in `assembly` beside `build`
 */
export function warnIfStale(wasm: string): void {
  const folder = dirname(dirname(wasm));
  const sources = join(folder, "assembly");
  if (told.has(wasm) || !existsSync(sources)) return;
  const built = statSync(wasm).mtimeMs;
  const newer = readdirSync(sources, { recursive: true, encoding: "utf8" }).find(
    (name) => /(?<!\.d|\.test)\.ts$/.test(name) && statSync(join(sources, name)).mtimeMs > built,
  );
  if (newer === undefined) return;
  told.add(wasm);
  const target = basename(wasm) === "debug.wasm" ? "debug" : "release";
  console.warn(
    `${relative(folder, wasm)} is older than ${join("assembly", newer)}. To build it anew: npx asc --target ${target}`,
  );
}
