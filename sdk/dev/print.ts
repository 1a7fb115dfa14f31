import type { RequestLine } from "../spec/request-line.js";
import type { RouteSpec } from "../spec/gateway-spec.js";
import { columns, paint, pluginColor, type Format } from "../terminal/index.js";
import { shownUrl } from "../oci/index.js";
import type { LiveState } from "./dev-gateway.js";
import type { ModuleSource } from "./module-source.js";
import type { EngineLogLine } from "./engines.js";
import type { PluginLogLevel } from "../spec/engine.js";
import { allPlugins, type Plan, type PlannedPlugin } from "./plan.js";

const LEVEL_FORMATS: Readonly<Record<PluginLogLevel, Format>> = {
  ...{ trace: "gray", debug: "gray", info: "green", warn: "yellow", error: "red", critical: "red" },
};

/** How many characters of a host and path are printed. */
const LONGEST = 300;

/** A line of a plugin's or the gateway's log: time, plugin, level, message. */
export function logText({ level, message, plugin }: EngineLogLine, plan: Plan | undefined): string {
  const found = plannedPlugin(plan, plugin);
  const label = found
    ? paint(pluginColor(found.label), found.label)
    : paint("gray", plugin?.replace(/^[^.]*\./, "") ?? "gateway");
  const [first = "", ...others] = message.split("\n").map(printable);
  return [`${clock()} ${label} ${paint(LEVEL_FORMATS[level], level)} ${first}`, ...others].join("\n  ");
}

/** The line of a request: method, host and path, status, milliseconds, and who responded. */
export function requestText(line: RequestLine, plan: Plan | undefined): string {
  const { method, authority, path, status, ms } = line;
  const color = status === 0 || status >= 500 ? "red" : status >= 400 ? "yellow" : "green";
  const code = paint(color, status === 0 ? "---" : String(status));
  const took = paint("gray", `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);
  const what = method === "" ? "malformed request" : printable(shortened(authority + path));
  const parts = [clock(), ...(method === "" ? [] : [paint("bold", printable(method))]), what, code, took];
  return [...parts, responder(line, plan)].join(" ");
}

function responder({ plugin, route, status, details }: RequestLine, plan: Plan | undefined): string {
  const label = plannedPlugin(plan, plugin)?.label ?? plugin;
  if (label !== undefined) return `by ${paint(pluginColor(label), label)}`;
  if (status === 0) return "the client disconnected";
  return details === "via_upstream" ? `from ${printable(route)}` : `by the gateway (${printable(details)})`;
}

/**
 * The plugins of the chain, in the order in which requests pass them.
 *
 * @param width the width of the terminal
 */
export function pluginLines(
  { plugins, networkPlugins }: Plan,
  folder: (path: string) => string,
  width?: number,
): string[] {
  if (plugins.length + networkPlugins.length === 0) return ["no plugins"];
  const row = ({ plugin, label, source }: PlannedPlugin, index: number) => {
    const spec = plugin.resource.object["spec"] as { phase?: unknown; priority?: unknown } | undefined;
    const place = [spec?.phase ?? "UNSPECIFIED_PHASE", spec?.priority ?? "no priority"].map(String).join(" ");
    return [...[`${index + 1}.`, paint(pluginColor(label), label), paint("gray", place)], moduleText(source, folder)];
  };
  return [
    ...(plugins.length > 0 ? ["plugins, in the order of requests", ...columns(plugins.map(row), "  ", width)] : []),
    ...(networkPlugins.length > 0 ? ["plugins for TCP", ...columns(networkPlugins.map(row), "  ", width)] : []),
  ];
}

function moduleText(source: ModuleSource, folder: (path: string) => string): string {
  if (source.kind === "file") return folder(source.path);
  if (source.kind === "remote") return shownUrl(source.address.url);
  if (source.kind === "project") return `built from ${folder(source.folder)}`;
  return paint("yellow", `no module: ${source.failOpen ? "passes" : "denies"} all requests`);
}

/**
 * The routes, with the address of each cluster.
 *
 * @param width the width of the terminal
 */
export function routeLines({ plan, clusters }: LiveState, width?: number): string[] {
  if (plan.routes.length === 0) return [];
  const targets = new Map(clusters.map(({ spec, target }) => [spec.name, target]));
  const rows = plan.routes.map((route) => [
    ...[matchText(route), paint("gray", route.name ?? "")],
    targetsOf(route, targets),
  ]);
  return ["routes", ...columns(rows, "  ", width)];
}

/** A curl command for each host of the routes. */
export function curlLines({ plan }: LiveState, url: string, certificate: string | undefined): string[] {
  const flags = certificate === undefined ? "" : ` --cacert ${certificate}`;
  if (plan.routes.length === 0) return [`curl -i${flags} ${url}/`];
  const lines = plan.routes.map((route) => {
    const [host = "*"] = route.domains ?? [];
    const header = host === "*" ? "" : ` -H 'host: ${host.replace(/^\*\./, "any.").replace(/:\*$/, "")}'`;
    return `curl -i${flags}${header} ${url}${samplePath(route)}`;
  });
  return [...new Set(lines)];
}

/** The host and the path that a route matches, such as "foo.example.com/foo". */
function matchText({ domains = ["*"], headers = [], queryParameters = [], ...route }: RouteSpec): string {
  const { path, prefix, pathSeparatedPrefix, regex } = route;
  const beginning = prefix ?? pathSeparatedPrefix;
  const where = path ?? (beginning === undefined ? `~ ${regex ?? ""}` : `${beginning.replace(/\/$/, "")}/*`);
  const conditions = [...headers, ...queryParameters].map(({ name }) => name);
  return `${domains.join(",")}${where}${conditions.length > 0 ? ` (by ${conditions.join(", ")})` : ""}`;
}

/** The clusters of a route, or the response that the gateway makes. */
function targetsOf(route: RouteSpec, targets: ReadonlyMap<string, string>): string {
  const { cluster, weightedClusters, clusterNotFoundStatus = 503, redirect, directResponse } = route;
  if (redirect) return "a redirect";
  if (directResponse) return `status ${directResponse.status}`;
  const clusters = weightedClusters ?? (cluster === undefined ? [] : [{ cluster, weight: 1 }]);
  const targetOf = (name: string) => targets.get(name) ?? `status ${clusterNotFoundStatus}`;
  return clusters
    .map(({ cluster: name, weight }) => `${clusters.length > 1 ? `${weight} × ` : ""}${name} → ${targetOf(name)}`)
    .join(", ");
}

/** A path that a route matches. */
function samplePath({ path, prefix, pathSeparatedPrefix }: RouteSpec): string {
  return path ?? prefix ?? pathSeparatedPrefix ?? "/";
}

function plannedPlugin(plan: Plan | undefined, filter: string | undefined): PlannedPlugin | undefined {
  return plan && allPlugins(plan).find(({ plugin }) => plugin.filter === filter);
}

/** Text without control characters, which could change the terminal. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** A text that fits on a few lines of a terminal. */
function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function clock(): string {
  return paint("gray", new Date().toTimeString().slice(0, 8));
}
