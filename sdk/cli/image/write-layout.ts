import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeFiles } from "../../build/write-files.js";
import { layoutFiles, tarOf, type Image } from "../../oci/index.js";
import { UsageError } from "../usage-error.js";

/**
 * Writes an image as an archive, if the name ends in .tar, or into a folder. Other blobs of a folder stay.
 *
 * @throws UsageError when the folder has other files
 */
export function writeLayout(output: string, image: Image): void {
  const files = layoutFiles(image);
  const isFolder = existsSync(output) ? statSync(output).isDirectory() : !output.endsWith(".tar");
  if (isFolder && existsSync(output) && readdirSync(output).length > 0 && !existsSync(join(output, "oci-layout"))) {
    throw new UsageError(`-o ${output}: the folder has other files; name an empty folder, or a file that ends in .tar`);
  }
  if (isFolder)
    write(output, files.map(({ name, content }) => ({ path: join(output, name), content }))); // prettier-ignore
  else write(output, [{ path: output, content: tarOf(files) }]);
}

function write(output: string, files: { path: string; content: Uint8Array }[]): void {
  try {
    writeFiles(files);
  } catch (error) {
    throw new Error(`-o ${output}: ${(error as Error).message}`, { cause: error });
  }
}
