import { watchFolder, type Watching as Watcher } from "../build/index.js";

/** Watches files and folders. The set of files and folders may change. */
export class Watching {
  private watcher: Watcher | undefined;
  private paths = "";
  private isStopped = false;

  /**
   * @param onChange gets the paths of changed files
   * @param warn called when a folder cannot be watched
   */
  constructor(
    private readonly onChange: (paths: readonly string[]) => void,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * Watches these files and folders from now on, instead of the previous ones.
   *
   * @returns whether the set is another one. Files may then have changed without a call of `onChange`
   */
  async follow(paths: readonly string[]): Promise<boolean> {
    const sorted = [...new Set(paths)].sort();
    const key = JSON.stringify(sorted);
    if (this.isStopped || key === this.paths) return false;
    this.paths = key;
    this.watcher?.close();
    this.watcher = watchFolder(sorted, (changed) => this.onChange(changed), { warn: this.warn });
    await this.watcher.ready;
    return true;
  }

  stop(): void {
    this.isStopped = true;
    this.watcher?.close();
  }
}
