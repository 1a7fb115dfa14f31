import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { CreateError } from "./create-error.js";

const SDK = "as-proxy-wasm-sdk";

/** A spec that npm reads as a path: "file:x", "./x", "../x", "/x", "~/x", "x.tgz". */
const LOCAL = /^file:|^\.{1,2}(\/|\\|$)|^[/\\]|^[a-z]:[/\\]|\.(tgz|tar\.gz)$/i;

/** A spec that means the same in every folder: a Git repository, or the address of a tarball. */
const ADDRESS = /^(git[+:]|github:|gitlab:|bitbucket:|https?:)/;

/**
 * Finds the spec under which a new project's package.json names the SDK.
 *
 * - A package from npm's registry gives a range: "^0.1.0".
 * - A package that was installed from a file, as one that is not on npm must be, gives this file. So do `npx --package
 *   FILE` and workspaces.
 * - A Git repository or an address gives itself.
 * - A clone that runs its own command gives the clone's folder.
 *
 * @param root the folder of the package that runs
 * @param project the folder of the new project; paths in the result start there
 */
export function sdkSpec(root: string, project: string): string {
  const { name, version } = readJson(join(root, "package.json")) as { name: string; version: string };
  if (name === SDK) {
    if (basename(dirname(root)) !== "node_modules") return fileSpec(root, project);
    const { spec, base } = installedAs(root) ?? { spec: "", base: root };
    if (ADDRESS.test(spec)) return spec;
    if (LOCAL.test(spec) && existsSync(pathOf(spec, base))) return fileSpec(pathOf(spec, base), project);
  }
  return `^${version}`;
}

/**
 * Reads the spec that a user gave. A path may start in the current folder or, as in a package.json, in the project's.
 *
 * @returns the spec for the project's package.json
 * @throws CreateError if the path leads to no file or folder
 * @example
 * givenSpec("./as-proxy-wasm-sdk-0.1.0.tgz", "/a", "/a/my-plugin"); // "file:../as-proxy-wasm-sdk-0.1.0.tgz"
 * givenSpec("0.1.0", "/a", "/a/my-plugin"); // "0.1.0"
 */
export function givenSpec(spec: string, cwd: string, project: string): string {
  if (ADDRESS.test(spec)) return spec;
  if (!LOCAL.test(spec)) {
    if (/^[\w.^~<>=|* -]+$/.test(spec)) return spec;
    throw new CreateError(`--sdk ${spec}: expected a version such as "0.1.0", or a path such as "file:../sdk.tgz"`);
  }
  const path = [cwd, project].map((base) => pathOf(spec, base)).find(existsSync);
  if (path === undefined) throw new CreateError(`--sdk ${spec}: there is no ${pathOf(spec, cwd)}`);
  return fileSpec(path, project);
}

/**
 * The spec that the package was installed by, according to npm's record of the installed packages, or else to the nearest
 * package.json that names the package.
 */
function installedAs(root: string): { spec: string; base: string } | undefined {
  const top = dirname(dirname(root));
  const record = readJson(join(top, "node_modules", ".package-lock.json"));
  const { resolved } = record.packages?.[`node_modules/${SDK}`] ?? {};
  // For a package from the registry, npm records the address of the registry's tarball, or nothing.
  if (resolved !== undefined && !/^https?:/.test(resolved)) return { spec: resolved, base: top };
  for (let base = top; ; base = dirname(base)) {
    const { dependencies, devDependencies } = readJson(join(base, "package.json"));
    const spec = devDependencies?.[SDK] ?? dependencies?.[SDK];
    if (spec !== undefined) return { spec, base };
    if (dirname(base) === base) return undefined;
  }
}

interface Manifest {
  packages?: Record<string, { resolved?: string }>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The content of a JSON file; an empty object if there is no such file. */
function readJson(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return {};
  }
}

function pathOf(spec: string, base: string): string {
  return resolve(base, spec.replace(/^file:(\/\/(?=\/))?/, ""));
}

/** "file:" and the path from the project's folder; the absolute path if Windows has the two on different drives. */
function fileSpec(path: string, project: string): string {
  const way = relative(realFolder(project), realpathSync(path));
  return `file:${isAbsolute(way) ? way : way.split(sep).join("/")}`;
}

/** The folder without symbolic links. The folder itself need not exist. */
function realFolder(folder: string): string {
  if (existsSync(folder)) return realpathSync(folder);
  return join(realFolder(dirname(folder)), basename(folder));
}
