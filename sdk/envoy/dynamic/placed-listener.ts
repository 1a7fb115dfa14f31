import { isDeepStrictEqual } from "node:util";
import type { ListenerSpec, PluginSpec, TcpListenerSpec } from "../../spec/gateway-spec.js";
import { listener, type HttpParts } from "../listener.js";
import { discoveredFilter, wasmFilter } from "../plugin.js";
import { routeConfiguration } from "../routes.js";
import { requestAccessLog } from "./request-log.js";
import { statistics, type Awaited } from "./verdicts.js";
import type { WatchedFile } from "./watched-file.js";

/** Where a plugin or the routes of a listener come from: a file, or the listener's own configuration. */
export type Source = WatchedFile | "inline";

/** Makes the source for something new. */
export type NewSource = () => Source;

/** An HTTP or TCP listener as Envoy has it, or gets it. */
export interface PlacedListener {
  spec: ListenerSpec | TcpListenerSpec;
  /** The configuration of the listener for Envoy's LDS. */
  resource: object;
  /** The HTTP plugins in their order, with Envoy's configuration of each. */
  plugins: ReadonlyMap<string, Part>;
  /** The virtual hosts; undefined for TCP. */
  routes?: Part;
}

interface Part {
  config: object;
  source: Source;
}

/** What is to change on a listener. */
export interface Change {
  /** "file": one plugin, or the routes, and nothing else changes, so the listener stays. */
  kind: "none" | "file" | "listener";
  next: PlacedListener;
  /** The file to replace, for "file". */
  written?: Written;
}

/** A response for a file. */
export interface Written extends Awaited {
  file: WatchedFile;
  type: string;
  resource: object;
}

/** @param withRequestLog whether the listener reports its requests */
export function placeListener(
  spec: PlacedListener["spec"],
  newSource: NewSource,
  withRequestLog: boolean,
): PlacedListener {
  return place(spec, () => newSource(), withRequestLog);
}

/**
 * Compares a listener with its next spec. A request must pass either all of the old configuration or all of the new
 * one. So a change of more than one file, or of the chain, makes another version of the listener, with files of its own
 * for what changes.
 */
export function changeListener(
  current: PlacedListener,
  spec: PlacedListener["spec"],
  newSource: NewSource,
  withRequestLog: boolean,
): Change {
  const kept = place(spec, (before) => before?.source ?? "inline", withRequestLog, current);
  const changed = [...parts(kept)].filter(
    ([key, { config }]) => !isDeepStrictEqual(parts(current).get(key)?.config, config),
  );
  const sameListener = isDeepStrictEqual(kept.resource, current.resource);
  if (sameListener && changed.length === 0) return { kind: "none", next: kept };
  if (sameListener && changed.length === 1) {
    const file = written(kept).find((one) => one.file === changed[0]![1].source);
    if (file) return { kind: "file", next: kept, written: file };
  }
  const next = place(
    spec,
    (before, config) =>
      before && before.source !== "inline" && isDeepStrictEqual(before.config, config) ? before.source : newSource(),
    withRequestLog,
    current,
  );
  return { kind: "listener", next };
}

function place(
  spec: PlacedListener["spec"],
  sourceOf: (before: Part | undefined, config: object) => Source,
  withRequestLog: boolean,
  current?: PlacedListener,
): PlacedListener {
  const plugins = new Map<string, Part>();
  if ("tcp" in spec) return { spec, plugins, resource: listener(spec, NO_HTTP) };
  let routes: Part | undefined;
  const part = (before: Part | undefined, config: object) => ({ config, source: sourceOf(before, config) });
  const resource = listener(spec, {
    pluginFilter: (_, plugin: PluginSpec) => {
      const placed = part(current?.plugins.get(plugin.name), wasmFilter(plugin));
      plugins.set(plugin.name, placed);
      const { config, source } = placed;
      return source === "inline"
        ? { name: plugin.name, typed_config: config }
        : discoveredFilter(plugin.name, source.source);
    },
    routes: () => {
      routes = part(current?.routes, routeConfiguration(spec));
      const { config, source } = routes;
      return source === "inline"
        ? { route_config: config }
        : { rds: { route_config_name: spec.name, config_source: source.source } };
    },
    ...(withRequestLog ? { requestLog: requestAccessLog } : {}),
  });
  return { spec, plugins, resource, routes: routes! };
}

/** TCP listeners have neither. */
const NO_HTTP: HttpParts = { pluginFilter: () => ({}), routes: () => ({}) };

/** The plugins and the routes, by keys that tell both apart. */
function parts({ plugins, routes }: PlacedListener): Map<string, Part> {
  const all = new Map([...plugins].map(([name, part]) => [`plugin ${name}`, part]));
  return routes ? all.set("routes", routes) : all;
}

/** The files of a listener with their content. */
export function written({ spec, plugins, routes }: PlacedListener): Written[] {
  const all: Written[] = [];
  if (routes && routes.source !== "inline") {
    all.push({
      file: routes.source,
      type: "envoy.config.route.v3.RouteConfiguration",
      resource: routes.config,
      statistic: statistics.routes(spec.name),
      what: `the routes of listener "${spec.name}"`,
    });
  }
  for (const [name, { config, source }] of plugins) {
    if (source === "inline") continue;
    all.push({
      file: source,
      type: "envoy.config.core.v3.TypedExtensionConfig",
      resource: { name, typed_config: config },
      statistic: statistics.plugin(name),
      what: `plugin "${name}"`,
    });
  }
  return all;
}
