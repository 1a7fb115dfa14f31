import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ManifestError, manifestText } from "../manifest/index.js";

/** The names of manifests that `dev` reads from the current folder when the command line names none. */
const USUAL_NAMES = ["wasmplugin", "ingress", "httproute", "gateway", "service", "services"];
const EXTENSIONS = [".yaml", ".yml", ".json"];
/** Files of a plugin's project, which stand beside its manifests. */
const PROJECT_FILE = /^(?:package|package-lock|asconfig|tsconfig(?:\..*)?)\.json$/;

/** How old the last change of a file must be: an editor or another program may still be writing the file. */
const SETTLED_MS = 60;
/** After this time, a file that still changes is read as it is. */
const LONGEST_WAIT_MS = 3000;

/** A file that may be a manifest. */
export interface ManifestFile {
  file: string;
  /** The command line names the folder of the file, not the file. The file may then be something else. */
  isFromFolder: boolean;
}

/**
 * The manifests that the values of `-f` name: files, and the files of folders that end in .yaml, .yml or .json.
 * Like kubectl, the command does not read the subfolders of a folder. Unlike kubectl, the command passes over package.json
 * and other files of a project.
 *
 * @throws Error when a path does not exist, or a folder has no manifest
 */
export function manifestFiles(paths: readonly string[]): ManifestFile[] {
  const files = paths.flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw new Error(`-f ${path}: the file or folder does not exist`);
    if (!stats.isDirectory()) return [{ file: path, isFromFolder: false }];
    const found = readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && isManifestName(entry.name))
      .map(({ name }) => join(path, name))
      .sort();
    if (found.length === 0) throw new Error(`-f ${path}: the folder has no file that ends in ${EXTENSIONS.join(", ")}`);
    return found.map((file) => ({ file, isFromFolder: true }));
  });
  // A file that is named itself counts as such.
  const named = files.filter(({ isFromFolder }) => !isFromFolder).map(({ file }) => file);
  const isFirst = ({ file }: ManifestFile, index: number) => files.findIndex((one) => one.file === file) === index;
  return files.filter(isFirst).map(({ file }) => ({ file, isFromFolder: !named.includes(file) }));
}

/** Whether a file of a folder is a manifest by its name. Temporary files of editors and files of projects are not. */
export function isManifestName(path: string): boolean {
  const name = basename(path);
  return EXTENSIONS.includes(extname(name)) && !name.startsWith(".#") && !PROJECT_FILE.test(name);
}

/** The manifests with a usual name in a folder, such as wasmplugin.yaml and ingress.yaml. */
export function usualManifests(folder: string): ManifestFile[] {
  const files = usualPaths(folder).filter((path) => existsSync(path));
  return files.map((file) => ({ file, isFromFolder: false }));
}

/** The paths that `usualManifests` looks for. */
export function usualPaths(folder: string): string[] {
  return USUAL_NAMES.flatMap((name) => EXTENSIONS.map((extension) => join(folder, name + extension)));
}

/**
 * Reads a manifest. Waits while another program writes the file.
 *
 * @throws ManifestError when the file cannot be read, or is not text
 */
export async function readManifest(file: string): Promise<string> {
  const bytes = await readSettled(file).catch((error: NodeJS.ErrnoException) => {
    throw new ManifestError({ file }, error.code === "ENOENT" ? "the file does not exist" : error.message);
  });
  return manifestText(bytes, file);
}

async function readSettled(file: string): Promise<Buffer> {
  const limit = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const before = await stat(file);
    const bytes = await readFile(file);
    const after = await stat(file);
    const age = Date.now() - after.mtimeMs;
    const isSettled = before.mtimeMs === after.mtimeMs && bytes.length === after.size && Math.abs(age) >= SETTLED_MS;
    if (isSettled || Date.now() > limit) return bytes;
    await sleep(SETTLED_MS);
  }
}
