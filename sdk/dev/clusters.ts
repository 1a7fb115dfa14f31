import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { ClusterSpec } from "../spec/gateway-spec.js";
import { ManifestError } from "../manifest/manifest-error.js";
import type { Backend } from "../manifest/routing/routing.js";
import type { Address, ClusterAddress, ServiceAddress } from "./addresses.js";
import type { EchoServers } from "./echo/echo-servers.js";

/** A backend of HTTP, or of a TCP listener. */
export interface DevBackend extends Backend {
  isTcp?: true;
}

/** Where the clusters of the manifests get their addresses from. */
export interface AddressSources {
  services: readonly ServiceAddress[];
  clusters: readonly ClusterAddress[];
  echoes: EchoServers;
}

/** A cluster, and where its requests go, for the list that `dev` prints. */
export interface ResolvedCluster {
  spec: ClusterSpec;
  /** Such as "127.0.0.1:3000", or "echo". */
  target: string;
}

/**
 * Gives each backend an address: the one of `--service`, its `externalName`, or an echo. Services and clusters that only
 * the command line names become clusters too.
 *
 * @throws Error when a host name cannot be resolved
 */
export async function resolveClusters(
  backends: readonly DevBackend[],
  { services, clusters, echoes }: AddressSources,
): Promise<ResolvedCluster[]> {
  const all = [...backends, ...undescribed(backends, services)];
  const named = new Map(clusters.map((one) => [one.cluster, one]));
  const resolved = all
    .filter(({ cluster }) => !named.has(cluster))
    .map((backend) => resolveBackend(backend, services, echoes));
  const byName = clusters.map(({ cluster, target }) => reach(cluster, target, `--cluster ${cluster}`));
  return Promise.all([...resolved, ...byName]);
}

async function resolveBackend(
  backend: DevBackend,
  services: readonly ServiceAddress[],
  echoes: EchoServers,
): Promise<ResolvedCluster> {
  const { cluster, namespace, service, port, externalName, http2, isTcp, position } = backend;
  const label = `${namespace}/${service}`;
  const own = services.filter((one) => one.namespace === namespace && one.service === service);
  const found = own.find((one) => one.port === port) ?? own.find((one) => one.port === undefined);
  if (found) {
    const { target } = found;
    return reach(cluster, { ...target, http2: target.http2 || http2 }, `--service ${label}`);
  }
  if (externalName !== undefined) {
    try {
      return await reach(cluster, { host: externalName, port, http2 }, `the ExternalName Service ${label}`);
    } catch (error) {
      throw new ManifestError(position, (error as Error).message);
    }
  }
  const echo = await echoes.port(`${label}:${port}`, isTcp ? "tcp" : http2 ? "http2" : "http1");
  return { spec: { name: cluster, port: echo, ...(http2 ? { http2 } : {}) }, target: "echo" };
}

/** Services of the command line that no manifest describes. A plugin may still call them. */
function undescribed(backends: readonly Backend[], services: readonly ServiceAddress[]): Backend[] {
  return services.flatMap(({ namespace, service, port: given, target: { http2 } }) => {
    const isKnown = backends.some(
      (one) => one.namespace === namespace && one.service === service && (given === undefined || one.port === given),
    );
    if (isKnown) return [];
    const port = given ?? 80;
    const cluster = `outbound|${port}||${service}.${namespace}.svc.cluster.local`;
    return [{ ...{ cluster, namespace, service, port, http2 }, position: { file: "--service" } }];
  });
}

async function reach(cluster: string, { host, port, http2 }: Address, label: string): Promise<ResolvedCluster> {
  const address = isIP(host) === 0 ? await addressOf(host, label) : host;
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { spec: { name: cluster, address, port, ...(http2 ? { http2 } : {}) }, target };
}

async function addressOf(host: string, label: string): Promise<string> {
  try {
    const found = await lookup(host, { all: true });
    // Servers on this machine often listen on 127.0.0.1 only.
    return (found.find(({ family }) => family === 4) ?? found[0]!).address;
  } catch {
    throw new Error(`${label}: cannot resolve the host "${host}"`);
  }
}
