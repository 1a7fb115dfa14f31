import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ManifestError, positionOf, type ChainPlugin } from "../manifest/index.js";
import { shownUrl, type ModuleAddress } from "../oci/index.js";

/** Where the module of a plugin comes from. */
export type ModuleSource =
  /** A built module. */
  | { kind: "file"; path: string }
  /** A folder with an asconfig.json, which is built. */
  | { kind: "project"; folder: string }
  /** A module in a registry or on a server. */
  | RemoteSource
  /** The module could not be fetched. A module that denies or allows all requests stands in for it. */
  | { kind: "missing"; failOpen: boolean };

/** A module in a registry or on a server. */
export interface RemoteSource {
  kind: "remote";
  address: ModuleAddress;
  /** The resource as text. An image with the pull policy "Always" is asked for again when the text changes. */
  revision: string;
  plugin: ChainPlugin;
}

/**
 * Finds the module of a plugin. The path of a `file://` URL without a leading slash is relative to the manifest's
 * folder. Modules of other URLs are fetched later.
 *
 * @throws ManifestError when the path of a `file://` URL is neither a file nor a project
 */
export function moduleSource(plugin: ChainPlugin): ModuleSource {
  const { url, sha256, imagePullPolicy, resource } = plugin;
  if (!url.startsWith("file:")) {
    const revision = JSON.stringify(resource.object);
    return { kind: "remote", address: { url, sha256, imagePullPolicy }, revision, plugin };
  }
  const position = positionOf(resource, ["spec", "url"]);
  const fail = (reason: string) => new ManifestError(position, `spec.url ${url}: ${reason}`);
  const path = pathOf(url, dirname(position.file));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw fail(`the file ${path} does not exist`);
  if (stats.isFile()) return { kind: "file", path };
  if (existsSync(join(path, "asconfig.json"))) return { kind: "project", folder: path };
  throw fail(`the folder ${path} has no asconfig.json, so it is not the folder of a plugin`);
}

/** The error about a plugin whose module could not be fetched. */
export function fetchError({ url, name, resource }: ChainPlugin, reason: string): ManifestError {
  const hint = `--plugin ${name}=PATH names a file or a project's folder instead`;
  return new ManifestError(positionOf(resource, ["spec", "url"]), `spec.url ${shownUrl(url)}: ${reason}; ${hint}`);
}

/** The warning about a plugin whose module could not be fetched. */
export function missingWarning(plugin: ChainPlugin, reason: string): string {
  const effect = plugin.failOpen
    ? "all requests pass the plugin (failStrategy: FAIL_OPEN)"
    : "all requests get status 403";
  return `${fetchError(plugin, reason).message}. Until then, ${effect}, as in a cluster that cannot pull the image`;
}

function pathOf(url: string, folder: string): string {
  const path = url.replace(/^file:(\/\/)?/, "");
  return path.startsWith("/") ? fileURLToPath(new URL(`file://${path}`)) : resolve(folder, decodeURIComponent(path));
}
