import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ManifestError } from "../manifest/index.js";
import { isManifestName, manifestFiles, readManifest, usualManifests, usualPaths } from "./manifest-files.js";
import type { ManifestFile } from "./manifest-files.js";

/** A manifest that was read. */
export interface ManifestText extends ManifestFile {
  text: string;
}

/** How long a manifest that is gone or cut off may take to come back: editors and git replace files in steps. */
const RETURN_MS = 1000;
const RETRY_MS = 25;

/**
 * The manifests of `dev`. Knows the texts that it has read last: a manifest that is gone for a moment, or ends early,
 * would take a plugin away from the gateway, and requests would pass unguarded.
 */
export class Manifests {
  private known: readonly ManifestText[] = [];

  /**
   * @param folder the current folder
   * @param paths the values of `-f`; without any, the usual manifests of the folder count
   */
  constructor(
    private readonly folder: string,
    private readonly paths: readonly string[],
  ) {}

  /** The files and folders with manifests, also those that may appear, and the files that name the project. */
  get watched(): string[] {
    const own = ["asconfig.json", "package.json"].map((name) => join(this.folder, name));
    // The files of a folder may be links to files elsewhere.
    if (this.paths.length > 0) return [...this.paths, ...this.known.map(({ file }) => file), ...own];
    return [...usualPaths(this.folder), ...own];
  }

  /** Whether a changed file is one of `watched`, or a manifest in one of the folders. */
  isOne(path: string): boolean {
    if (this.watched.some((one) => resolve(one) === path)) return true;
    return isManifestName(path) && this.paths.some((one) => resolve(one) === dirname(path));
  }

  /**
   * Reads all manifests. Waits a moment for those that are gone or cut off.
   *
   * @throws ManifestError when a manifest cannot be read, is not text, or is empty although it had resources
   * @throws Error when a value of `-f` does not exist; the reason of the signal when it is aborted
   */
  async read(signal?: AbortSignal): Promise<readonly ManifestText[]> {
    const limit = performance.now() + RETURN_MS;
    for (;;) {
      const isLast = this.known.length === 0 || performance.now() >= limit;
      const found = await this.readAll().catch((error: unknown) => {
        if (isLast) throw error;
        return undefined;
      });
      if (found && (isLast || this.known.every((before) => isWhole(before, found)))) {
        for (const before of this.known) rejectEmptied(before, found);
        return (this.known = found);
      }
      await sleep(RETRY_MS);
      signal?.throwIfAborted();
    }
  }

  private async readAll(): Promise<ManifestText[]> {
    const files = this.paths.length > 0 ? manifestFiles(this.paths) : usualManifests(this.folder);
    return Promise.all(files.map(async (one) => ({ ...one, text: await readManifest(one.file) })));
  }
}

/** Whether a manifest is still there, and has more than a part of its previous text. */
function isWhole(before: ManifestText, now: readonly ManifestText[]): boolean {
  const text = now.find(({ file }) => file === before.file)?.text;
  if (isBlank(before.text)) return true;
  return text !== undefined && !isBlank(text) && !(text.length < before.text.length && before.text.startsWith(text));
}

function rejectEmptied({ file, text }: ManifestText, now: readonly ManifestText[]): void {
  const found = now.find((one) => one.file === file);
  if (!found || isBlank(text) || !isBlank(found.text)) return;
  throw new ManifestError(
    { file },
    "the file has become empty; delete the file if the gateway is to lose its resources",
  );
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}
