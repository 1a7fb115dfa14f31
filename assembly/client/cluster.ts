import { integerText } from "../abi/decimal";
import { ownContext } from "../abi/entry";
import { readXdsProperty } from "../proxywasm/property";

/**
 * An upstream that a plugin calls: a cluster of the gateway, and the host name that requests to it carry. A plugin
 * constructs one of the subclasses, or its own.
 *
 * @example
 * ```ts
 * class VersionedCluster extends Cluster {
 *   clusterName(): string {
 *     return "outbound|80|v2|auth.default.svc.cluster.local";
 *   }
 *   hostName(): string {
 *     return "auth.default.svc.cluster.local";
 *   }
 * }
 * const client = new HttpClient(new VersionedCluster());
 * ```
 */
export abstract class Cluster {
  /** Returns the name that the gateway has for the cluster. */
  abstract clusterName(): string;

  /**
   * Returns the host name for calls whose URL has no host. If the result is "", the call gets the host of the request that
   * makes the call.
   */
  abstract hostName(): string;
}

/**
 * The cluster that the current request goes to. Calls carry the host of the current request, unless the constructor gets
 * another host.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new RouteCluster());
 * ```
 */
export class RouteCluster extends Cluster {
  constructor(private host: string = "") {
    super();
  }
  clusterName(): string {
    return readXdsProperty(ownContext(), "cluster_name").string();
  }
  hostName(): string {
    return this.host;
  }
}

/**
 * A cluster by the exact name that it has in the gateway's configuration.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new TargetCluster("auth_service", "auth.example.com"));
 * ```
 */
export class TargetCluster extends Cluster {
  constructor(
    private cluster: string,
    private host: string,
  ) {
    super();
  }
  clusterName(): string {
    return this.cluster;
  }
  hostName(): string {
    return this.host;
  }
}

/**
 * A Kubernetes service. An empty namespace means `default`.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new K8sCluster("auth", "backend", 8080));
 * ```
 */
export class K8sCluster extends Cluster {
  constructor(
    private serviceName: string,
    private namespace: string,
    private port: i32,
    private version: string = "",
    private host: string = "",
  ) {
    super();
  }
  clusterName(): string {
    return outbound(this.port, this.version, this.service());
  }
  hostName(): string {
    return this.host.length ? this.host : this.service();
  }
  private service(): string {
    return this.serviceName + "." + (this.namespace.length ? this.namespace : "default") + ".svc.cluster.local";
  }
}

/**
 * A service of a Nacos registry. An empty group means `DEFAULT-GROUP`. A `_` in a group becomes `-`, as in the cluster
 * names of Higress.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new NacosCluster("auth", "DEFAULT-GROUP", "public", 8080));
 * ```
 */
export class NacosCluster extends Cluster {
  constructor(
    private serviceName: string,
    private group: string,
    private namespaceId: string,
    private port: i32,
    private isExtRegistry: bool = false,
    private version: string = "",
    private host: string = "",
  ) {
    super();
  }
  clusterName(): string {
    const group = this.group.length ? this.group.replaceAll("_", "-") : "DEFAULT-GROUP";
    const registry = this.isExtRegistry ? ".nacos-ext" : ".nacos";
    return outbound(this.port, this.version, this.serviceName + "." + group + "." + this.namespaceId + registry);
  }
  hostName(): string {
    return this.host.length ? this.host : this.serviceName;
  }
}

/**
 * A service with fixed addresses, from Higress's McpBridge.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new StaticIpCluster("auth", 80, "auth.example.com"));
 * ```
 */
export class StaticIpCluster extends Cluster {
  constructor(
    private serviceName: string,
    private port: i32,
    private host: string = "",
  ) {
    super();
  }
  clusterName(): string {
    return outbound(this.port, "", this.serviceName + ".static");
  }
  hostName(): string {
    return this.host.length ? this.host : this.serviceName;
  }
}

/**
 * A service found by DNS, from Higress's McpBridge. Calls carry its domain as their host.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new DnsCluster("auth", "auth.example.com", 443));
 * ```
 */
export class DnsCluster extends Cluster {
  constructor(
    private serviceName: string,
    private domain: string,
    private port: i32,
  ) {
    super();
  }
  clusterName(): string {
    return outbound(this.port, "", this.serviceName + ".dns");
  }
  hostName(): string {
    return this.domain;
  }
}

/**
 * A service of a Consul registry.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new ConsulCluster("auth", "dc1", 8080));
 * ```
 */
export class ConsulCluster extends Cluster {
  constructor(
    private serviceName: string,
    private datacenter: string,
    private port: i32,
    private host: string = "",
  ) {
    super();
  }
  clusterName(): string {
    return outbound(this.port, "", this.serviceName + "." + this.datacenter + ".consul");
  }
  hostName(): string {
    return this.host.length ? this.host : this.serviceName;
  }
}

/**
 * A service by its full name, with the suffix of its registry: `auth.dns`, `auth.default.svc.cluster.local`.
 *
 * @example
 * ```ts
 * const client = new HttpClient(new FQDNCluster("auth.dns", 443, "auth.example.com"));
 * ```
 */
export class FQDNCluster extends Cluster {
  constructor(
    private fqdn: string,
    private port: i32,
    private host: string = "",
  ) {
    super();
  }
  clusterName(): string {
    return outbound(this.port, "", this.fqdn);
  }
  hostName(): string {
    return this.host.length ? this.host : this.fqdn;
  }
}

/** The cluster name that Istio and Higress give a service. */
function outbound(port: i32, version: string, service: string): string {
  return "outbound|" + integerText(port) + "|" + version + "|" + service;
}
