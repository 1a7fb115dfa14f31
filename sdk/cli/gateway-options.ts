import { existsSync, readFileSync, statSync } from "node:fs";
import type { FailurePolicy, HostKind } from "../host/index.js";
import type { LogLevel } from "../host/index.js";
import type { CommandLine, OptionTypes } from "./command-line.js";
import { oneOf, portOf } from "./option-values.js";
import { UsageError } from "./usage-error.js";

export interface Route {
  name: string;
  prefix: string;
  host: string;
  port: number;
  /** The upstream speaks HTTP/2 without TLS. */
  http2: boolean;
}

export interface GatewayOptions {
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

/** The options of the command line. */
export const OPTIONS = {
  wasm: { type: "string" },
  config: { type: "string" },
  route: { type: "string", multiple: true },
  port: { type: "string", default: "10000" },
  engine: { type: "string", default: "node" },
  host: { type: "string", default: "envoy" },
  fail: { type: "string", default: "reload" },
  log: { type: "string", default: "info" },
} as const satisfies OptionTypes;

/** The words that are values of options. */
export const WORDS = {
  engine: ["node", "envoy"],
  host: ["envoy", "higress"],
  fail: ["reload", "closed", "open"],
  log: ["trace", "debug", "info", "warn", "error", "critical"],
} as const;

/**
 * Reads the command line.
 *
 * @throws UsageError that names the option and the expected value
 * @example
 * readOptions(parseCommandLine(["--wasm", "plugin.wasm", "--route", "foo=/foo=http://127.0.0.1:8080"], OPTIONS));
 */
export function readOptions({ positionals, values }: CommandLine<typeof OPTIONS>): GatewayOptions {
  if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"; see --help`);
  const { config, engine, fail, host, log, port, route: routes = [], wasm } = values;
  const options: GatewayOptions = {
    ...{ wasm: wasm ?? "", ...readConfiguration(config), routes: readRoutes(routes), port: portOf("--port", port) },
    engine: oneOf("--engine", engine, WORDS.engine),
    host: oneOf("--host", host, WORDS.host),
    fail: oneOf("--fail", fail, WORDS.fail),
    logLevel: WORDS.log.indexOf(oneOf("--log", log, WORDS.log)),
  };
  if (wasm === undefined) throw new UsageError("--wasm FILE is missing; it names the plugin to serve");
  if (!isFile(wasm)) throw new UsageError(`--wasm ${wasm}: the file does not exist`);
  if (options.engine === "envoy" && options.host === "higress") {
    throw new UsageError("--host higress needs --engine node: a stock Envoy does not provide Higress's host calls");
  }
  return options;
}

function readConfiguration(value: string | undefined): Pick<GatewayOptions, "configuration" | "configurationFile"> {
  if (value === undefined) return {};
  if (isFile(value)) return { configurationFile: value, configuration: readFileSync(value, "utf8") };
  try {
    JSON.parse(value);
    return { configuration: value };
  } catch {
    throw new UsageError(`--config ${value}: expected a file or JSON`);
  }
}

function readRoutes(values: readonly string[]): Route[] {
  const routes: Route[] = [];
  for (const value of values) {
    const next = route(value);
    const before = routes.find(({ name }) => name === next.name);
    if (before && urlOf(before) !== urlOf(next)) {
      throw new UsageError(`--route ${value}: another --route gives "${next.name}" the URL ${urlOf(before)}`);
    }
    routes.push(next);
  }
  return routes;
}

function route(text: string): Route {
  const [, name, prefix, address] = /^([^=]+)=(\/[^=]*)=(.*)$/.exec(text) ?? [];
  const shape = "expected NAME=PREFIX=URL, such as foo=/foo=http://127.0.0.1:8080";
  if (name === undefined || prefix === undefined) throw new UsageError(`--route ${text}: ${shape}`);
  const http2 = address!.startsWith("h2c://");
  const given = http2 ? address!.replace("h2c", "http") : address!;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "http:" || url.pathname !== "/" || url.search !== "") {
    throw new UsageError(
      `--route ${text}: expected http://HOST:PORT or h2c://HOST:PORT instead of "${address}"; ${shape}`,
    );
  }
  return { name, prefix, http2, host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) };
}

function urlOf({ http2, host, port }: Route): string {
  return `${http2 ? "h2c" : "http"}://${host}:${port}`;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
