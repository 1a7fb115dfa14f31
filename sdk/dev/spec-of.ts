import type { GatewaySpec, ListenerSpec, PluginSpec, TcpListenerSpec } from "../spec/gateway-spec.js";
import { isJsonObject, type JsonValue } from "../spec/json.js";
import type { DevBackend, ResolvedCluster } from "./clusters.js";
import type { DevOptions, TcpAddress } from "./options.js";
import { pathSettings } from "./path-normalization.js";
import type { Plan, PlannedPlugin } from "./plan.js";

/** The name of the listener for HTTP. */
export const LISTENER = "gateway";

/** The name of the route that takes all requests when no manifest describes routes. */
const ANY_ROUTE = "default";

/**
 * How many bytes of a body Higress's gateway buffers, unless its ConfigMap says otherwise.
 *
 * Source: Higress, helm/core/values.yaml, `downstream.connectionBufferLimits`.
 */
const HIGRESS_BUFFER_LIMIT = 32_768;

/** What the spec is made from, besides the plan. */
interface Parts {
  /** The path of the module of each plugin. */
  modules: ReadonlyMap<PlannedPlugin, string>;
  clusters: readonly ResolvedCluster[];
  tls?: ListenerSpec["tls"];
}

/** The spec of the gateway that a plan describes. */
export function specOf(plan: Plan, options: DevOptions, { modules, clusters, tls }: Parts): GatewaySpec {
  const { port, host, pathNormalization } = options;
  const isHigress = host === undefined ? plan.isHigress : host === "higress";
  const pluginsOf = (plugins: readonly PlannedPlugin[]) => plugins.map((one) => pluginSpec(one, modules.get(one)!));
  const anyRoute = { name: ANY_ROUTE, prefix: "/", cluster: anyBackend(plan).cluster };
  const http: ListenerSpec = {
    ...{ name: LISTENER, port, plugins: pluginsOf(plan.plugins), upgrades: ["websocket"], useRemoteAddress: true },
    ignorePortInHostMatching: true,
    ...pathSettings(pathNormalization),
    ...(isHigress ? { bufferLimitBytes: HIGRESS_BUFFER_LIMIT } : {}),
    routes: plan.routes.length > 0 ? plan.routes : [anyRoute],
    ...(tls ? { tls } : {}),
  };
  const plugins = pluginsOf(plan.networkPlugins) as NonNullable<TcpListenerSpec["plugins"]>;
  const tcp = tcpListeners(plan, options).map((one): TcpListenerSpec => ({
    name: tcpListener(one),
    port: one.port,
    tcp: tcpBackend(one).cluster,
    plugins,
  }));
  return { listeners: [http, ...tcp], clusters: clusters.map(({ spec }) => spec) };
}

/** The backends of the routes and of the TCP listeners. */
export function backendsOf(plan: Plan, options: DevOptions): DevBackend[] {
  const any = plan.routes.length > 0 ? [] : [anyBackend(plan)];
  const all = [...plan.backends, ...any, ...tcpListeners(plan, options).map(tcpBackend)];
  return [...new Map(all.map((one) => [one.cluster, one])).values()];
}

/** The TCP listeners of the command line; without any, one beside the HTTP port if there are plugins for TCP. */
export function tcpListeners({ networkPlugins }: Plan, { port, tcp }: DevOptions): readonly TcpAddress[] {
  if (tcp.length > 0 || networkPlugins.length === 0) return tcp;
  return [{ port: port === 0 ? 0 : port + 1, namespace: "default", service: "tcp-echo", servicePort: 9000 }];
}

/** The name of a TCP listener. */
export function tcpListener({ port }: TcpAddress): string {
  return `tcp-${port}`;
}

/** The backend for requests when no manifest describes routes: the only Service of the manifests, or an echo. */
function anyBackend({ backends }: Plan): DevBackend {
  return backends.length === 1 ? backends[0]! : backend("default", "echo", 80, "default backend");
}

function tcpBackend({ namespace, service, servicePort }: TcpAddress): DevBackend {
  return { ...backend(namespace, service, servicePort, "--tcp"), isTcp: true };
}

function backend(namespace: string, service: string, port: number, file: string): DevBackend {
  const cluster = `outbound|${port}||${service}.${namespace}.svc.cluster.local`;
  return { cluster, namespace, service, port, http2: false, position: { file } };
}

function pluginSpec({ plugin }: PlannedPlugin, wasm: string): PluginSpec {
  const { filter, rootId, configuration, failOpen, environment } = plugin;
  return {
    ...{ name: filter, wasm, rootId },
    ...(configuration === undefined ? {} : { configuration: JSON.stringify(sorted(configuration)) }),
    // In a cluster, a plugin that trapped stays out of use until its next configuration. While a developer works on the
    // plugin, the next request gets a new VM.
    ...(failOpen ? { failOpen } : { failurePolicy: "FAIL_RELOAD" as const }),
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
  };
}

/** Sorts the names in objects, as istiod does when it writes the configuration of a plugin. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Object.fromEntries(names.map((name) => [name, sorted(value[name]!)]));
}
