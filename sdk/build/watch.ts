import { watch, type FSWatcher } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { idOf, isIgnored, readTree, type Snapshot } from "./file-tree.js";

/** A running `watchFolder`. */
export interface Watching {
  /** Resolves once all folders are watched. Changes after that moment are reported. */
  ready: Promise<void>;
  close(): void;
}

export interface WatchOptions {
  /** Whether to pass over the file or folder of a name; `isIgnored` by default. */
  ignore?: (name: string) => boolean;
  /** Called once, with one line, when a folder cannot be watched. The files are then read twice a second. */
  warn?: (message: string) => void;
}

/** How long the watcher waits after the first event, so that the steps in which an editor saves are one change. */
const COLLECT_MS = 30;
const POLL_MS = 500;

/**
 * Watches files, and folders with all their subfolders. Files and folders may be missing at the start, vanish, and appear
 * again. The watcher sees files that an editor replaces, and files in new folders. It passes over node_modules, build,
 * names that begin with a dot, and the temporary files of editors.
 *
 * @param paths files and folders
 * @param onChange gets the paths of the files that were written, have appeared or have vanished
 * @example
 * const watching = watchFolder(["assembly", "wasmplugin.yaml"], (changed) => console.log(changed));
 * await watching.ready;
 */
export function watchFolder(
  paths: string | readonly string[],
  onChange: (changed: string[]) => void,
  options: WatchOptions = {},
): Watching {
  return new Watcher(
    [paths].flat().map((path) => resolve(path)),
    onChange,
    options,
  );
}

/**
 * Has one `fs.watch` per folder: with `recursive`, `fs.watch` misses changes on Linux. Events start a reading of all
 * files. The differences to the previous reading are the changes, so a file counts that was made in a new folder before
 * the folder had its `fs.watch`.
 */
class Watcher implements Watching {
  readonly ready: Promise<void>;
  private readonly watchers = new Map<string, { watcher: FSWatcher; id: string }>();
  /** The paths that events have named. Two quick writes may leave the size and the time of a file as they were. */
  private named = new Set<string>();
  private files: Snapshot = new Map();
  private collecting: NodeJS.Timeout | undefined;
  private polling: NodeJS.Timeout | undefined;
  private isReading = true;
  private isClosed = false;

  constructor(
    private readonly roots: readonly string[],
    private readonly onChange: (changed: string[]) => void,
    private readonly options: WatchOptions,
  ) {
    this.ready = this.read().then((files) => {
      this.files = files;
      this.isReading = false;
      if (this.named.size > 0) this.schedule();
    });
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.collecting);
    clearInterval(this.polling);
    for (const { watcher } of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private onEvent(folder: string, name: string | null): void {
    // An event with the folder's own name may mean that the folder is gone. A new folder in its place may have the same
    // inode, so the id does not tell the two apart.
    if (name === null || name === basename(folder)) this.unwatch(folder);
    this.named.add(join(folder, name ?? ""));
    this.schedule();
  }

  private schedule(): void {
    if (this.isClosed || this.isReading) return;
    this.collecting ??= setTimeout(() => void this.compare(), COLLECT_MS);
  }

  private async compare(): Promise<void> {
    this.collecting = undefined;
    this.isReading = true;
    const { files: before, named } = this;
    this.named = new Set();
    const after = await this.read();
    this.isReading = false;
    this.files = after;
    if (this.isClosed) return;
    // Events during the reading need another one.
    if (this.named.size > 0) this.schedule();
    const paths = new Set([...before.keys(), ...after.keys()]);
    const changed = [...paths].filter((path) => named.has(path) || before.get(path) !== after.get(path));
    if (changed.length > 0) this.onChange(changed.sort());
  }

  /** Reads all files, and watches the folders that have them or may get them. */
  private async read(): Promise<Snapshot> {
    const files: Snapshot = new Map();
    const folders = new Set<string>();
    const visit = (folder: string, id: string) => {
      folders.add(folder);
      this.watch(folder, id);
    };
    const reader = { ignore: this.options.ignore ?? isIgnored, visit };
    for (const root of this.roots) {
      // Of a link, both the link and the file that it leads to may be replaced.
      for (const path of new Set([root, await realpath(root).catch(() => root)])) await visitAbove(path, visit);
      await readTree(root, files, reader);
    }
    for (const folder of this.watchers.keys()) if (!folders.has(folder)) this.unwatch(folder);
    return files;
  }

  private watch(folder: string, id: string): void {
    if (this.isClosed || this.watchers.get(folder)?.id === id) return;
    this.unwatch(folder);
    try {
      const watcher = watch(folder, (_type, name) => this.onEvent(folder, name));
      watcher.on("error", () => this.unwatch(folder));
      this.watchers.set(folder, { watcher, id });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.poll(folder, error as NodeJS.ErrnoException);
    }
  }

  private unwatch(folder: string): void {
    this.watchers.get(folder)?.watcher.close();
    this.watchers.delete(folder);
  }

  private poll(folder: string, { code, message }: NodeJS.ErrnoException): void {
    if (this.polling) return;
    this.polling = setInterval(() => this.schedule(), POLL_MS);
    const limit = code === "ENOSPC" ? "max_user_watches" : code === "EMFILE" ? "max_user_instances" : undefined;
    const why = limit ? `the limit fs.inotify.${limit} is reached; sudo sysctl fs.inotify.${limit}=524288` : message;
    this.options.warn?.(`cannot watch ${folder}, so its files are read every ${POLL_MS} ms: ${why}`);
  }
}

/** Visits the folder that contains a path, or the nearest folder above it that exists. */
async function visitAbove(path: string, visit: (folder: string, id: string) => void): Promise<void> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return visit(folder, idOf(found));
    if (folder === dirname(folder)) return;
  }
}
