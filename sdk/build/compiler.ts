import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Compiled } from "./compile.js";
import type { CompileRequest, CompileResponse } from "./compiler-process.js";

/**
 * The AssemblyScript compiler of one folder, in a process of its own. The process stays for the next build, which is
 * then several times faster. `close` ends the process.
 *
 * @example
 * const compiler = new Compiler("my-plugin", ascFile);
 * try { await compiler.compile("debug"); } finally { compiler.close(); }
 */
export class Compiler {
  private child: ChildProcess | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  /**
   * @param folder the folder of the plugin
   * @param ascFile the path of the file `dist/asc.js` of the project's assemblyscript
   */
  constructor(
    readonly folder: string,
    readonly ascFile: string,
  ) {}

  /**
   * Runs asc with a target of the folder's asconfig.json. Runs at the same time wait for each other.
   *
   * @throws the reason of the signal when it is aborted; Error when the process ends without a result
   */
  compile(target: string, signal?: AbortSignal): Promise<Compiled> {
    const run = this.queue.then(async () => {
      const response = await this.ask({ target }, signal);
      if ("compiled" in response) return response.compiled;
      this.close();
      const again = await this.ask({ target }, signal);
      if ("compiled" in again) return again.compiled;
      throw new Error("the compiler or a transform changes while the plugin is built");
    });
    this.queue = run.catch(() => {});
    return run;
  }

  /** Ends the process. A build that runs fails. The next build starts another process. */
  close(): void {
    this.child?.kill("SIGKILL");
    this.child = undefined;
  }

  private ask(request: CompileRequest, signal?: AbortSignal): Promise<CompileResponse> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const child = (this.child ??= this.start());
      const onMessage = (response: CompileResponse) => end(() => resolve(response));
      const onError = (error: Error) => end(() => reject(error));
      const onExit = (code: number | null, by: string | null) => {
        if (this.child === child) this.child = undefined;
        const how = by === null ? `with exit code ${code}` : `by ${by}`;
        end(() => reject(new Error(`the compiler's process was ended ${how} before it had a result`)));
      };
      const onAbort = () => {
        this.close();
        end(() => reject(signal!.reason as Error));
      };
      const end = (settle: () => void) => {
        child.off("message", onMessage).off("error", onError).off("exit", onExit);
        signal?.removeEventListener("abort", onAbort);
        // A process that waits for the next build does not keep the command alive.
        child.unref();
        child.channel?.unref();
        settle();
      };
      child.on("message", onMessage).on("error", onError).on("exit", onExit);
      signal?.addEventListener("abort", onAbort);
      child.ref();
      child.channel?.ref();
      child.send(request);
    });
  }

  private start(): ChildProcess {
    const isSource = import.meta.url.endsWith(".ts");
    const file = new URL(isSource ? "compiler-sources.mjs" : "compiler-process.js", import.meta.url);
    return fork(fileURLToPath(file), [this.ascFile], {
      ...{ cwd: this.folder, execArgv: [], serialization: "advanced" },
      // Transforms may print. The command's own output stays what the command prints.
      stdio: ["ignore", 2, 2, "ipc"],
    });
  }
}
