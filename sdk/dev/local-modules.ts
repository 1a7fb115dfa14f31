import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { withObject, type Resource } from "../manifest/index.js";
import { isJsonObject, type JsonObject } from "../spec/json.js";

/** A plugin's own folder. */
export interface LocalProject {
  folder: string;
  /** The name in the package.json, without a scope; the folder's name without a package.json. */
  name: string;
}

/**
 * The project in a folder; undefined when the folder has no asconfig.json.
 *
 * @throws Error when the package.json is no JSON
 */
export function projectOf(folder: string): LocalProject | undefined {
  if (!existsSync(join(folder, "asconfig.json"))) return undefined;
  const name = packageName(join(folder, "package.json"));
  return { folder, name: typeof name === "string" ? name.replace(/^@.*\//, "") : basename(folder) };
}

function packageName(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return (JSON.parse(readFileSync(path, "utf8").replace(/^\ufeff/, "")) as { name?: unknown } | null)?.name;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Gives WasmPlugins the URL of a module on this machine: the one of `--plugin`, or the project in the current folder if
 * the WasmPlugin's image is the project's.
 *
 * @param plugins the values of `--plugin`: the name of a WasmPlugin, and the path of a module or of a project's folder
 * @throws Error when a path of `--plugin` does not exist
 */
export function withLocalModules(
  resources: readonly Resource[],
  plugins: ReadonlyMap<string, string>,
  project: LocalProject | undefined,
): Resource[] {
  for (const [name, path] of plugins) {
    if (!statSync(path, { throwIfNoEntry: false }))
      throw new Error(`--plugin ${name}=${path}: the path does not exist`);
  }
  const remote = resources.filter((one) => isPlugin(one) && givenPath(one, plugins) === undefined && !isFile(one));
  return resources.map((resource) => {
    if (!isPlugin(resource)) return resource;
    const path = givenPath(resource, plugins);
    if (path !== undefined) return withUrl(resource, path);
    if (!project || !remote.includes(resource)) return resource;
    const isOwn = remote.length === 1 || [resource.name, imageName(urlOf(resource))].includes(project.name);
    return isOwn ? withUrl(resource, project.folder) : resource;
  });
}

/** Warnings about values of `--plugin` that name no WasmPlugin. */
export function unknownPlugins(resources: readonly Resource[], plugins: ReadonlyMap<string, string>): string[] {
  const names = new Set(resources.filter(isPlugin).flatMap(({ namespace, name }) => [name, `${namespace}/${name}`]));
  return [...plugins]
    .filter(([name]) => !names.has(name))
    .map(([name, path]) => `--plugin ${name}=${path}: the manifests have no WasmPlugin of this name`);
}

function isPlugin({ kind }: Resource): boolean {
  return kind === "WasmPlugin";
}

function givenPath({ namespace, name }: Resource, plugins: ReadonlyMap<string, string>): string | undefined {
  return plugins.get(`${namespace}/${name}`) ?? plugins.get(name);
}

function isFile(resource: Resource): boolean {
  return urlOf(resource).startsWith("file:");
}

function specOf({ object }: Resource): JsonObject {
  const spec = object["spec"];
  return isJsonObject(spec) ? spec : {};
}

function urlOf(resource: Resource): string {
  const { url } = specOf(resource);
  return typeof url === "string" ? url : "";
}

function withUrl(resource: Resource, path: string): Resource {
  const { sha256, ...spec } = specOf(resource);
  void sha256; // The checksum of the image, not of the local module.
  return withObject(resource, { ...resource.object, spec: { ...spec, url: pathToFileURL(path).href } });
}

/** The name of an image: the last part of its path, without tag and digest. */
function imageName(url: string): string {
  return basename(url).replace(/[:@].*$/, "");
}
