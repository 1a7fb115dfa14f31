import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin } from "./admin.js";
import { bootstrap } from "./bootstrap.js";
import { EcdsUpdates } from "./ecds.js";
import { findEnvoy } from "./find.js";
import { guard } from "./guard.js";
import { interestingLines } from "./log.js";
import { LogFile } from "./log-file.js";
import type { GatewaySpec } from "../spec/gateway-spec.js";
import { RunningEnvoy } from "./running.js";
import { poll } from "./wait.js";

export interface StartOptions {
  /** The path of the Envoy to run; by default the one that `findEnvoy` finds. */
  envoy?: string;
  /** The number of worker threads; 1 by default. Each worker has its own VMs. */
  concurrency?: number;
  /** The lowest level that Envoy logs; "info" by default. */
  logLevel?: "trace" | "debug" | "info" | "warning" | "error" | "critical" | "off";
  /** Levels for single components, such as "wasm:trace,http:debug". */
  componentLogLevel?: string;
  /** How many of the last characters of the log are kept; 128 Mi by default. */
  mostLog?: number;
  /**
   * The size in bytes at which the log file is emptied, so that a long run does not fill the disk; no limit by default.
   * Lines that Envoy logs at that moment are lost.
   */
  mostLogFile?: number;
  /** Changes Envoy's bootstrap configuration before the start, for settings that the spec does not have. */
  change?: (bootstrap: object) => object;
  /** How long Envoy may take to start; 20 seconds by default. */
  startTimeoutMs?: number;
}

/** How many of the last characters of the log are searched for the reason when Envoy ends. */
const REASON_LIMIT = 1024 * 1024;

/**
 * Starts an Envoy on free ports with its own temporary folder, so several can run at the same time. The Envoy ends with
 * `stop()`, or when this process ends.
 *
 * @throws Error with the relevant lines of the log when Envoy does not start, for example because a plugin rejects its
 *   configuration
 * @example
 * const envoy = await startEnvoy({ listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "foo" }] }], clusters });
 * await fetch(`http://127.0.0.1:${envoy.port("gateway")}/`);
 * await envoy.stop();
 */
export async function startEnvoy(spec: GatewaySpec, options: StartOptions = {}): Promise<RunningEnvoy> {
  const binary = options.envoy ?? (await foundPath());
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-envoy-"));
  try {
    return await start(binary, spec, folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(binary: string, spec: GatewaySpec, folder: string, options: StartOptions): Promise<RunningEnvoy> {
  const file = (name: string) => join(folder, name);
  const { config, ecds } = bootstrap(spec, file("ecds"));
  const { change = (same: object) => same } = options;
  writeFileSync(file("bootstrap.json"), JSON.stringify(change(config), null, 2));
  const updates = new EcdsUpdates(ecds);

  const output = openSync(file("envoy.log"), "a");
  // In its own process group, Envoy does not receive the Ctrl-C that ends this process. This process stops Envoy itself.
  const child = spawn(binary, commandLine(file, options), { stdio: ["ignore", output, output], detached: true });
  closeSync(output);
  const release = guard(child, folder);
  const log = new LogFile(file("envoy.log"), options);
  let ended: string | undefined;
  const exit = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = signal ?? `exit code ${code}`;
      log.close();
      void release().then(resolve);
    });
    child.once("error", (error) => {
      ended = error.message;
      log.close();
      void release().then(resolve);
    });
  });
  const stop = async (graceMs: number) => {
    if (ended === undefined) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exit;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };
  const alive = () => {
    if (ended !== undefined) throw new Error(`Envoy ended (${ended}):\n${interestingLines(log.tail(REASON_LIMIT))}`);
  };

  try {
    const limit = options.startTimeoutMs ?? 20_000;
    const admin = await poll(limit, "Envoy did not start", () => (alive(), adminOf(file("admin.txt"))));
    const ports = await poll(limit, "Envoy did not become ready", async () => {
      try {
        return (await admin.isReady()) ? await listening(admin, spec) : undefined;
      } catch {
        // Envoy does not respond while it compiles large plugins.
        await sleep(50);
        alive();
        return undefined;
      }
    });
    return new RunningEnvoy({ pid: child.pid!, admin, ports, logFile: log, updates, alive, exit, stop });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const lines = ended === undefined ? `:\n${interestingLines(log.tail(REASON_LIMIT))}` : "";
    await stop(1000);
    throw new Error(message + lines, { cause: error });
  }
}

function commandLine(file: (name: string) => string, options: StartOptions): string[] {
  const { concurrency = 1, logLevel = "info", componentLogLevel } = options;
  return [
    ...["-c", file("bootstrap.json"), "--admin-address-path", file("admin.txt")],
    // Without hot restart, Envoy needs no shared memory and no base id. Any number of Envoys can run, and none leaves
    // files.
    ...["--disable-hot-restart", "--concurrency", String(concurrency), "--log-level", logLevel],
    ...(componentLogLevel === undefined ? [] : ["--component-log-level", componentLogLevel]),
  ];
}

async function foundPath(): Promise<string> {
  const envoy = await findEnvoy();
  if (!envoy.found) throw new Error(envoy.reason);
  return envoy.path;
}

function adminOf(path: string): Admin | undefined {
  const port = existsSync(path) ? /:(\d+)$/.exec(readFileSync(path, "utf8").trim())?.[1] : undefined;
  return port === undefined ? undefined : new Admin(Number(port));
}

/** The ports of all listeners; undefined until every listener has a port. */
async function listening(admin: Admin, spec: GatewaySpec): Promise<Map<string, number> | undefined> {
  const ports = await admin.listenerPorts();
  return spec.listeners.every(({ name }) => (ports.get(name) ?? 0) > 0) ? ports : undefined;
}
