import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeFiles } from "../build/index.js";

/**
 * Copies of modules whose names contain a hash of the module. A new build gets another path, and a running gateway never
 * reads a half-written module.
 */
export class ModuleCopies {
  /** The module that each copy was made from. */
  private readonly originals = new Map<string, string>();

  constructor(private readonly folder: string) {}

  /**
   * Copies a module, and its source map if the module has one beside it.
   *
   * @returns the path of the copy; the same module has the same path
   */
  copy(path: string): string {
    const bytes = readFileSync(path);
    const map = existsSync(`${path}.map`) ? readFileSync(`${path}.map`) : undefined;
    // The map counts: a comment moves lines and leaves the module as it is.
    const hash = createHash("sha256")
      .update(bytes)
      .update(map ?? "")
      .digest("hex")
      .slice(0, 16);
    const copy = join(this.folder, `${basename(path, ".wasm")}-${hash}.wasm`);
    this.originals.set(copy, path);
    if (map) writeFiles([{ path: `${copy}.map`, content: map }]);
    if (!existsSync(copy)) writeFiles([{ path: copy, content: bytes }]);
    return copy;
  }

  /** A message that names the modules themselves where it names their copies. */
  withOriginals(message: string): string {
    let text = message;
    for (const [copy, path] of this.originals) text = text.replaceAll(copy, path);
    return text;
  }

  /** Writes a module. The same module has the same path. */
  add(bytes: Buffer): string {
    const path = join(this.folder, `${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.wasm`);
    if (!existsSync(path)) writeFiles([{ path, content: bytes }]);
    return path;
  }
}
