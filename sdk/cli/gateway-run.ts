import { existsSync, readFileSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { describeEnvoy, findEnvoy, installEnvoy, parseLog, startEnvoy, type GatewaySpec } from "../envoy/index.js";
import { LogLevel, type LogLine } from "../host/index.js";
import { startGateway } from "../gateway/gateway.js";
import { watchFolder } from "../build/index.js";
import { FAILURE_POLICIES, type GatewayOptions } from "./gateway-options.js";

/** A running gateway of either engine. */
interface Serving {
  port: number;
  /** Gives the plugin a new configuration. Returns false, and keeps the previous one, when the plugin rejects it. */
  configure(text: string): Promise<boolean>;
  /** Resolves when the engine ends without `stop`. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

const LISTENER = "gateway";
const PLUGIN = "plugin";
/** How many characters of Envoy's log are kept until they are printed. */
const LOG_LIMIT = 16 * 1024 * 1024;
const PASSED = "the plugin let the request pass, and the gateway has no --route\n";

/** Serves a plugin until Ctrl-C or another signal. Returns the exit code. */
export async function serve(options: GatewayOptions): Promise<number> {
  const spec = await specOf(options);
  const serving = await (options.engine === "envoy" ? onEnvoy : onNode)(spec, options);
  const { configuration, configurationFile: file } = options;
  const watching = file === undefined ? undefined : watchFolder(file, () => void reconfigure(file, serving));
  await watching?.ready;
  // The file may have changed while the engine started.
  if (file !== undefined && textOf(file) !== configuration) await reconfigure(file, serving);
  console.log(`listening on http://127.0.0.1:${serving.port}; press Ctrl-C to stop`);
  const signal = new Promise<"signal">((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => resolve("signal"));
  });
  const end = await Promise.race([signal, serving.ended]);
  watching?.close();
  await serving.stop();
  if (end !== "signal") throw new Error("the engine ended unexpectedly");
  return 0;
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Reads a changed file. A file that is missing or half written is reported; its next change is read again. */
async function reconfigure(file: string, serving: Serving): Promise<void> {
  try {
    const isAccepted = await serving.configure(readFileSync(file, "utf8"));
    console.log(
      isAccepted ? `the plugin uses ${file}` : `the plugin rejected ${file} and keeps its previous configuration`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(`cannot read ${file}; the plugin keeps its previous configuration: ${reason}`);
  }
}

async function specOf(options: GatewayOptions): Promise<GatewaySpec> {
  const clusters = await Promise.all(
    options.routes.map(async ({ name, host, port, http2 }) => ({
      ...{ name, port, address: await addressOf(host) },
      ...(http2 ? { http2 } : {}),
    })),
  );
  const routes = options.routes.map(({ name, prefix }) => ({ name, prefix, cluster: name }));
  const pass = [{ prefix: "/", directResponse: { status: 200, body: PASSED } }];
  const failure = options.fail === "open" ? { failOpen: true } : { failurePolicy: FAILURE_POLICIES[options.fail] };
  const { configuration, wasm, port } = options;
  const plugin = { name: PLUGIN, wasm, ...failure, ...(configuration === undefined ? {} : { configuration }) };
  return {
    listeners: [
      { name: LISTENER, port, plugins: [plugin], routes: routes.length > 0 ? routes : pass, upgrades: ["websocket"] },
    ],
    // Several routes may lead to one cluster.
    clusters: [...new Map(clusters.map((one) => [one.name, one])).values()],
  };
}

async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch {
    throw new Error(`--route: cannot resolve the host "${host}"`);
  }
}

async function onNode(spec: GatewaySpec, { logLevel, host }: GatewayOptions): Promise<Serving> {
  console.log(`Node gateway, in Node.js ${process.versions.node}`);
  const log = (line: LogLine) => {
    if (line.level >= logLevel) print(LogLevel[line.level].toLowerCase(), line.message);
  };
  // The first request after a trap gets a new VM.
  const gateway = await startGateway(spec, { log, logLevel, host, reloadIntervalMs: 0 });
  return {
    port: gateway.port(LISTENER),
    configure: (text) => Promise.resolve(gateway.updatePlugin(LISTENER, PLUGIN, text)),
    ended: new Promise(() => {}),
    stop: () => gateway.stop(),
  };
}

async function onEnvoy(spec: GatewaySpec, { logLevel }: GatewayOptions): Promise<Serving> {
  const found = await findEnvoy();
  const envoy = found.found ? found : await installEnvoy({ say: (line) => console.log(line) });
  console.log(describeEnvoy(envoy));
  for (const { plugins = [] } of spec.listeners) for (const plugin of plugins) plugin.ecds = true;
  const level = LogLevel[logLevel].toLowerCase().replace("warn", "warning");
  const running = await startEnvoy(spec, {
    ...{ envoy: envoy.path, logLevel: "warning", componentLogLevel: `wasm:${level}` },
    ...{ mostLog: LOG_LIMIT, mostLogFile: LOG_LIMIT },
  });
  let printed = 0;
  const timer = setInterval(() => {
    const end = running.mark();
    if (printed < running.logStart) {
      print("warning", `${running.logStart - printed} characters of Envoy's log are left out: Envoy logs too fast`);
      printed = running.logStart;
    }
    const text = running.logSince(printed, end);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    printed += whole.length;
    for (const entry of parseLog(whole)) print(entry.level, entry.message.replace(/^wasm log[^:]*: /, ""));
  }, 200);
  const stats = await running.stats("^extension_config_discovery.*update_rejected");
  if ([...stats.values()].some((count) => count > 0)) {
    const lines = parseLog(running.log).filter((entry) => entry.level === "error" || entry.level === "critical");
    clearInterval(timer);
    await running.stop();
    throw new Error([`plugin "${PLUGIN}" rejected its configuration:`, ...lines.map((one) => one.message)].join("\n"));
  }
  return {
    port: running.port(LISTENER),
    configure: (text) => running.updatePlugin(LISTENER, PLUGIN, text),
    ended: running.exit,
    stop: async () => {
      clearInterval(timer);
      await running.stop();
    },
  };
}

function print(level: string, message: string): void {
  console.log(`[${level}] ${message}`);
}
