import type {
  EnvoyFilterSpec,
  ListenerSpec,
  PluginConfiguration,
  PluginSpec,
  RouteSpec,
} from "../../sdk/envoy/index.js";
import type { UpstreamResponse } from "../support/upstream-response.js";
import type { HttpRequest } from "../support/http-request.js";

/**
 * A gateway with plugins, requests to it, and the expected response of each, written by hand. Every engine plays the
 * same scenarios, and the responses must be the same.
 */
export interface Scenario
  extends ScenarioPlugin, Pick<ListenerSpec, "normalizePath" | "mergeSlashes" | "pathWithEscapedSlashesAction"> {
  name: string;
  /** The plugins of the filter chain, in order. For a single plugin, use `plugin` and the fields beside it instead. */
  plugins?: ScenarioPlugin[];
  /** The gateway's limit for buffered bodies; 1 MiB by default. */
  bufferLimitBytes?: number;
  /** Native Envoy filters. Only a real Envoy can play such a scenario. */
  envoyFilters?: EnvoyFilterSpec[];
  /** By default there is one route "default/foo", which sends all requests to the cluster "upstream". */
  routes?: RouteSpec[];
  /** The host of a request matches the domains of the routes without its port. */
  ignorePortInHostMatching?: boolean;
  /** The responses of clusters to requests without the header `x-answer`. A "dead" cluster accepts no connections. */
  clusters?: Record<string, UpstreamResponse | "dead">;
  /** The plugin must reject its first configuration. */
  rejected?: boolean;
  /** The scenario expects a trap. */
  traps?: boolean;
  /**
   * Log lines at level error or critical that the scenario expects, besides those of its steps. Without this list, a
   * scenario in which a configuration is rejected may log any error.
   */
  errors?: LogPattern[];
  /** The scenario needs a gateway with one worker, since each worker has its own VM and state. */
  oneWorker?: boolean;
  /** The scenario needs a host with the log level debug. The engines of tests/differential have the level trace. */
  debugLevel?: boolean;
  /** Sends all requests on one connection. */
  oneConnection?: boolean;
  /** The client speaks HTTP/2; no step can be raw. */
  http2?: boolean;
  steps: Step[];
}

export interface ScenarioPlugin extends Pick<
  PluginSpec,
  "rootId" | "vmConfiguration" | "environment" | "failurePolicy" | "allowOnHeadersStopIteration"
> {
  /**
   * A folder or file in tests/plugins/, or a folder in examples/; with a slash, a path from the root; or a .wasm file.
   */
  plugin?: string;
  config?: PluginConfiguration;
  /** The plugin's name in the gateway's configuration. By default the name of its folder. */
  pluginName?: string;
  /** Plugins of this scenario with the same `vm` share a VM. By default each plugin has its own VM. */
  vm?: string;
}

/** A request to send, or a new configuration for a plugin. */
export type Step = RequestStep | UpdateStep;

export interface RequestStep extends HttpRequest {
  /** The bytes of the whole request, instead of its parts. */
  raw?: Buffer;
  /** How long to wait for the response. */
  limitMs?: number;
  expect: Expectation;
}

export interface UpdateStep {
  update: PluginConfiguration;
  /** The plugin's name, if there are several. */
  of?: string;
  expect: "accepted" | "rejected";
}

export interface Expectation {
  status?: number;
  headers?: ExpectedHeaders;
  /** A text, a regular expression for the text, or bytes. */
  body?: string | RegExp | Uint8Array;
  trailers?: ExpectedHeaders;
  /** The request that the cluster "upstream" must receive; null if it must receive none. */
  upstream?: ExpectedRequest | null;
  /** The requests that other clusters must receive, in order of arrival. */
  calls?: (ExpectedRequest & { cluster: string })[];
  /** Each pattern must match a line that is logged in this step. */
  logs?: LogPattern[];
  /** No pattern may match a line that is logged in this step. */
  noLogs?: LogPattern[];
  /** Any outcome passes. For scenarios of tests/differential, which compare the outcomes of two engines. */
  anything?: true;
  /** There must be no response. The reason must match, such as /no response within/ or /closed without a response/. */
  failure?: RegExp;
}

/**
 * By name: the value, all values of a repeated header in order, a regular expression, or null if the header must be
 * absent.
 */
export type ExpectedHeaders = Record<string, string | string[] | RegExp | null>;

export interface ExpectedRequest {
  method?: string;
  target?: string;
  headers?: ExpectedHeaders;
  body?: string | RegExp | Uint8Array;
  trailers?: ExpectedHeaders;
}

/** A part of a log line such as "[warn] text", or a regular expression for it. */
export type LogPattern = string | RegExp;

/** The plugins of a scenario with their names. */
export function pluginsOf(scenario: Scenario): (ScenarioPlugin & { plugin: string; pluginName: string })[] {
  const plugins: ScenarioPlugin[] = scenario.plugins ?? (scenario.plugin === undefined ? [] : [scenario]);
  return plugins.map((one) => {
    if (one.plugin === undefined) throw new Error(`scenario "${scenario.name}" has a plugin without its folder`);
    const { plugin, config, rootId, vmConfiguration, environment, failurePolicy, vm } = one;
    const pluginName = one.pluginName ?? plugin.replace(/^.*\//, "").replace(/\.ts$/, "");
    const { allowOnHeadersStopIteration } = one;
    const rest = { config, rootId, vmConfiguration, environment, failurePolicy, vm, allowOnHeadersStopIteration };
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return { plugin, pluginName, ...given };
  });
}

/** The ids of scenarios. They are the same on each engine, since plugins can see them. */
export function scenarioIds(scenarios: readonly Scenario[]): Map<Scenario, string> {
  return new Map(scenarios.map((scenario, index) => [scenario, `scenario-${index}`]));
}

/** The id of the scenario that a VM belongs to. */
export function scenarioOfVm(vmId: string): string {
  return vmId.replace(/\/[^/]*$/, "");
}

/** The listener of a scenario. With `ecds: "later"`, it has no plugins until they are installed. */
export function listenerOf(
  scenario: Scenario,
  id: string,
  wasmOf: (plugin: string) => string,
  { ecds, allow }: { ecds: true | "later"; allow?: boolean | undefined },
): ListenerSpec {
  const plugins = pluginsOf(scenario).map(({ plugin, pluginName, config, vm, ...rest }, index) => ({
    ...(allow === undefined ? {} : { allowOnHeadersStopIteration: allow }),
    ...{ ...rest, name: pluginName, wasm: wasmOf(plugin), ecds },
    vmId: `${id}/${vm ?? index}`,
    ...(config === undefined ? {} : { configuration: config }),
  }));
  const { routes = DEFAULT_ROUTES, envoyFilters, bufferLimitBytes, ignorePortInHostMatching } = scenario;
  const { normalizePath, mergeSlashes, pathWithEscapedSlashesAction } = scenario;
  return {
    ...{ name: id, plugins, routes },
    ...(envoyFilters ? { envoyFilters } : {}),
    ...(ignorePortInHostMatching === undefined ? {} : { ignorePortInHostMatching }),
    ...(bufferLimitBytes === undefined ? {} : { bufferLimitBytes }),
    ...(normalizePath === undefined ? {} : { normalizePath }),
    ...(mergeSlashes === undefined ? {} : { mergeSlashes }),
    ...(pathWithEscapedSlashesAction === undefined ? {} : { pathWithEscapedSlashesAction }),
  };
}

const DEFAULT_ROUTES = [{ name: "default/foo", prefix: "/", cluster: "upstream" }];
