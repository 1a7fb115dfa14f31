import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Admin } from "./admin.js";
import { bootstrap } from "./bootstrap.js";
import { EcdsUpdates } from "./ecds.js";
import { findEnvoy } from "./find.js";
import type { GatewaySpec } from "../spec/gateway-spec.js";
import { EnvoyProcess } from "./process.js";
import { RunningEnvoy } from "./running.js";

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
  const { config, ecds } = bootstrap(spec, join(folder, "ecds"));
  const { change = (same: object) => same } = options;
  writeFileSync(join(folder, "bootstrap.json"), JSON.stringify(change(config), null, 2));
  const updates = new EcdsUpdates(ecds);
  const process = new EnvoyProcess(binary, folder, { ...options, args: commandLine(options) });
  try {
    const [admin, ports] = await process.started(options.startTimeoutMs ?? 20_000, (admin) => listening(admin, spec));
    return new RunningEnvoy({ process, admin, ports, updates });
  } catch (error) {
    await process.stop(1000);
    throw error;
  }
}

function commandLine({ concurrency = 1, logLevel = "info", componentLogLevel }: StartOptions): string[] {
  return [
    ...["--concurrency", String(concurrency), "--log-level", logLevel],
    ...(componentLogLevel === undefined ? [] : ["--component-log-level", componentLogLevel]),
  ];
}

/** The path of the Envoy that `findEnvoy` finds. @throws Error when this machine has no Envoy */
export async function foundPath(): Promise<string> {
  const envoy = await findEnvoy();
  if (!envoy.found) throw new Error(envoy.reason);
  return envoy.path;
}

/** The ports of all listeners; undefined until every listener has a port. */
async function listening(admin: Admin, spec: GatewaySpec): Promise<Map<string, number> | undefined> {
  const ports = await admin.listenerPorts();
  return spec.listeners.every(({ name }) => (ports.get(name) ?? 0) > 0) ? ports : undefined;
}
