import type { FieldMatchSpec, HeaderChangesSpec, RedirectSpec, RegexRewriteSpec } from "../../spec/gateway-spec.js";
import type { Resource } from "../resource.js";

/** A backend of a route: a cluster with its weight. */
export interface Destination extends HeaderChangesSpec {
  cluster: string;
  weight: number;
}

/** The path of one route of Envoy. */
export interface PathMatch {
  kind: "path" | "prefix" | "pathSeparatedPrefix" | "regex";
  value: string;
}

/** The conditions of a route other than its path. */
export interface Conditions {
  method?: FieldMatchSpec;
  headers: FieldMatchSpec[];
  queryParameters: FieldMatchSpec[];
}

/** A rule for one host, before rules are ordered. A rule with several paths becomes several routes. */
export interface Rule extends Conditions {
  name: string;
  host: string;
  paths: PathMatch[];
  ignoreCase: boolean;
  destinations: Destination[];
  redirect?: RedirectSpec;
  /** The status for requests whose backend cannot be used; 503 by default. */
  clusterNotFoundStatus?: 500;
  /** The status for every request, when the rule has no usable backend. */
  status?: number;
  prefixRewrite?: string;
  regexRewrite?: RegexRewriteSpec;
  hostRewrite?: string;
  headerChanges: HeaderChangesSpec;
  timeoutMs: number;
  resource: Resource;
}

/** How Higress's controller takes the path of an Ingress. */
export type OriginType = "exact" | "prefix" | "prefixRegex" | "fullPathRegex" | "";

/** A rule with the facts that Higress sorts by. */
export interface IngressRouteRule extends Rule {
  originType: OriginType;
  originPath: string;
  isDefaultBackend: boolean;
  /** Two rules with the same key are in conflict. */
  key: string;
  /** The expected sum of the weights; 0 when unknown. */
  weightTotal: number;
}

/** Receives the warnings about resources. */
export type Warn = (resource: Resource, text: string) => void;
