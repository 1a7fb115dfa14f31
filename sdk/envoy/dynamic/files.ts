import { join } from "node:path";
import type { Source } from "./placed-listener.js";
import { WatchedFile } from "./watched-file.js";

/**
 * The most files that Envoy watches. Each takes an inotify instance. Linux allows a user 128 of them, and Envoy ends
 * when none is left.
 */
const MOST = 32;

/** The folder with the files that Envoy watches. */
export class Files {
  readonly listeners: WatchedFile;
  readonly clusters: WatchedFile;
  private count = 0;
  private used = new Set<WatchedFile>();
  /** Files that only old connections use, with the time at which nothing uses them. */
  private readonly retired = new Map<WatchedFile, number>();

  /** @param drainMs how long Envoy keeps a replaced listener */
  constructor(
    private readonly folder: string,
    private readonly drainMs: number,
  ) {
    this.listeners = new WatchedFile(join(folder, "listeners"));
    this.clusters = new WatchedFile(join(folder, "clusters"));
  }

  /** A new file; "inline" when Envoy watches too many files already. */
  readonly newSource = (): Source => {
    this.removeRetired();
    if (this.used.size + this.retired.size >= MOST) return "inline";
    const file = new WatchedFile(join(this.folder, String(++this.count)));
    this.used.add(file);
    return file;
  };

  /** Says which of the new sources are in use. The other files are removed when no connection uses them. */
  keep(files: ReadonlySet<WatchedFile>): void {
    for (const file of this.used) {
      // A second more, because Envoy's time begins later.
      if (!files.has(file)) this.retired.set(file, performance.now() + this.drainMs + 1000);
    }
    this.used = new Set(files);
    this.removeRetired();
  }

  private removeRetired(): void {
    for (const [file, end] of this.retired) {
      if (performance.now() < end) continue;
      this.retired.delete(file);
      file.remove();
    }
  }
}
