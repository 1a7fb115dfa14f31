import { watchFolder, type Watching as Watcher } from "../build/watch.js";

/** Watches files and folders, which may change while the watching goes on. */
export class Watching {
  private watcher: Watcher | undefined;
  private paths = "";
  private isStopped = false;

  /**
   * @param onChange gets the changed files; an empty list means that files may have changed before they were watched
   * @param warn called when a folder cannot be watched
   */
  constructor(
    private readonly onChange: (paths: readonly string[]) => void,
    private readonly warn: (message: string) => void,
  ) {}

  /** Watches these files and folders from now on, instead of the previous ones. */
  follow(paths: readonly string[]): void {
    const sorted = [...new Set(paths)].sort();
    const key = JSON.stringify(sorted);
    if (this.isStopped || key === this.paths) return;
    this.paths = key;
    const previous = this.watcher;
    const watcher = watchFolder(sorted, (changed) => this.onChange(changed), { warn: this.warn });
    this.watcher = watcher;
    void watcher.ready.then(() => {
      previous?.close();
      if (this.watcher === watcher && !this.isStopped) this.onChange([]);
    });
  }

  stop(): void {
    this.isStopped = true;
    this.watcher?.close();
  }
}
