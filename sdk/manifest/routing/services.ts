import type { Position } from "../manifest-error.js";
import type { Resource } from "../resource.js";
import type { Backend } from "./routing.js";
import { Field } from "./field.js";

/** A port of a Service. */
interface ServicePort {
  name: string;
  port: number;
  http2: boolean;
}

interface Service {
  resource: Resource;
  ports: ServicePort[];
  externalName?: string;
}

const TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

/** The Services of the manifests, and the clusters that routes use. */
export class Services {
  private readonly services = new Map<string, Service>();
  private readonly used = new Map<string, Backend>();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) {
      if (resource.kind !== "Service" || resource.apiVersion !== "v1") continue;
      const key = `${resource.namespace}/${resource.name}`;
      // Of two Services with one name, `kubectl apply` leaves the last.
      this.services.set(key, read(resource));
    }
  }

  /** The number of a port with a name; undefined if there is no such Service or port. */
  portNamed(namespace: string, service: string, name: string): number | undefined {
    return this.services.get(`${namespace}/${service}`)?.ports.find((one) => one.name === name)?.port;
  }

  /** Why there is no cluster for a port: the Service has other ports. Undefined if there may be a cluster. */
  missingPort(namespace: string, service: string, port: number): string | undefined {
    const ports = (this.services.get(`${namespace}/${service}`)?.ports ?? []).map((one) => one.port);
    if (ports.length === 0 || ports.includes(port)) return undefined;
    return `the Service ${namespace}/${service} has no port ${port}, but ${ports.join(", ")}`;
  }

  /** Notes that a route uses a port of a Service. Returns the name of the cluster. */
  use(namespace: string, service: string, port: number, position: Position): string {
    return this.add(`${service}.${namespace}.svc.cluster.local`, { namespace, service, port, position });
  }

  /** Notes that a route uses a host outside Kubernetes, such as "foo.dns". Returns the name of the cluster. */
  useHost(host: string, port: number, subset: string, position: Position): string {
    const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
    const names = service === undefined ? { namespace: "", service: host } : { namespace: namespace!, service };
    return this.add(host, { ...names, port, position }, subset);
  }

  /** All clusters that routes use, and those of all Services. */
  backends(): Backend[] {
    for (const { resource, ports } of this.services.values()) {
      for (const { port } of ports) this.use(resource.namespace, resource.name, port, resource.position);
    }
    return [...this.used.values()];
  }

  private add(host: string, backend: Omit<Backend, "cluster" | "http2">, subset = ""): string {
    const cluster = `outbound|${backend.port}|${subset}|${host}`;
    if (!this.used.has(cluster)) {
      const service = this.services.get(`${backend.namespace}/${backend.service}`);
      const http2 = service?.ports.find(({ port }) => port === backend.port)?.http2 ?? false;
      const { externalName } = service ?? {};
      this.used.set(cluster, { cluster, ...backend, http2, ...(externalName === undefined ? {} : { externalName }) });
    }
    return cluster;
  }
}

function read(resource: Resource): Service {
  const spec = Field.of(resource).at("spec");
  spec.object();
  const type = spec.at("type").exists ? spec.at("type").oneOf(TYPES) : "ClusterIP";
  const externalName = spec.at("externalName").optionalText();
  if (type === "ExternalName" && externalName === undefined) throw spec.at("externalName").expected("a host name");
  const ports = spec.at("ports").list().flatMap(readPort);
  return { resource, ports, ...(type === "ExternalName" ? { externalName: externalName! } : {}) };
}

function readPort(field: Field): ServicePort[] {
  field.object();
  const name = field.at("name").optionalText() ?? "";
  const port = field.at("port").integer(1, 65535);
  const protocol = field.at("protocol").exists ? field.at("protocol").oneOf(PROTOCOLS) : "TCP";
  const appProtocol = field.at("appProtocol").optionalText();
  return protocol === "TCP" ? [{ name, port, http2: isHttp2(appProtocol ?? name) }] : [];
}

/** Istio finds the protocol in `appProtocol`, or else in the port's name up to the first dash. It knows no "h2c". */
function isHttp2(name: string): boolean {
  return name === "kubernetes.io/h2c" || /^(grpc|http2)(-|$)|^grpc-web/i.test(name);
}
