import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { manifestText } from "../../manifest/manifest-text.js";
import { UsageError } from "../usage-error.js";

/** A file with manifests. */
export interface ManifestFile {
  /** The path for messages; "stdin" for the standard input. */
  path: string;
  /** @throws ManifestError when the file is not text */
  text(): string;
  /** The file was found in a folder, so it need not be a manifest. */
  isFound: boolean;
}

/**
 * The manifests of `-f`: files, and in folders all files with the endings of kubectl. Without -f: the files of the current
 * folder whose names begin with "wasmplugin".
 *
 * @throws UsageError for a path that does not exist, and when there is no file
 */
export function manifestFiles(paths: readonly string[]): ManifestFile[] {
  if (paths.length > 0) return paths.flatMap(filesOf);
  const found = filesIn(".").filter((path) => path.startsWith("wasmplugin"));
  if (found.length > 0) return found.map((path) => manifestFile(path, false));
  throw new UsageError("no manifest: this folder has no wasmplugin.yaml; name a file or a folder with -f");
}

function filesOf(path: string): ManifestFile[] {
  if (path === "-") return [manifestFile("stdin", false, () => readFileSync(0))];
  if (!existsSync(path)) throw new UsageError(`-f ${path}: the file does not exist`);
  if (!statSync(path).isDirectory()) return [manifestFile(path, false)];
  const files = filesIn(path);
  if (files.length === 0) throw new UsageError(`-f ${path}: the folder has no .yaml, .yml or .json file`);
  return files.map((one) => manifestFile(one, true));
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && /\.(ya?ml|json)$/.test(entry.name));
  return names.map(({ name }) => join(folder, name)).sort();
}

function manifestFile(path: string, isFound: boolean, read = () => readFileSync(path)): ManifestFile {
  return { path, isFound, text: () => manifestText(read(), path) };
}
