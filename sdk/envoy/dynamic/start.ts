import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PluginLogLevel } from "../../spec/engine.js";
import type { GatewaySpec, PluginSpec } from "../../spec/gateway-spec.js";
import type { RequestLine } from "../../spec/request-line.js";
import { foundPath } from "../run.js";
import { EnvoyProcess } from "../process.js";
import { socketAddress } from "../socket-address.js";
import { unique } from "../unique.js";
import { checkModule } from "./check-module.js";
import { Clusters } from "./clusters.js";
import { interestingLines } from "../log.js";
import { CLUSTER, DynamicEnvoy, LISTENER, openPorts, VERDICT_LIMIT_MS } from "./dynamic-envoy.js";
import { Files } from "./files.js";
import { envoyLevel, LogLines, type EnvoyLogLine } from "./log-lines.js";
import { placeListener, written } from "./placed-listener.js";
import { PluginNames } from "./plugin-names.js";
import { checkPorts } from "./ports.js";
import { rejection, failsOpen } from "./rejection.js";
import { RequestLines } from "./request-log.js";
import { firstVerdicts, statistics } from "./verdicts.js";

export interface DynamicOptions {
  /** The path of the Envoy to run; by default the one that `findEnvoy` finds. */
  envoy?: string;
  /** The number of worker threads; 1 by default. Each worker has its own VMs. */
  concurrency?: number;
  /** The lowest level at which plugins log; "info" by default. `setLogLevel` changes it. */
  logLevel?: PluginLogLevel;
  /** Called with each line that plugins log, and with Envoy's own warnings and errors. By default, errors go to stderr. */
  log?: (line: EnvoyLogLine) => void;
  /** Called once for each finished request of HTTP listeners. */
  onRequest?: (line: RequestLine) => void;
  /**
   * How long requests and connections that an old version of a listener serves may last. Then they are cut. 60 seconds by
   * default; Envoy counts in whole seconds.
   */
  drainMs?: number;
  /** How long Envoy may take to start; 20 seconds by default. */
  startTimeoutMs?: number;
  /** Ends the start. Envoy is then killed, and the start rejects with the reason of the signal. */
  signal?: AbortSignal;
}

/** How much of the log is kept, in memory and on the disk. */
const LOG_LIMITS = { mostLog: 8 * 1024 * 1024, mostLogFile: 64 * 1024 * 1024 };

/**
 * Starts an Envoy whose listeners, routes, clusters and plugins come from files that Envoy watches, so that
 * `DynamicEnvoy.update` can replace the spec without a failed request. All HTTP plugins come by ECDS; `PluginSpec.ecds`
 * has no meaning here.
 *
 * @throws Error when Envoy does not start, when a plugin does not load or rejects its configuration, or a port is in use;
 *   the reason of the signal when it is aborted
 * @example
 * const envoy = await startDynamicEnvoy(spec, { onRequest: ({ method, path, status }) => console.log(method, path, status) });
 * await envoy.update({ ...spec, listeners: changed });
 * await envoy.stop();
 */
export async function startDynamicEnvoy(spec: GatewaySpec, options: DynamicOptions = {}): Promise<DynamicEnvoy> {
  unique(spec.listeners, "listeners");
  for (const { plugins = [] } of spec.listeners) for (const plugin of plugins) checkModule(plugin);
  await checkPorts(spec, new Map());
  const binary = options.envoy ?? (await foundPath());
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-envoy-"));
  try {
    return await start(binary, spec, folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(
  binary: string,
  spec: GatewaySpec,
  folder: string,
  options: DynamicOptions,
): Promise<DynamicEnvoy> {
  const { onRequest, log = toStderr, startTimeoutMs = 20_000, signal } = options;
  signal?.throwIfAborted();
  const drainSeconds = Math.max(1, Math.round((options.drainMs ?? 60_000) / 1000));
  const drainMs = drainSeconds * 1000;
  const files = new Files(join(folder, "watched"), drainMs);
  const placed = spec.listeners.map((one) => placeListener(one, files.newSource, onRequest !== undefined));
  const listeners = new Map(placed.map((one) => [one.spec.name, one]));
  const clusters = new Clusters(spec.clusters ?? [], drainMs);
  const responses = placed.flatMap(written);
  for (const { file, type, resource } of responses) file.write(type, [resource]);
  const resources = clusters.withoutAdditions() ?? [];
  clusters.nowSent(resources);
  files.clusters.write(CLUSTER, resources);
  files.listeners.write(
    LISTENER,
    placed.map(({ resource }) => resource),
  );
  writeFileSync(join(folder, "bootstrap.json"), JSON.stringify(bootstrap(files)));

  const lines = onRequest && new RequestLines(onRequest);
  const process = new EnvoyProcess(binary, folder, {
    ...LOG_LIMITS,
    adminLimitMs: VERDICT_LIMIT_MS,
    args: commandLine(options, drainSeconds),
    ...(lines ? { onOutput: (output: Buffer) => lines.add(output) } : {}),
  });
  const names = new PluginNames();
  names.use(spec);
  const logLines = new LogLines(process.log, log, names);
  // A plugin that never ends its start blocks Envoy's main thread, which then responds to nothing.
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void process.stop(0);
  }, startTimeoutMs);
  const onAbort = () => void process.stop(0);
  signal?.addEventListener("abort", onAbort);
  try {
    const awaited = [
      ...responses,
      { statistic: statistics.clusters, what: "the clusters" },
      { statistic: statistics.listeners, what: "the listeners" },
    ];
    const [admin, rejected] = await process.started(startTimeoutMs, (admin) => firstVerdicts(admin, awaited));
    const text = process.log.text(0);
    if (rejected.length > 0 || failsOpen(text)) throw rejection(rejected, text);
    const ports = (await openPorts(admin, listeners.keys()))!;
    const onEnd = () => logLines.stop();
    return new DynamicEnvoy({
      ...{ process, admin, files, clusters, names, listeners, ports, drainMs, onEnd },
      workers: options.concurrency ?? 1,
      withRequestLog: onRequest !== undefined,
    });
  } catch (error) {
    await process.stop(1000);
    logLines.stop();
    signal?.throwIfAborted();
    throw isLate ? new Error(lateText(spec, startTimeoutMs, process.log.text(0))) : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function lateText({ listeners }: GatewaySpec, limitMs: number, log: string): string {
  const names = listeners.flatMap(({ plugins = [] }) => (plugins as PluginSpec[]).map(({ name }) => `"${name}"`));
  const cause = names.length === 0 ? "" : `; the start of a plugin may never end: ${[...new Set(names)].join(", ")}`;
  const lines = interestingLines(log);
  return `Envoy did not start within ${limitMs} ms${cause}${lines === "" ? "" : `\n${lines}`}`;
}

function bootstrap(files: Files): object {
  return {
    node: { id: "as-proxy-wasm", cluster: "as-proxy-wasm" },
    admin: { address: socketAddress("127.0.0.1", 0) },
    dynamic_resources: { lds_config: files.listeners.source, cds_config: files.clusters.source },
  };
}

function commandLine({ concurrency = 1, logLevel = "info" }: DynamicOptions, drainSeconds: number): string[] {
  return [
    ...["--concurrency", String(concurrency), "--log-level", "warning"],
    ...["--component-log-level", `wasm:${envoyLevel(logLevel)}`],
    // The first response on a connection to a replaced listener ends the connection.
    ...["--drain-strategy", "immediate", "--drain-time-s", String(drainSeconds)],
    ...["--file-flush-interval-msec", "20"],
  ];
}

function toStderr({ level, message, plugin }: EnvoyLogLine): void {
  if (level === "error" || level === "critical") console.error(`[${level}] ${plugin ?? "envoy"}: ${message}`);
}
