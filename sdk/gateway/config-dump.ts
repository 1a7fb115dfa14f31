import type { GatewaySpec } from "../spec/gateway-spec.js";
import { bootstrap } from "../envoy/bootstrap.js";

type Config = Record<string, unknown>;

const ADMIN = "type.googleapis.com/envoy.admin.v3";
const CONFIG = "type.googleapis.com/envoy.config";
/** Envoy's word for a value that the dump does not show. */
const REDACTED = "[redacted]";
const SECRETS = new Set(["private_key", "private_key_provider", "password"]);

/**
 * A spec in the format of Envoy's `/config_dump`. All plugins are in the filter chain of their listener, also those that
 * Envoy would get by ECDS. Private keys are not shown.
 *
 * @example
 * JSON.stringify(configDump(spec), null, 1);
 */
export function configDump(spec: GatewaySpec): object {
  const listeners = spec.listeners.map((one) => {
    const plugins = (one.plugins ?? []).map((plugin) => ({ ...plugin, ecds: false }));
    return { ...one, plugins };
  }) as GatewaySpec["listeners"];
  const config = withoutSecrets(bootstrap({ ...spec, listeners }).config) as Config;
  const resources = config["static_resources"] as { listeners: Config[]; clusters: Config[] };
  const routes = [...routeConfigs(resources.listeners)];
  const typed = (type: string, of: Config) => ({ "@type": `${CONFIG}.${type}`, ...of });
  return {
    configs: [
      { "@type": `${ADMIN}.BootstrapConfigDump`, bootstrap: config },
      {
        "@type": `${ADMIN}.ClustersConfigDump`,
        static_clusters: resources.clusters.map((one) => ({ cluster: typed("cluster.v3.Cluster", one) })),
      },
      {
        "@type": `${ADMIN}.ListenersConfigDump`,
        static_listeners: resources.listeners.map((one) => ({ listener: typed("listener.v3.Listener", one) })),
      },
      {
        "@type": `${ADMIN}.RoutesConfigDump`,
        static_route_configs: routes.map((one) => ({ route_config: typed("route.v3.RouteConfiguration", one) })),
      },
    ],
  };
}

/** The routing tables inside a configuration. */
function* routeConfigs(value: unknown): Generator<Config> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    if (name === "route_config") yield one as Config;
    else yield* routeConfigs(one);
  }
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRETS.has(name) ? { inline_string: REDACTED } : withoutSecrets(one),
    ]),
  );
}
