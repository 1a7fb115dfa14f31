import type { Resource } from "../resource.js";
import { Field } from "./field.js";
import { checkHost } from "./host-name.js";

/** An Ingress as Kubernetes accepts it. */
export interface Ingress {
  rules: IngressRule[];
  defaultBackend?: IngressBackend;
  hasTls: boolean;
}

export interface IngressRule {
  /** "*" for any host. */
  host: string;
  /** Undefined when the rule has no `http`. */
  paths?: IngressPath[];
}

export interface IngressPath {
  field: Field;
  path: string;
  pathType: PathType;
  backend: IngressBackend;
}

export interface IngressBackend {
  field: Field;
  /** Undefined when the backend is another resource. */
  service?: { name: string; port: number | string };
}

export type PathType = (typeof PATH_TYPES)[number];

const PATH_TYPES = ["Exact", "Prefix", "ImplementationSpecific"] as const;
/** Parts of paths that Kubernetes rejects for the types Exact and Prefix. */
const BAD_PARTS = [/\/\//, /\/\.\.?\//, /\/\.\.?$/, /%2f/i];

/** Reads an Ingress. Throws a ManifestError where the API server of Kubernetes rejects the Ingress. */
export function readIngress(resource: Resource): Ingress {
  const spec = Field.of(resource).at("spec");
  spec.object(["ingressClassName", "defaultBackend", "tls", "rules"]);
  const rules = spec.at("rules").list().map(readRule);
  const backend = spec.at("defaultBackend");
  if (rules.length === 0 && !backend.exists) throw spec.error("expected rules or a defaultBackend");
  const tls = spec.at("tls").list();
  for (const one of tls) one.object(["hosts", "secretName"]);
  return { rules, ...(backend.exists ? { defaultBackend: readBackend(backend) } : {}), hasTls: tls.length > 0 };
}

function readRule(field: Field): IngressRule {
  field.object(["host", "http"]);
  const host = field.at("host").optionalText();
  if (host !== undefined) checkHost(field.at("host"), host);
  const http = field.at("http");
  if (!http.exists) return { host: host ?? "" };
  http.object(["paths"]);
  const paths = http.at("paths");
  if (paths.list().length === 0) throw paths.error("expected at least one path");
  return { host: host ?? "*", paths: paths.list().map(readPath) };
}

function readPath(field: Field): IngressPath {
  field.object(["path", "pathType", "backend"]);
  const pathType = field.at("pathType").oneOf(PATH_TYPES);
  const path = field.at("path").optionalText() ?? "";
  if (path !== "" || pathType !== "ImplementationSpecific") checkPath(field.at("path"), path, pathType);
  return { field, path: path === "" ? "/" : path, pathType, backend: readBackend(field.at("backend")) };
}

function checkPath(field: Field, path: string, pathType: PathType): void {
  if (!path.startsWith("/")) throw field.error(`expected a path that begins with "/", got ${JSON.stringify(path)}`);
  if (pathType === "ImplementationSpecific") return;
  const bad = BAD_PARTS.map((part) => part.exec(path)?.[0]).find((one) => one !== undefined);
  if (bad !== undefined)
    throw field.error(`expected a path without ${JSON.stringify(bad)}, got ${JSON.stringify(path)}`);
}

function readBackend(field: Field): IngressBackend {
  field.object(["service", "resource"]);
  const service = field.at("service");
  const resource = field.at("resource");
  if (service.exists === resource.exists) throw field.error("expected one of service and resource");
  if (resource.exists) {
    resource.object(["apiGroup", "kind", "name"]);
    for (const name of ["kind", "name"]) resource.at(name).text();
    return { field };
  }
  service.object(["name", "port"]);
  const name = service.at("name").text();
  if (name === "") throw service.at("name").error("expected the name of a Service");
  const port = service.at("port");
  if (!port.exists) throw port.expected("an object with a number or a name");
  port.object(["name", "number"]);
  const [number, portName] = [port.at("number"), port.at("name").optionalText()];
  if (number.exists === (portName !== undefined)) throw port.error("expected one of number and name");
  return { field, service: { name, port: portName ?? number.integer(1, 65535) } };
}
