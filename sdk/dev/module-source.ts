import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ManifestError, positionOf, type ChainPlugin } from "../manifest/index.js";

/** Where the module of a plugin comes from. */
export type ModuleSource =
  /** A built module. */
  | { kind: "file"; path: string }
  /** A folder with an asconfig.json, which is built. */
  | { kind: "project"; folder: string };

/**
 * Finds the module of a plugin, whose URL must be a `file://` URL. A path without a leading slash is relative to the
 * manifest's folder.
 *
 * @throws ManifestError when the module is not on this machine
 */
export function moduleSource({ url, name, resource }: ChainPlugin): ModuleSource {
  const position = positionOf(resource, ["spec", "url"]);
  const fail = (reason: string) => new ManifestError(position, `spec.url ${url}: ${reason}`);
  if (!url.startsWith("file:")) {
    throw fail(`dev does not download modules; give a file or a folder with --plugin ${name}=PATH`);
  }
  const path = pathOf(url, dirname(position.file));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw fail(`the file ${path} does not exist`);
  if (stats.isFile()) return { kind: "file", path };
  if (existsSync(join(path, "asconfig.json"))) return { kind: "project", folder: path };
  throw fail(`the folder ${path} has no asconfig.json, so it is not the folder of a plugin`);
}

function pathOf(url: string, folder: string): string {
  const path = url.replace(/^file:(\/\/)?/, "");
  return path.startsWith("/") ? fileURLToPath(new URL(`file://${path}`)) : resolve(folder, decodeURIComponent(path));
}
