import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** As many as the CI machine has cores. */
const PROCESSES = 2;

/** A run of asc that waits for its result. */
interface Run {
  folder: string;
  args: readonly string[];
  done(output: string): void;
  fail(error: Error): void;
}

/**
 * Processes that run asc. A process stays for the next run, which is then several times faster.
 *
 * @example
 * const compilers = new Compilers();
 * try { await compilers.run("/work/examples/cors", ["--target", "release"]); } finally { compilers.close(); }
 */
export class Compilers {
  private waiting: Run[] = [];
  private readonly idle: ChildProcess[] = [];
  /** The runs of all processes. */
  private readonly running = new Map<ChildProcess, Run | undefined>();

  /**
   * Runs asc as its command line does.
   *
   * @param folder an absolute path: the folder in which asc runs
   * @returns what asc has printed
   * @throws Error with what asc has printed, if asc fails
   */
  run(folder: string, args: readonly string[]): Promise<string> {
    return new Promise((done, fail) => {
      this.waiting.push({ folder, args, done, fail });
      this.next();
    });
  }

  /** Ends the processes. Runs that have no result yet fail. */
  close(): void {
    for (const { folder, fail } of this.waiting) fail(new Error(`asc was ended before the build of ${folder}`));
    this.waiting = [];
    for (const child of this.running.keys()) {
      child.ref();
      child.kill("SIGKILL");
    }
  }

  private next(): void {
    if (this.waiting.length === 0) return;
    const child = this.idle.pop() ?? (this.running.size < PROCESSES ? this.start() : undefined);
    if (!child) return;
    const run = this.waiting.shift()!;
    this.running.set(child, run);
    child.ref();
    child.channel?.ref();
    child.send({ folder: run.folder, args: run.args });
  }

  private start(): ChildProcess {
    const file = fileURLToPath(new URL("asc-process.mjs", import.meta.url));
    const child = fork(file, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.running.set(child, undefined);
    child.on("message", ({ output, failed }: { output: string; failed: boolean }) => {
      const run = this.running.get(child)!;
      this.running.set(child, undefined);
      this.idle.push(child);
      // A process that waits does not keep this process alive.
      child.unref();
      child.channel?.unref();
      if (failed) run.fail(new Error(`asc failed in ${run.folder}:\n${output.trim()}`));
      else run.done(output);
      this.next();
    });
    child.once("exit", () => {
      const run = this.running.get(child);
      this.running.delete(child);
      if (run) run.fail(new Error(`asc was ended during the build of ${run.folder}`));
      else this.idle.splice(this.idle.indexOf(child), 1);
      this.next();
    });
    return child;
  }
}
