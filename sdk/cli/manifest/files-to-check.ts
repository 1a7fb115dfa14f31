import { readFileSync, statSync } from "node:fs";
import { manifestFiles, usualManifests } from "../../dev/manifest-files.js";
import { ManifestError } from "../../manifest/manifest-error.js";
import { manifestText } from "../../manifest/manifest-text.js";
import { UsageError } from "../usage-error.js";

/** A file with manifests. */
export interface ManifestFile {
  /** The path for messages. */
  path: string;
  /** @throws ManifestError when the file cannot be read, or is not text */
  text(): string;
  /** The file was found in a folder, so it need not be a manifest. */
  isFound: boolean;
}

/**
 * The files that the values of `-f` name: files, the files of folders, and "-" for the standard input. Without a value:
 * the manifests of the current folder.
 *
 * @throws Error for a path that does not exist, and when there is no file
 */
export function filesToCheck(paths: readonly string[]): ManifestFile[] {
  const usual = paths.length > 0 ? paths : usualManifests("").map(({ file }) => file);
  if (usual.length === 0) throw new UsageError("this folder has no wasmplugin.yaml; name a manifest with -f");
  return [...new Set(usual)].flatMap((path) => {
    if (path === "-") return [{ path: "standard input", isFound: false, text: () => textOf("standard input", 0) }];
    const isFound = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    return manifestFiles([path]).map(({ file }) => ({ path: file, isFound, text: () => textOf(file, file) }));
  });
}

function textOf(path: string, source: string | number): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(source);
  } catch (error) {
    throw new ManifestError({ file: path }, (error as Error).message);
  }
  return manifestText(bytes, path);
}
