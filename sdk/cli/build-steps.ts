import { sep } from "node:path";
import { Builder, buildPlugin, buildReport, isIgnored, watchFolder } from "../build/index.js";
import type { BuildOptions, BuildResult, Watching } from "../build/index.js";
import { paint, startProgress } from "../terminal/index.js";
import { interruptible } from "./interruption.js";

/** Builds a plugin and prints the result. Returns the exit code. */
export function buildOnce(folder: string, options: BuildOptions): Promise<number> {
  return interruptible(async (signal) => {
    const end = startProgress("building");
    return show(await buildPlugin(folder, { ...options, signal }).finally(end)) ? 0 : 1;
  });
}

/**
 * Builds a plugin, and again after each change of its sources, until a signal comes. Returns the exit code.
 *
 * @param onBuilt called after each successful build
 */
export function buildOnChange(folder: string, options: BuildOptions, onBuilt = () => {}): Promise<number> {
  return interruptible(async (signal) => {
    const builder = new Builder(folder);
    const changes = new Changes(builder.folder);
    signal.addEventListener("abort", () => changes.note());
    try {
      await changes.watchFolder();
      for (;;) {
        const end = startProgress("building");
        const result = await builder.build({ ...options, signal }).finally(end);
        if (show(result)) onBuilt();
        await changes.watchSources(result.sources);
        console.log(paint("dim", "waiting for a change; Ctrl-C ends the command"));
        await changes.next();
        signal.throwIfAborted();
      }
    } finally {
      changes.close();
      builder.close();
    }
  });
}

/** The changes of a plugin's sources: in its folder, and elsewhere if the plugin imports files from there. */
class Changes {
  private isChanged = false;
  private wake = () => {};
  private watchings: Watching[] = [];
  private elsewhere = "";

  constructor(private readonly folder: string) {}

  readonly note = () => {
    this.isChanged = true;
    this.wake();
  };

  watchFolder(): Promise<void> {
    return this.watch(this.folder);
  }

  /** Watches the sources outside the folder too, apart from those of packages. */
  async watchSources(sources: readonly string[]): Promise<void> {
    const isElsewhere = (path: string) =>
      !path.startsWith(this.folder + sep) && !path.includes(`${sep}node_modules${sep}`);
    const paths = sources.filter(isElsewhere).sort();
    if (paths.join("\n") === this.elsewhere) return;
    this.elsewhere = paths.join("\n");
    const before = this.watchings.splice(1);
    await this.watch(paths);
    for (const one of before) one.close();
  }

  /** Waits for a change, unless one has come since the last call. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.isChanged) resolve();
    });
    this.isChanged = false;
  }

  close(): void {
    for (const one of this.watchings) one.close();
  }

  private async watch(paths: string | string[]): Promise<void> {
    // Tests and texts are no sources.
    const ignore = (name: string) => isIgnored(name) || /\.(test|spec)\.[jt]s$|\.md$/.test(name);
    const warn = (message: string) => console.error(message);
    const watching = watchFolder(paths, this.note, { ignore, warn });
    this.watchings.push(watching);
    await watching.ready;
  }
}

/** Prints the result of a build: a module to standard output, errors to standard error. */
function show(result: BuildResult): boolean {
  const stream = result.ok ? process.stdout : process.stderr;
  stream.write(`${buildReport(result, stream).join("\n")}\n`);
  return result.ok;
}
