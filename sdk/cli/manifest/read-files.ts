import { readFileSync } from "node:fs";
import { manifestFiles } from "../../dev/manifest-files.js";
import { manifestText } from "../../manifest/manifest-text.js";
import { readResources } from "../../manifest/read-resources.js";
import type { Resource } from "../../manifest/resource.js";

/**
 * Reads the resources of files, folders, and of standard input for "-".
 *
 * @throws Error for a path that does not exist, ManifestError for a file that is no manifest
 */
export function readFiles(paths: readonly string[]): Resource[] {
  const files = paths.flatMap((path) => (path === "-" ? [path] : manifestFiles([path]).map(({ file }) => file)));
  return files.flatMap((file) => {
    const name = file === "-" ? "standard input" : file;
    return readResources(manifestText(readFileSync(file === "-" ? 0 : file), name), name);
  });
}
