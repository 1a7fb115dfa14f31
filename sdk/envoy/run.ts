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
import type { EnvoySpec } from "../spec/gateway-spec.js";
import { RunningEnvoy } from "./running.js";
import { poll } from "./wait.js";

export interface StartOptions {
  /** The Envoy to run; by default what `findEnvoy` finds. */
  envoy?: string;
  /** Worker threads, 1 by default. Each has its own VMs. */
  concurrency?: number;
  /** "info" by default. */
  logLevel?: "trace" | "debug" | "info" | "warning" | "error" | "critical" | "off";
  /** Other levels for single components, such as "wasm:trace,http:debug". */
  componentLogLevel?: string;
  /** How many characters of the log are kept, the last ones; 128 Mi by default. */
  mostLog?: number;
  /**
   * Empties the file of the log when it is larger, in bytes, so that a long run does not fill the disk; never by default.
   * What Envoy writes at the very moment is lost.
   */
  mostLogFile?: number;
  /** Changes Envoy's own configuration before it starts, for what the spec cannot say. */
  change?: (bootstrap: object) => object;
  /** How long Envoy may take until it serves, 20 seconds by default. */
  startTimeoutMs?: number;
}

/** In how much of the end of the log the reason is looked for when Envoy ends, in characters. */
const TOLD = 1024 * 1024;

/**
 * Starts an Envoy on free ports with a folder of its own; several may run at once. It is gone when `stop()` resolves,
 * and at the latest when this process ends.
 *
 * @throws with the telling lines of its log when it does not start, for example because a plugin refuses its
 * configuration.
 * @example
 * const envoy = await startEnvoy({ listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "foo" }] }], clusters });
 * await fetch(`http://127.0.0.1:${envoy.port("gateway")}/`);
 * await envoy.stop();
 */
export async function startEnvoy(spec: EnvoySpec, options: StartOptions = {}): Promise<RunningEnvoy> {
  const binary = options.envoy ?? (await foundPath());
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-envoy-"));
  try {
    return await start(binary, spec, folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(binary: string, spec: EnvoySpec, folder: string, options: StartOptions): Promise<RunningEnvoy> {
  const file = (name: string) => join(folder, name);
  const { config, ecds } = bootstrap(spec, file("ecds"));
  const { change = (same: object) => same } = options;
  writeFileSync(file("bootstrap.json"), JSON.stringify(change(config), null, 2));
  const updates = new EcdsUpdates(ecds);

  const output = openSync(file("envoy.log"), "a");
  // A process group of its own: Ctrl-C goes to us alone, and we stop it.
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
    if (ended !== undefined) throw new Error(`Envoy ended (${ended}):\n${interestingLines(log.tail(TOLD))}`);
  };

  try {
    const limit = options.startTimeoutMs ?? 20_000;
    const admin = await poll(limit, "Envoy did not start", () => (alive(), adminOf(file("admin.txt"))));
    const ports = await poll(limit, "Envoy did not become ready", async () => {
      try {
        return (await admin.isReady()) ? await listening(admin, spec) : undefined;
      } catch {
        // It does not answer while it compiles large plugins.
        await sleep(50);
        alive();
        return undefined;
      }
    });
    return new RunningEnvoy({ pid: child.pid!, admin, ports, logFile: log, updates, alive, exit, stop });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const lines = ended === undefined ? `:\n${interestingLines(log.tail(TOLD))}` : "";
    await stop(1000);
    throw new Error(message + lines, { cause: error });
  }
}

function commandLine(file: (name: string) => string, options: StartOptions): string[] {
  const { concurrency = 1, logLevel = "info", componentLogLevel } = options;
  return [
    ...["-c", file("bootstrap.json"), "--admin-address-path", file("admin.txt")],
    // Without hot restart there is no shared memory and no base id: any number run side by side, nothing stays behind.
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

/** The ports, once every listener has one. */
async function listening(admin: Admin, spec: EnvoySpec): Promise<Map<string, number> | undefined> {
  const ports = await admin.listenerPorts();
  return spec.listeners.every(({ name }) => (ports.get(name) ?? 0) > 0) ? ports : undefined;
}
