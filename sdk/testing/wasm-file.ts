import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PluginLoadError, PluginModule, type HostKind, type ModuleOptions } from "../host/index.js";
import { describe } from "./upstreams/answer.js";
import { withoutOwnFrames } from "./timeline/own-frames.js";
import { runner } from "./timeline/runner.js";
import { warnIfStale } from "./stale.js";

/** Where a plugin's own build puts it, the one that tells more first. */
const DEFAULTS = ["build/debug.wasm", "build/plugin.wasm"];

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
 * @param wasm a path, as from the project's folder, or bytes; `build/debug.wasm` or `build/plugin.wasm` unless given
 * @throws PluginLoadError when there is no such file, or it is no plugin
 */
export function loadWasm(wasm?: string | URL | Uint8Array, host: HostKind = "envoy"): LoadedWasm {
  if (wasm instanceof Uint8Array) return { module: loadModule(wasm, { host }), path: undefined, host };
  const path = wasm === undefined ? builtWasm() : pathOf(wasm);
  const { mtimeMs, size } = statOf(path);
  const key = `${host} ${mtimeMs} ${size} ${path}`;
  let loaded = cache.get(key);
  if (!loaded) {
    const map = `${path}.map`;
    const sourceMap = existsSync(map) ? { sourceMap: readFileSync(map, "utf8") } : {};
    const name = relative(process.cwd(), path);
    loaded = { module: loadModule(readFileSync(path), { name, host, ...sourceMap }), path, host };
    cache.set(key, loaded);
  }
  return loaded;
}

/** The module. What keeps it from loading is said with a way out, if there is one. */
function loadModule(bytes: Uint8Array, options: ModuleOptions): PluginModule {
  try {
    return PluginModule.load(bytes, options);
  } catch (error) {
    if (!(error instanceof PluginLoadError)) throw error;
    throw withoutOwnFrames(new PluginLoadError(`${error.message}${hint(error, bytes)}`));
  }
}

/** A way out, if there is one. */
function hint({ message }: Error, bytes: Uint8Array): string {
  if (loadsOnHigress(bytes)) return '; it is a plugin of Higress: startPlugin({ host: "higress" })';
  if (!message.endsWith("Proxy-Wasm ABI version")) return "";
  return '; it is no plugin, or its asconfig.json lacks "extends": "as-proxy-wasm-sdk/asconfig.json"';
}

function loadsOnHigress(bytes: Uint8Array): boolean {
  try {
    return PluginModule.load(bytes, { host: "higress" }).host === "higress";
  } catch {
    return false;
  }
}

function builtWasm(): string {
  const folder = projectFolder();
  const paths = DEFAULTS.map((name) => join(folder, name));
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) {
    warnIfStale(found);
    return found;
  }
  throw new PluginLoadError(
    `no plugin to test: there is neither ${paths.join(" nor ")}. Build it first: npx asc --target debug. ` +
      'A file of another name: startPlugin({ wasm: "…" })',
  );
}

function pathOf(wasm: string | URL): string {
  if (typeof wasm === "string") return resolve(projectFolder(), wasm);
  if (wasm instanceof URL && wasm.protocol === "file:") return fileURLToPath(wasm);
  throw new TypeError(`startPlugin: wasm: expected a path, a file: URL or bytes, got ${describe(wasm)}`);
}

/** The folder of the plugin: the one above the test file that has an asconfig.json, or the one that the tests run in. */
function projectFolder(): string {
  const file = runner?.expect.getState().testPath;
  for (let folder = file && dirname(file); folder; folder = folder === dirname(folder) ? undefined : dirname(folder)) {
    if (existsSync(join(folder, "asconfig.json"))) return folder;
  }
  return process.cwd();
}

function statOf(path: string): { mtimeMs: number; size: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return found;
  const folder = dirname(path);
  const why = found ? "it is a folder" : existsSync(folder) ? "there is no such file" : `there is no folder ${folder}`;
  throw new PluginLoadError(`cannot read the plugin ${path}: ${why}. Build it first: npx asc --target debug`);
}
