import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin } from "./admin.js";
import { guard } from "./guard.js";
import { interestingLines } from "./log.js";
import { LogFile, type LogLimits } from "./log-file.js";
import { poll } from "./wait.js";

/** How many of the last characters of the log are searched for the reason when Envoy ends. */
const REASON_LIMIT = 1024 * 1024;

export interface ProcessOptions extends LogLimits {
  /** Further arguments of the command line. */
  args: readonly string[];
  /** How long Envoy's admin port may take to respond; 10 seconds by default. */
  adminLimitMs?: number;
  /** Called with each part of what Envoy writes to its standard output. By default, the log contains this output. */
  onOutput?: (text: Buffer) => void;
}

/**
 * An Envoy process in a folder of its own, which contains `bootstrap.json`. The Envoy ends when this process ends, and
 * the folder is then removed.
 */
export class EnvoyProcess {
  readonly pid: number | undefined;
  readonly log: LogFile;
  /** Resolves when Envoy has ended. */
  readonly exit: Promise<void>;
  private readonly child;
  private readonly adminLimitMs: number | undefined;
  private ended: string | undefined;

  constructor(
    binary: string,
    private readonly folder: string,
    options: ProcessOptions,
  ) {
    const logPath = join(folder, "envoy.log");
    const output = openSync(logPath, "a");
    const args = ["-c", join(folder, "bootstrap.json"), "--admin-address-path", join(folder, "admin.txt")];
    // In its own process group, Envoy does not receive the Ctrl-C that ends this process. This process stops Envoy itself.
    // Without hot restart, Envoy needs no shared memory and no base id. Any number of Envoys can run, and none leaves files.
    this.child = spawn(binary, [...args, "--disable-hot-restart", ...options.args], {
      stdio: ["ignore", options.onOutput ? "pipe" : output, output],
      detached: true,
    });
    closeSync(output);
    this.pid = this.child.pid;
    this.adminLimitMs = options.adminLimitMs;
    const { stdout } = this.child;
    if (stdout && options.onOutput) stdout.on("data", options.onOutput);
    const release = guard(this.child, folder);
    this.log = new LogFile(logPath, options);
    this.exit = new Promise<void>((resolve) => {
      const end = (how: string) => {
        this.ended = how;
        this.log.close();
        void release().then(resolve);
      };
      this.child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      this.child.once("error", (error) => end(error.message));
    });
  }

  /** @throws Error with the relevant lines of the log when Envoy has ended */
  alive(): void {
    if (this.ended !== undefined) throw new Error(`Envoy ended (${this.ended}):\n${this.reason()}`);
  }

  /** Waits until Envoy is ready, and `check` returns something. @throws Error with the relevant lines of the log */
  async started<T>(limitMs: number, check: (admin: Admin) => Promise<T | undefined>): Promise<[Admin, T]> {
    try {
      const admin = await poll(limitMs, "Envoy did not start", () => (this.alive(), this.findAdmin()));
      const result = await poll(limitMs, "Envoy did not become ready", async () => {
        try {
          return (await admin.isReady()) ? await check(admin) : undefined;
        } catch {
          // Envoy does not respond while it compiles large plugins.
          await sleep(50);
          this.alive();
          return undefined;
        }
      });
      return [admin, result];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const lines = this.ended === undefined ? `:\n${this.reason()}` : "";
      throw new Error(message + lines, { cause: error });
    }
  }

  /** Ends Envoy and removes its folder. Kills an Envoy that does not end within the grace period. */
  async stop(graceMs: number): Promise<void> {
    if (this.ended === undefined) this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), graceMs);
    await this.exit;
    clearTimeout(timer);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private reason(): string {
    return interestingLines(this.log.tail(REASON_LIMIT));
  }

  private findAdmin(): Admin | undefined {
    const path = join(this.folder, "admin.txt");
    const port = existsSync(path) ? /:(\d+)$/.exec(readFileSync(path, "utf8").trim())?.[1] : undefined;
    return port === undefined ? undefined : new Admin(Number(port), this.adminLimitMs);
  }
}
