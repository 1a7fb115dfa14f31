import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The root folder of this package. Works for the sources and for the compiled files.
 *
 * @example
 * join(packageRoot(), ".envoy");
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}

/**
 * The folder in which Envoys are installed, one folder for each version: `.envoy` of this repository. For the package in
 * another project, a folder in the user's cache, which npm does not remove and projects share.
 *
 * @example
 * envoysFolder(); // "/home/mia/.cache/as-proxy-wasm/envoy"
 */
export function envoysFolder(root = packageRoot()): string {
  if (!root.split(sep).includes("node_modules")) return join(root, ".envoy");
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "as-proxy-wasm", "envoy");
}

/** The command that installs an Envoy. */
export function installCommand(root = packageRoot()): string {
  return root.split(sep).includes("node_modules") ? "npx as-proxy-wasm envoy install" : "npm run envoy:install";
}
