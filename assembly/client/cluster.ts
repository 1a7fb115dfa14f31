import { integerText } from "../abi/decimal";
import { ownContext } from "../abi/entry";
import { readXdsProperty } from "../proxywasm/property";

/** An upstream that a plugin calls: a cluster of the gateway, and the host name that it is asked under. */
export abstract class Cluster {
  /** The gateway's name of the cluster. */
  abstract clusterName(): string;

  /** The host name for requests whose URL has none; "" where only the current request knows it. */
  abstract hostName(): string;
}

/** The cluster that the current request goes to. Its host is the current request's, unless one is given. */
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

/** A cluster under the very name that the gateway's configuration has. */
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

/** A Kubernetes service. An empty namespace is `default`. */
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

/** A service of a Nacos registry. An empty group is `DEFAULT-GROUP`; `_` in a group becomes `-`, as Higress names it. */
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

/** A service with fixed addresses, of Higress's McpBridge. */
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

/** A service found by DNS, of Higress's McpBridge; it is asked under its domain. */
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

/** A service of a Consul registry. */
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

/** A service by its whole name, with the suffix of its registry (`auth.dns`, `auth.default.svc.cluster.local`). */
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

/** The name that Istio and Higress give the cluster of a service. */
function outbound(port: i32, version: string, service: string): string {
  return "outbound|" + integerText(port) + "|" + version + "|" + service;
}
