import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ManifestError, positionOf, type ChainPlugin } from "../manifest/index.js";

/** Where the module of a plugin comes from. */
export type ModuleSource =
  /** A built module. */
  | { kind: "file"; path: string }
  /** A folder with an asconfig.json, which is built. */
  | { kind: "project"; folder: string }
  /** The module is not on this machine. A module that denies or allows all requests stands in for it. */
  | { kind: "missing"; failOpen: boolean };

/**
 * Finds the module of a plugin. The path of a `file://` URL without a leading slash is relative to the manifest's
 * folder. Modules of other URLs are missing.
 *
 * @throws ManifestError when the path of a `file://` URL is neither a file nor a project, or a module for TCP is missing
 */
export function moduleSource({ url, type, failOpen, resource, ...plugin }: ChainPlugin): ModuleSource {
  const position = positionOf(resource, ["spec", "url"]);
  const fail = (reason: string) => new ManifestError(position, `spec.url ${url}: ${reason}`);
  if (!url.startsWith("file:")) {
    if (type === "http") return { kind: "missing", failOpen };
    throw fail(missing(plugin.name));
  }
  const path = pathOf(url, dirname(position.file));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw fail(`the file ${path} does not exist`);
  if (stats.isFile()) return { kind: "file", path };
  if (existsSync(join(path, "asconfig.json"))) return { kind: "project", folder: path };
  throw fail(`the folder ${path} has no asconfig.json, so it is not the folder of a plugin`);
}

/** The warning about a plugin whose module is missing. */
export function missingWarning({ url, name, failOpen, resource }: ChainPlugin): string {
  const effect = failOpen ? "all requests pass the plugin (failStrategy: FAIL_OPEN)" : "all requests get status 403";
  const { message } = new ManifestError(positionOf(resource, ["spec", "url"]), `spec.url ${url}: ${missing(name)}`);
  return `${message}. Until then, ${effect}, as in a cluster that cannot pull the image`;
}

function missing(name: string): string {
  return `dev does not download modules; give a file or a project's folder with --plugin ${name}=PATH`;
}

function pathOf(url: string, folder: string): string {
  const path = url.replace(/^file:(\/\/)?/, "");
  return path.startsWith("/") ? fileURLToPath(new URL(`file://${path}`)) : resolve(folder, decodeURIComponent(path));
}
