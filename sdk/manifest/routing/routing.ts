import type { RouteSpec } from "../../spec/gateway-spec.js";
import type { Position } from "../manifest-error.js";

/** The routes and backends that Ingress, HTTPRoute and Service manifests describe. */
export interface Routing {
  /** In the order in which the gateway tries them. */
  routes: RouteSpec[];
  /** The clusters that the routes name, and those of all Services with a port. */
  backends: Backend[];
  /** What was passed over, and why. */
  warnings: string[];
}

/** A port of a Kubernetes Service behind the gateway. */
export interface Backend {
  /** The cluster's name in Higress and Istio: "outbound|80||foo.default.svc.cluster.local". */
  cluster: string;
  namespace: string;
  service: string;
  port: number;
  /** `spec.externalName` of a Service with `type: ExternalName`. */
  externalName?: string;
  /** The backend speaks HTTP/2 without TLS, by the name or `appProtocol` of the Service's port. */
  http2: boolean;
  /** Where the backend is named first. */
  position: Position;
}
