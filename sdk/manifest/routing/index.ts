import type { RouteSpec } from "../../spec/gateway-spec.js";
import { whereOf } from "../manifest-error.js";
import type { Resource } from "../resource.js";
import type { Routing } from "./routing.js";
import { Field } from "./field.js";
import { httpRouteRules, inPrecedence } from "./http-route-rules.js";
import { inOrder } from "./ingress-order.js";
import { ingressRules } from "./ingress-rules.js";
import type { Warn } from "./model.js";
import { ReferenceGrants } from "./reference-grants.js";
import { Services } from "./services.js";
import { isCatchAll, toRoutes } from "./to-routes.js";

const INGRESS_CLASS = "higress";
const HTTP_ROUTE_VERSIONS = ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"];

/**
 * The routes and backends for the Ingresses, HTTPRoutes and Services among some resources, as Higress and Istio make
 * them. Resources of other kinds do not count. The listener of the routes needs `ignorePortInHostMatching`.
 *
 * @throws ManifestError when Kubernetes rejects a resource, or when Envoy rejects a regular expression in a resource
 * @example
 * const { routes } = routing(readResources(text, "ingress.yaml"));
 */
export function routing(resources: readonly Resource[]): Routing {
  const warnings: string[] = [];
  const warn: Warn = ({ position, kind, namespace, name }, text) => {
    const warning = `${whereOf(position)}: ${kind} ${namespace}/${name}: ${text}`;
    if (!warnings.includes(warning)) warnings.push(warning);
  };
  const services = new Services(resources);
  const ingresses = ingressRules(
    resources.filter((resource) => isIngress(resource, warn)),
    services,
    warn,
  );
  const httpRoutes = httpRouteRules(
    resources.filter((resource) => isHttpRoute(resource, warn)),
    services,
    new ReferenceGrants(resources),
    warn,
  );
  const hosts = new Set([...ingresses.keys(), ...httpRoutes.keys()]);
  const routes = [...hosts].flatMap((host) =>
    merged([...toRoutes(inOrder(ingresses.get(host) ?? [])), ...toRoutes(inPrecedence(httpRoutes.get(host) ?? []))]),
  );
  return { routes, backends: services.backends(), warnings };
}

/** The routes for all requests of a host come last. */
function merged(routes: readonly RouteSpec[]): RouteSpec[] {
  return [...routes.filter((route) => !isCatchAll(route)), ...routes.filter(isCatchAll)];
}

function isIngress(resource: Resource, warn: Warn): boolean {
  const { apiVersion, kind } = resource;
  if (kind !== "Ingress") return false;
  if (apiVersion === "networking.k8s.io/v1") return hasClass(resource, warn);
  if (/^(networking\.k8s\.io|extensions)\//.test(apiVersion)) {
    warn(resource, `Kubernetes no longer has ${apiVersion}; write networking.k8s.io/v1`);
  }
  return false;
}

function isHttpRoute(resource: Resource, warn: Warn): boolean {
  const { apiVersion, kind } = resource;
  if (kind !== "HTTPRoute" || !apiVersion.startsWith("gateway.networking.k8s.io/")) return false;
  if (HTTP_ROUTE_VERSIONS.includes(apiVersion)) return true;
  warn(resource, `Higress passes over ${apiVersion}; write ${HTTP_ROUTE_VERSIONS[0]}`);
  return false;
}

/** Whether Higress takes an Ingress. The old annotation counts before `spec.ingressClassName`. */
function hasClass(resource: Resource, warn: Warn): boolean {
  const field = Field.of(resource);
  const annotation = field.at("metadata").at("annotations").at("kubernetes.io/ingress.class");
  const name = annotation.exists ? annotation.text() : field.at("spec").at("ingressClassName").optionalText();
  if (name === undefined) {
    const where = `unless the cluster's default IngressClass is "${INGRESS_CLASS}"`;
    const local = `the local gateway takes it; write spec.ingressClassName: ${INGRESS_CLASS}`;
    warn(resource, `Higress passes over an Ingress without a class, ${where}; ${local}`);
    return true;
  }
  if (name === INGRESS_CLASS) return true;
  const got = `its class is "${name}", not "${INGRESS_CLASS}"`;
  warn(resource, `Higress passes over the Ingress, since ${got}`);
  return false;
}
