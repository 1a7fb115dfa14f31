import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFiles } from "../../build/write-files.js";
import { parseReference, sha256, type Reference } from "../../oci/index.js";
import { isJsonObject, type JsonValue } from "../../spec/json.js";

/** What was pushed last of a module. */
export interface Pushed {
  /** The image with its digest: "ghcr.io/org/auth@sha256:…". */
  image: string;
  tags: string[];
  /** The SHA-256 of the module. */
  module: string;
}

/** The file beside the module in which `push` notes the image. */
function fileOf(wasm: string): string {
  return join(dirname(wasm), "image.json");
}

/** Notes what was pushed, for `manifest` and `deploy`. */
export function notePushed(wasm: string, pushed: Pushed): void {
  try {
    writeFiles([{ path: fileOf(wasm), content: `${JSON.stringify(pushed, null, 2)}\n` }]);
  } catch (error) {
    console.error(`warning: ${fileOf(wasm)} cannot be written: ${(error as Error).message}`);
  }
}

/**
 * The last push of a module.
 *
 * @returns undefined when nothing was pushed; `isOld` when the module has changed since
 */
export function lastPush(wasm: string): { pushed: Pushed; reference: Reference; isOld: boolean } | undefined {
  const file = fileOf(wasm);
  if (!existsSync(file)) return undefined;
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as JsonValue;
    if (!isJsonObject(value)) return undefined;
    const { image, tags, module } = value;
    if (typeof image !== "string" || typeof module !== "string" || !Array.isArray(tags)) return undefined;
    const isOld = !existsSync(wasm) || sha256(readFileSync(wasm)) !== module;
    return { pushed: { image, tags: tags.map(String), module }, reference: parseReference(image), isOld };
  } catch {
    return undefined; // Not a note of a push.
  }
}
