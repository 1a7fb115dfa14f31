import { existsSync, readFileSync, statSync } from "node:fs";
import type { FailurePolicy, HostKind } from "../host/index.js";
import { LogLevel } from "../host/index.js";
import { unknownOption } from "../options/unknown-option.js";

export const HELP = `npm run gateway -- --wasm FILE [options]

Serves HTTP/1.1, HTTP/2 without TLS and websockets on 127.0.0.1, with one plugin in front of upstreams.

  --wasm FILE               the plugin
  --config FILE|JSON        the plugin's configuration: JSON, or a file; the gateway reads a changed file again
  --route NAME=PREFIX=URL   sends paths that begin with PREFIX to http://HOST:PORT, or to h2c://HOST:PORT by HTTP/2, which
                            gRPC servers need. NAME is the name of the route and of a cluster that the plugin can call.
                            The first matching route wins. Without routes, the gateway responds with status 200 to
                            requests that the plugin lets pass
  --port N                  the port; 10000 by default, 0 for any free port
  --engine node|envoy       the Node gateway in this process, or a real Envoy; node by default
  --host envoy|higress      the gateway whose host calls the node engine provides; envoy by default. Plugins built for
                            Higress only need higress
  --fail reload|closed|open what requests get after a trap: a new VM, status 503, or no plugin; reload by default
  --log LEVEL               trace, debug, info, warn, error or critical; info by default
  --help                    print this text
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
  /** The text of the configuration; undefined without --config. */
  configuration?: string;
  /** The file that the configuration was read from. */
  configurationFile?: string;
  routes: Route[];
  port: number;
  engine: "node" | "envoy";
  host: HostKind;
  fail: "reload" | "closed" | "open";
  logLevel: LogLevel;
}

/** Envoy's names for the values of --fail. */
export const FAILURE_POLICIES: Readonly<Record<"reload" | "closed", FailurePolicy>> = {
  reload: "FAIL_RELOAD",
  closed: "FAIL_CLOSED",
};

/**
 * Reads the command line.
 *
 * @throws Error that names the option and the expected value
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
    if (!read) throw new Error(unknownArgument(option));
    const value = args[++i];
    if (value === undefined) throw new Error(`${option} needs a value`);
    read(value, options);
  }
  if (options.wasm === "") throw new Error("--wasm FILE is missing; it names the plugin to serve");
  if (options.engine === "envoy" && options.host === "higress") {
    throw new Error("--host higress needs --engine node: a stock Envoy does not provide Higress's host calls");
  }
  return options;
}

type Reader = (value: string, options: CommandOptions) => void;

const READERS: Readonly<Record<string, Reader>> = {
  "--wasm": (value, options) => {
    if (!isFile(value)) throw new Error(`--wasm ${value}: the file does not exist`);
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
      throw new Error(`--config ${value}: expected a file or JSON`);
    }
    options.configuration = value;
  },
  "--route": (value, options) => {
    const next = route(value);
    const before = options.routes.find(({ name }) => name === next.name);
    if (before && urlOf(before) !== urlOf(next)) {
      throw new Error(`--route ${value}: another --route gives "${next.name}" the URL ${urlOf(before)}`);
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

function unknownArgument(arg: string): string {
  const help = "npm run gateway -- --help lists the options";
  if (!arg.startsWith("-")) return `unexpected argument "${arg}"; ${help}`;
  return unknownOption(arg, [...Object.keys(READERS), "--help"], help);
}

function route(text: string): Route {
  const [, name, prefix, address] = /^([^=]+)=(\/[^=]*)=(.*)$/.exec(text) ?? [];
  const shape = "expected NAME=PREFIX=URL, such as foo=/foo=http://127.0.0.1:8080";
  if (name === undefined || prefix === undefined) throw new Error(`--route ${text}: ${shape}`);
  const http2 = address!.startsWith("h2c://");
  const given = http2 ? address!.replace("h2c", "http") : address!;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "http:" || url.pathname !== "/" || url.search !== "") {
    throw new Error(`--route ${text}: expected http://HOST:PORT or h2c://HOST:PORT instead of "${address}"; ${shape}`);
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
