import { existsSync, readFileSync, statSync } from "node:fs";
import type { FailurePolicy, HostKind } from "../host/index.js";
import { LogLevel } from "../host/index.js";

export const HELP = `npm run gateway -- --wasm FILE [options]

Serves HTTP/1.1 and HTTP/2 without TLS on 127.0.0.1 with one plugin in front of upstreams. Websockets pass.

  --wasm FILE               the plugin, as Envoy would load it
  --config FILE|JSON        its configuration: a file, which is read again when it changes, or JSON
  --route NAME=PREFIX=URL   sends paths that begin with PREFIX to http://HOST:PORT, or by HTTP/2 to h2c://HOST:PORT, as
                            gRPC servers need it; the plugin sees NAME as the route's name, and can call the cluster of
                            that name. Several are tried in their order. Without any, the gateway answers what the plugin
                            lets pass
  --port N                  10000 by default, 0 for any free port
  --engine node|envoy       the host in this process, or a real Envoy; node by default
  --host envoy|higress      whose calls the node engine offers; envoy by default. Plugins that were built for Higress alone
                            load with higress only
  --fail reload|closed|open after a trap: a new VM for the next request, 503 for all, or pass; reload by default
  --log LEVEL               trace, debug, info, warn, error or critical; info by default
  --help                    this text
`;

export interface Route {
  name: string;
  prefix: string;
  host: string;
  port: number;
  /** The upstream speaks HTTP/2 without TLS. */
  http2: boolean;
}

export interface CommandOptions {
  help: boolean;
  wasm: string;
  /** The text of the configuration; none without --config. */
  configuration?: string;
  /** Where it was read. */
  configurationFile?: string;
  routes: Route[];
  port: number;
  engine: "node" | "envoy";
  host: HostKind;
  fail: "reload" | "closed" | "open";
  logLevel: LogLevel;
}

/** Envoy's words for what --fail says. */
export const FAILURE_POLICIES: Readonly<Record<"reload" | "closed", FailurePolicy>> = {
  reload: "FAIL_RELOAD",
  closed: "FAIL_CLOSED",
};

/**
 * Reads the command line.
 *
 * @throws naming the option, and what it takes
 * @example
 * parseOptions(["--wasm", "plugin.wasm", "--route", "foo=/foo=http://127.0.0.1:8080"]);
 */
export function parseOptions(args: readonly string[]): CommandOptions {
  const options: CommandOptions = {
    ...{
      help: false,
      wasm: "",
      routes: [],
      port: 10000,
      engine: "node",
      host: "envoy",
      fail: "reload",
      logLevel: LogLevel.Info,
    },
  };
  for (let i = 0; i < args.length; i++) {
    const option = args[i]!;
    if (option === "--help" || option === "-h") return { ...options, help: true };
    const read = Object.hasOwn(READERS, option) ? READERS[option] : undefined;
    if (!read) throw new Error(`unknown option "${option}": there are ${Object.keys(READERS).join(", ")} and --help`);
    const value = args[++i];
    if (value === undefined) throw new Error(`${option} needs a value`);
    read(value, options);
  }
  if (options.wasm === "") throw new Error("--wasm FILE is missing: the plugin to serve");
  if (options.engine === "envoy" && options.host === "higress") {
    throw new Error("--host higress: a stock Envoy has none of Higress's calls; only --engine node does");
  }
  return options;
}

type Reader = (value: string, options: CommandOptions) => void;

const READERS: Readonly<Record<string, Reader>> = {
  "--wasm": (value, options) => {
    if (!isFile(value)) throw new Error(`--wasm ${value}: there is no such file`);
    options.wasm = value;
  },
  "--config": (value, options) => {
    if (isFile(value)) {
      options.configurationFile = value;
      options.configuration = readFileSync(value, "utf8");
      return;
    }
    try {
      JSON.parse(value);
    } catch {
      throw new Error(`--config ${value}: neither a file nor JSON`);
    }
    options.configuration = value;
  },
  "--route": (value, options) => {
    const next = route(value);
    const before = options.routes.find(({ name }) => name === next.name);
    if (before && urlOf(before) !== urlOf(next)) {
      throw new Error(`--route ${value}: "${next.name}" has another URL already, ${urlOf(before)}`);
    }
    options.routes.push(next);
  },
  "--port": (value, options) => {
    if (!/^\d+$/.test(value) || Number(value) > 65535) throw new Error(`--port ${value}: expected 0 to 65535`);
    options.port = Number(value);
  },
  "--engine": (value, options) => (options.engine = oneOf("--engine", value, ["node", "envoy"])),
  "--host": (value, options) => (options.host = oneOf("--host", value, ["envoy", "higress"])),
  "--fail": (value, options) => (options.fail = oneOf("--fail", value, ["reload", "closed", "open"])),
  "--log": (value, options) => {
    const names = ["trace", "debug", "info", "warn", "error", "critical"] as const;
    options.logLevel = names.indexOf(oneOf("--log", value, names));
  },
};

function route(text: string): Route {
  const [, name, prefix, address] = /^([^=]+)=(\/[^=]*)=(.*)$/.exec(text) ?? [];
  const shape = "expected NAME=PREFIX=URL, such as foo=/foo=http://127.0.0.1:8080";
  if (name === undefined || prefix === undefined) throw new Error(`--route ${text}: ${shape}`);
  const http2 = address!.startsWith("h2c://");
  const given = http2 ? address!.replace("h2c", "http") : address!;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "http:" || url.pathname !== "/" || url.search !== "") {
    throw new Error(`--route ${text}: "${address}" is not http://HOST:PORT or h2c://HOST:PORT; ${shape}`);
  }
  return { name, prefix, http2, host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) };
}

function urlOf({ http2, host, port }: Route): string {
  return `${http2 ? "h2c" : "http"}://${host}:${port}`;
}

function oneOf<T extends string>(option: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Error(`${option} ${value}: expected ${words.join(", ")}`);
  return found;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
