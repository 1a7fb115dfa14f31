import { once } from "node:events";
import { isAbsolute, relative } from "node:path";
import { buildReport } from "../build/index.js";
import { DevGateway, type DevEvents, type LiveState } from "../dev/dev-gateway.js";
import { hotkeyText, listenForKeys, type Hotkey } from "../dev/hotkeys.js";
import { BuildError } from "../dev/modules.js";
import type { DevOptions } from "../dev/options.js";
import { PLUGIN_LOG_LEVELS, type PluginLogLevel } from "../spec/engine.js";
import { curlLines, logText, pluginLines, requestText, routeLines } from "../dev/print.js";
import { broken, paint } from "../terminal/index.js";
import type { Command } from "./command.js";
import { DEV_HELP, DEV_OPTIONS, parseDevOptions } from "./dev-options.js";
import { interruptible } from "./interruption.js";
import { UsageError } from "./usage-error.js";

/** How long requests in flight may take when the command ends. */
const GRACE_MS = 1000;

/** `as-proxy-wasm dev`: the local gateway that reads the cluster's manifests. */
export const dev: Command = {
  usage: "dev [-f FILE|DIR ...] [--port 10000] [--engine node|envoy] [--https] [--service default/foo=127.0.0.1:3000]",
  about: "serves the plugins and routes of Kubernetes manifests on this machine, and follows changes",
  help: DEV_HELP,
  options: DEV_OPTIONS,

  run(positionals, values) {
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"; a manifest needs -f`);
    const options = parseDevOptions(values, process.cwd());
    return interruptible(async (signal) => {
      const gateway = await start(options, signal);
      const quit = new AbortController();
      const release =
        process.stdin.isTTY && process.stdout.isTTY ? listen(gateway, options, () => quit.abort()) : undefined;
      const isAsked = once(AbortSignal.any([signal, quit.signal]), "abort").then(() => true);
      const own = signal.aborted || (await Promise.race([isAsked, gateway.ended.then(() => false)]));
      release?.();
      await gateway.stop(own ? GRACE_MS : 0);
      if (!own) throw new Error("the engine ended unexpectedly");
      return 0;
    });
  },
};

/** Starts the gateway, and prints what it does. */
async function start(options: DevOptions, signal: AbortSignal): Promise<DevGateway> {
  let live: LiveState | undefined;
  const events: DevEvents = {
    building: (folder) => console.log(paint("gray", `building ${shown(folder)}`)),
    built: (_, result) => console.log(buildReport(result).join("\n")),
    fetching: (url) => console.log(paint("gray", `pulling ${url}`)),
    warning: (text) => console.error(`${paint("yellow", "warning", process.stderr)} ${text}`),
    failed: (error) => console.error(`${failureText(error)}\nthe previous configuration stays in force`),
    installing: (line) => console.log(line),
    request: (line) => console.log(broken(requestText(line, live?.plan), width())),
    log: (line) => console.log(logText(line, live?.plan)),
    unchanged: () => console.log(paint("gray", "no change for the gateway")),
    live(state, isFirst) {
      live = state;
      if (!isFirst) console.log(paint("green", "reloaded"));
    },
  };
  const gateway = await DevGateway.start(options, events, signal).catch((error: unknown) => {
    throw error instanceof BuildError ? new Error(failureText(error), { cause: error }) : error;
  });
  console.log([...startLines(gateway, options), ...pluginLines(gateway.live.plan, shown, width())].join("\n"));
  return gateway;
}

/** The keys of a terminal, and what they do. */
function listen(gateway: DevGateway, options: DevOptions, quit: () => void): () => void {
  let level: PluginLogLevel = options.logLevel;
  const print = (lines: readonly string[]) => console.log(lines.join("\n"));
  const keys: Hotkey[] = [
    { key: "r", about: "rebuild", run: () => gateway.rebuild() },
    { key: "u", about: "urls", run: () => print(urlLines(gateway)) },
    { key: "p", about: "plugins", run: () => print(pluginLines(gateway.live.plan, shown, width())) },
    {
      key: "l",
      about: "log level",
      async run() {
        level = PLUGIN_LOG_LEVELS[(PLUGIN_LOG_LEVELS.indexOf(level) + 1) % PLUGIN_LOG_LEVELS.length]!;
        await gateway.setLogLevel(level);
        console.log(`log level: ${level}`);
      },
    },
    { key: "q", about: "quit", run: quit },
  ];
  console.log(paint("gray", broken(hotkeyText(keys), width())));
  const failed = ({ key, about }: Hotkey, error: unknown) =>
    console.error(`${paint("red", "error", process.stderr)} ${key} ${about}: ${(error as Error).message}`);
  return listenForKeys(process.stdin, keys, failed);
}

function startLines(gateway: DevGateway, { engine }: DevOptions): string[] {
  const { tcp, adminPort } = gateway;
  const lines = [
    `listening on ${paint("bold", urlOf(gateway))} (${engine === "envoy" ? "Envoy" : "Node gateway"}); press Ctrl-C to stop`,
    ...tcp.map(({ port, service }) => `listening on tcp://127.0.0.1:${port}, which leads to ${service}`),
    `admin: http://127.0.0.1:${adminPort}/stats, http://127.0.0.1:${adminPort}/config_dump`,
    ...(gateway.certificateFile === undefined ? [] : [`certificate: ${gateway.certificateFile}`]),
  ];
  return [...lines.map((line) => broken(line, width())), ...routeLines(gateway.live, width())];
}

function urlLines(gateway: DevGateway): string[] {
  return [...routeLines(gateway.live, width()), ...curlLines(gateway.live, urlOf(gateway), gateway.certificateFile)];
}

function urlOf({ port, certificateFile }: DevGateway): string {
  return certificateFile === undefined ? `http://127.0.0.1:${port}` : `https://127.0.0.1:${port}`;
}

function failureText(error: unknown): string {
  if (error instanceof BuildError) return buildReport(error.result, process.stderr).join("\n");
  return `${paint("red", "error", process.stderr)} ${error instanceof Error ? error.message : String(error)}`;
}

/** The width of the terminal; undefined when the output is a file or a pipe. */
function width(): number | undefined {
  // Some terminals do not tell their width.
  return (process.stdout.isTTY && process.stdout.columns) || undefined;
}

/** A path as the user would type it. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" ? "." : short.startsWith("..") && isAbsolute(path) ? path : short;
}
