import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChainPlugin } from "../manifest/chain-plugin.js";
import { ManifestError } from "../manifest/manifest-error.js";

/** Where the module of a plugin comes from. */
export type ModuleSource =
  /** A built module. */
  | { kind: "file"; path: string }
  /** A folder with an asconfig.json, which is built. */
  | { kind: "project"; folder: string };

/** What stands in for images that only a registry has. */
export interface LocalModules {
  /** Values of `--plugin`: the name of a WasmPlugin, and the path of a module or of a project's folder. */
  plugins: ReadonlyMap<string, string>;
  /** The project in whose folder the command runs, if there is one. */
  project: LocalProject | undefined;
}

/** A plugin's own folder. */
export interface LocalProject {
  folder: string;
  /** The name in the package.json, without a scope. */
  name: string;
}

const FLAG = "--plugin NAME=FILE or --plugin NAME=FOLDER";

/**
 * Finds the module of a plugin: `--plugin`, a `file://` URL, or the project in the current folder.
 *
 * @param remote how many plugins have neither `--plugin` nor a `file://` URL
 * @throws ManifestError when the module is not on this machine
 * @throws Error when the path of `--plugin` does not exist
 */
export function moduleSource(plugin: ChainPlugin, { plugins, project }: LocalModules, remote: number): ModuleSource {
  const { namespace, name, url, resource } = plugin;
  const given = plugins.get(`${namespace}/${name}`) ?? plugins.get(name);
  if (given !== undefined)
    return sourceAt(resolve(given), (reason) => new Error(`--plugin ${name}=${given}: ${reason}`));
  if (url.startsWith("file:")) {
    const fail = (reason: string) => new ManifestError(resource.position, `spec.url ${url}: ${reason}`);
    return sourceAt(pathOf(url, dirname(resource.position.file)), fail);
  }
  if (project && (remote === 1 || [name, imageName(url)].includes(project.name))) {
    return { kind: "project", folder: project.folder };
  }
  throw new ManifestError(
    resource.position,
    `spec.url ${url}: dev does not download modules; give the plugin a module on this machine with ${FLAG}`,
  );
}

/** Whether the module of a plugin is neither given by `--plugin` nor a file. */
export function isRemote({ namespace, name, url }: ChainPlugin, { plugins }: LocalModules): boolean {
  return !url.startsWith("file:") && !plugins.has(`${namespace}/${name}`) && !plugins.has(name);
}

function sourceAt(path: string, error: (reason: string) => Error): ModuleSource {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw error(`the file ${path} does not exist`);
  if (stats.isFile()) return { kind: "file", path };
  if (existsSync(join(path, "asconfig.json"))) return { kind: "project", folder: path };
  throw error(`the folder ${path} has no asconfig.json, so it is not the folder of a plugin`);
}

/** The path of a `file:` URL. A path without a leading slash is relative to the folder of the manifest. */
function pathOf(url: string, folder: string): string {
  const path = url.replace(/^file:(\/\/)?/, "");
  return path.startsWith("/") && URL.canParse(url) ? fileURLToPath(new URL(`file://${path}`)) : resolve(folder, path);
}

/** The name of an image: the last part of its path, without tag and digest. */
function imageName(url: string): string {
  return basename(url).replace(/[:@].*$/, "");
}
