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
 * A gateway with plugins, requests to it and what must come of each, written by hand. It is data: every engine plays
 * the same scenarios and must give the same answers.
 */
export interface Scenario extends ScenarioPlugin {
  name: string;
  /** Several plugins in the order in which requests meet them, in place of `plugin` and what belongs to it. */
  plugins?: ScenarioPlugin[];
  /** The gateway's limit for bodies that filters buffer; 1 MiB by default. */
  bufferLimitBytes?: number;
  /** Filters of Envoy's own: only a real Envoy plays such a scenario. */
  envoyFilters?: EnvoyFilterSpec[];
  /** By default one route called "default/foo", for everything, to the cluster "upstream". */
  routes?: RouteSpec[];
  /** What upstreams answer when a request does not ask by `x-answer`; "dead" ones take no connection. */
  clusters?: Record<string, UpstreamResponse | "dead">;
  /** The plugin must refuse its configuration. */
  refused?: boolean;
  /** A trap is what the scenario is about. */
  traps?: boolean;
  /**
   * Lines at error or critical level that are in order, besides those that a step expects. Without it, a scenario in
   * which a configuration is refused may write any.
   */
  errors?: LogPattern[];
  /** The answers are those of a single worker: what is asked for is kept by each. */
  oneWorker?: boolean;
  /** The plugin must be told the level debug; engines that note everything tell trace. */
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
  /** A folder or file in tests/plugins/, or a folder in examples/; with a slash, a path from the root; or a wasm as it is. */
  plugin?: string;
  config?: PluginConfiguration;
  /** What Envoy calls the plugin; its folder's name by default. */
  pluginName?: string;
  /** Plugins of this scenario with the same word share a VM; by default those of the same folder do not. */
  vm?: string;
}

/** A request, or a new configuration. */
export type Step = RequestStep | UpdateStep;

export interface RequestStep extends HttpRequest {
  /** The bytes of the whole request, in place of its parts. */
  raw?: Buffer;
  /** How long to wait for the answer. */
  limitMs?: number;
  expect: Expectation;
}

export interface UpdateStep {
  update: PluginConfiguration;
  /** The plugin's name, when there are several. */
  of?: string;
  expect: "accepted" | "refused";
}

export interface Expectation {
  status?: number;
  headers?: ExpectedHeaders;
  /** UTF-8 text, an expression for it, or bytes. */
  body?: string | RegExp | Uint8Array;
  trailers?: ExpectedHeaders;
  /** What reached the cluster "upstream"; null when nothing may. */
  upstream?: ExpectedRequest | null;
  /** What reached other clusters, in order of arrival. */
  calls?: (ExpectedRequest & { cluster: string })[];
  /** Each must match a line that the plugin writes at this step. */
  logs?: LogPattern[];
  /** None may match. */
  noLogs?: LogPattern[];
  /** Whatever comes of it is right: what two engines make of it is compared. */
  anything?: true;
  /** There is no answer; the reason matches, such as /no response within/ or /closed without a response/. */
  failure?: RegExp;
}

/** By name: the value, all values of a repeated header in order, an expression, or null for one that must be absent. */
export type ExpectedHeaders = Record<string, string | string[] | RegExp | null>;

export interface ExpectedRequest {
  method?: string;
  target?: string;
  headers?: ExpectedHeaders;
  body?: string | RegExp | Uint8Array;
  trailers?: ExpectedHeaders;
}

/** Part of, or an expression for, a line such as "[warn] text". */
export type LogPattern = string | RegExp;

/** The plugins of a scenario, named. */
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

/** What engines call scenarios, the same on each: plugins may see it. */
export function scenarioIds(scenarios: readonly Scenario[]): Map<Scenario, string> {
  return new Map(scenarios.map((scenario, index) => [scenario, `scenario-${index}`]));
}

/** The id of the scenario that a VM belongs to. */
export function scenarioOfVm(vmId: string): string {
  return vmId.replace(/\/[^/]*$/, "");
}

/** The listener of a scenario, with its plugins from the start or when they are installed. */
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
  const { routes = DEFAULT_ROUTES, envoyFilters, bufferLimitBytes } = scenario;
  return {
    ...{ name: id, plugins, routes },
    ...(envoyFilters ? { envoyFilters } : {}),
    ...(bufferLimitBytes === undefined ? {} : { bufferLimitBytes }),
  };
}

const DEFAULT_ROUTES = [{ name: "default/foo", prefix: "/", cluster: "upstream" }];
