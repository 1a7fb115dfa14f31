import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Resource } from "../../manifest/resource.js";
import { isJsonObject } from "../../spec/json.js";
import { UsageError } from "../usage-error.js";
import { readProject } from "./project.js";

/** The modules that a plugin's build writes, the one with function names and lines first. */
const BUILT = ["build/debug.wasm", "build/plugin.wasm"];

/**
 * The module that the configurations of manifests are for: `--wasm`, or what the build has written into the current folder
 * or into the folder of a manifest.
 *
 * @returns the path; undefined when nothing is built
 * @throws UsageError when the file of `--wasm` does not exist
 */
export function findModule(wasm: string | undefined, manifests: readonly string[]): string | undefined {
  if (wasm !== undefined) {
    if (existsSync(wasm)) return wasm;
    throw new UsageError(`--wasm ${wasm}: the file does not exist; npx as-proxy-wasm build builds the plugin`);
  }
  const folders = new Set([".", ...manifests.map((path) => dirname(path))]);
  return [...folders].flatMap((folder) => BUILT.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/**
 * The WasmPlugins that a module is for: those of `--plugin`; the only ones; or those with the name of the module's project.
 *
 * @param module the path of the module
 * @param plugin the name of `--plugin`
 * @throws UsageError when no WasmPlugin has the name of `--plugin`
 */
export function pluginsOf(module: string, resources: readonly Resource[], plugin: string | undefined): Resource[] {
  const names = [...new Set(resources.map(({ name }) => name))];
  if (plugin !== undefined) {
    if (!names.includes(plugin))
      throw new UsageError(`--plugin ${plugin}: expected ${names.join(" or ") || "a WasmPlugin"}`);
    return resources.filter(({ name }) => name === plugin);
  }
  if (names.length < 2) return [...resources];
  const own = projectNames(module);
  return resources.filter((one) => own.includes(one.name) || own.includes(imageName(one)));
}

/** The name in package.json, and that of the folder around the module. */
function projectNames(module: string): string[] {
  const folder = dirname(dirname(resolve(module)));
  try {
    return [basename(folder), readProject(folder).name];
  } catch {
    return [basename(folder)];
  }
}

/** The last part of the url, without tag, digest and ending: "oci://example.com/auth:1" is "auth". */
function imageName({ object: { spec } }: Resource): string {
  const url = isJsonObject(spec) ? spec["url"] : undefined;
  return typeof url === "string" ? url.replace(/^.*\//s, "").replace(/[:@].*$|\.wasm$/s, "") : "";
}
