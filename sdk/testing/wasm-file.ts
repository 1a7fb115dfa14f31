import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PluginLoadError, PluginModule, type HostKind, type ModuleOptions } from "../host/index.js";
import { describe } from "./upstreams/answer.js";
import { withoutOwnFrames } from "./timeline/own-frames.js";
import { runner } from "./timeline/runner.js";
import { warnIfStale } from "./stale.js";

/** The paths that a plugin's build writes. The debug build comes first: it has function names and lines. */
const DEFAULTS = ["build/debug.wasm", "build/plugin.wasm"];

/** A plugin's module. */
export interface LoadedWasm {
  module: PluginModule;
  /** The file, from which the plugin's sources are found; undefined for bytes. */
  path: string | undefined;
  host: HostKind;
}

const cache = new Map<string, LoadedWasm>();

/**
 * Loads a module. A file is loaded again only when it has changed.
 *
 * @param wasm a path relative to the project's folder, or bytes; `build/debug.wasm` or `build/plugin.wasm` by default
 * @throws PluginLoadError when the file does not exist, or is not a plugin
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

/** Loads the module. The error of a module that does not load gets a hint where there is a known way out. */
function loadModule(bytes: Uint8Array, options: ModuleOptions): PluginModule {
  try {
    return PluginModule.load(bytes, options);
  } catch (error) {
    if (!(error instanceof PluginLoadError)) throw error;
    throw withoutOwnFrames(new PluginLoadError(`${error.message}${hint(error, bytes)}`));
  }
}

/** The end of an error message that says how to load the module; "" when the kit knows no way. */
function hint({ message }: Error, bytes: Uint8Array): string {
  if (loadsOnHigress(bytes)) return '; the plugin was built for Higress: startPlugin({ host: "higress" })';
  if (!message.endsWith("Proxy-Wasm ABI version")) return "";
  return '; the module is not a plugin, or its asconfig.json lacks "extends": "as-proxy-wasm-sdk/asconfig.json"';
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
    `no plugin to test: neither ${paths.join(" nor ")} exists. Build the plugin first: npx as-proxy-wasm build --debug. ` +
      'To test another file: startPlugin({ wasm: "…" })',
  );
}

function pathOf(wasm: string | URL): string {
  if (typeof wasm === "string") return resolve(projectFolder(), wasm);
  if (wasm instanceof URL && wasm.protocol === "file:") return fileURLToPath(wasm);
  throw new TypeError(`startPlugin: wasm: expected a path, a file: URL or bytes, got ${describe(wasm)}`);
}

/** The nearest folder above the test file that has an asconfig.json, or else the current folder. */
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
  const missing = existsSync(folder) ? "the file does not exist" : `the folder ${folder} does not exist`;
  const why = found ? "the path is a folder" : missing;
  throw new PluginLoadError(`cannot read the plugin ${path}: ${why}. Build the plugin first: npx as-proxy-wasm build --debug`);
}
