import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PluginLoadError, PluginModule, type HostKind } from "../host/index.js";

/** Where a plugin's own build puts it. */
const DEFAULT_WASM = "build/plugin.wasm";

/** A plugin's module, and where it lies, for the places of its sources. */
export interface LoadedWasm {
  module: PluginModule;
  path: string | undefined;
  host: HostKind;
}

const cache = new Map<string, LoadedWasm>();

/**
 * Loads a module; a file that has not changed only once.
 *
 * @throws PluginLoadError when there is no such file, or it is no plugin
 */
export function loadWasm(wasm: string | URL | Uint8Array = DEFAULT_WASM, host: HostKind = "envoy"): LoadedWasm {
  if (wasm instanceof Uint8Array) return { module: PluginModule.load(wasm, { host }), path: undefined, host };
  const path = wasm instanceof URL ? fileURLToPath(wasm) : resolve(wasm);
  const { mtimeMs, size } = statOf(path);
  const key = `${host} ${mtimeMs} ${size} ${path}`;
  let loaded = cache.get(key);
  if (!loaded) {
    const map = `${path}.map`;
    const sourceMap = existsSync(map) ? { sourceMap: readFileSync(map, "utf8") } : {};
    const name = relative(process.cwd(), path);
    loaded = { module: PluginModule.load(readFileSync(path), { name, host, ...sourceMap }), path, host };
    cache.set(key, loaded);
  }
  return loaded;
}

function statOf(path: string): { mtimeMs: number; size: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return found;
  const why = found ? "it is a folder" : existsSync(dirname(path)) ? "there is no such file" : `there is no ${dirname(path)}`;
  throw new PluginLoadError(`cannot read the plugin ${path}: ${why}. Build it first: npx asc --target release`);
}

/** A file that a source map names, found from where the module lies upwards. */
export function findSource(source: string, wasm: string | undefined): string | undefined {
  for (let folder = wasm === undefined ? process.cwd() : dirname(wasm); ; folder = dirname(folder)) {
    const path = resolve(folder, source);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}
