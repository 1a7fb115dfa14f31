import type { JsonObject, JsonValue } from "../../sdk/spec/json.js";
import type { Resource } from "../../sdk/manifest/resource.js";

/** The parts of a resource that tests set. */
export interface ResourceParts {
  name?: string;
  namespace?: string;
  annotations?: JsonObject;
  /** `metadata.creationTimestamp`. */
  created?: string;
  line?: number;
}

/** A resource as if read from the file "test.yaml". */
export function resource(apiVersion: string, kind: string, spec: JsonValue, parts: ResourceParts = {}): Resource {
  const { name = "foo", namespace = "default", annotations, created, line = 1 } = parts;
  const metadata: JsonObject = {
    ...{ name, namespace },
    ...(annotations ? { annotations } : {}),
    ...(created === undefined ? {} : { creationTimestamp: created }),
  };
  return {
    apiVersion,
    kind,
    namespace,
    name,
    object: { apiVersion, kind, metadata, spec },
    position: { file: "test.yaml", line },
  };
}

/** An Ingress of the class "higress". */
export function ingress(spec: JsonObject, parts?: ResourceParts): Resource {
  return resource("networking.k8s.io/v1", "Ingress", { ingressClassName: "higress", ...spec }, parts);
}

/** An Ingress of the class "higress" with paths such as "Prefix /foo foo:80", for one host. */
export function ingressOf(host: string, paths: readonly string[], parts?: ResourceParts): Resource {
  return ingress({ rules: [{ ...(host === "" ? {} : { host }), http: { paths: paths.map(toPath) } }] }, parts);
}

function toPath(text: string): JsonObject {
  const [pathType = "", path = "", service = ""] = text.split(" ");
  const [name = "", port = ""] = service.split(":");
  const number: JsonObject = /^\d+$/.test(port) ? { number: Number(port) } : { name: port };
  return { pathType, path, backend: { service: { name, port: number } } };
}

export function service(spec: JsonObject, parts?: ResourceParts): Resource {
  return resource("v1", "Service", spec, parts);
}

/** An HTTPRoute for the Gateway "gateway". */
export function httpRoute(spec: JsonObject, parts?: ResourceParts): Resource {
  const parentRefs = [{ name: "gateway" }];
  return resource("gateway.networking.k8s.io/v1", "HTTPRoute", { parentRefs, ...spec }, parts);
}
