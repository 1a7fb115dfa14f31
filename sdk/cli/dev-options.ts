import { resolve } from "node:path";
import { parseCluster, parseService } from "../dev/addresses.js";
import type { DevOptions, TcpAddress } from "../dev/options.js";
import { PATH_NORMALIZATIONS } from "../dev/path-normalization.js";
import { PLUGIN_LOG_LEVELS } from "../spec/engine.js";
import { fetchOptionsOf } from "./image/fetch-options.js";
import { oneOf, portOf } from "./option-values.js";
import { UsageError } from "./usage-error.js";

/** The options of `dev`, as `parseArgs` of node:util takes them. */
export const DEV_OPTIONS = {
  file: { type: "string", short: "f", multiple: true },
  port: { type: "string" },
  "admin-port": { type: "string" },
  engine: { type: "string" },
  host: { type: "string" },
  https: { type: "boolean" },
  "path-normalization": { type: "string" },
  service: { type: "string", multiple: true },
  cluster: { type: "string", multiple: true },
  plugin: { type: "string", multiple: true },
  tcp: { type: "string", multiple: true },
  namespace: { type: "string" },
  label: { type: "string", multiple: true },
  log: { type: "string" },
  "call-limit": { type: "string" },
  ca: { type: "string" },
  insecure: { type: "string", multiple: true },
} as const;

export const DEV_HELP = `Serves the plugins that Kubernetes manifests describe, on 127.0.0.1. Watches sources and manifests, rebuilds, and puts
changes in force without dropping a request.

Reads the kinds WasmPlugin (Higress and Istio), Ingress, HTTPRoute, Service and Gateway. Without -f, reads wasmplugin.yaml,
ingress.yaml, httproute.yaml, gateway.yaml and service.yaml of the current folder. A WasmPlugin whose image is the project
in the current folder runs the project's own build. Without a WasmPlugin, the project's plugin runs without a configuration.
Other modules come from their registries and servers, as in the cluster, with the credentials of docker login.

  -f, --file FILE|DIR     a manifest, or a folder with manifests; may be repeated
  --port N                the port; 10000 by default, 0 for any free port
  --admin-port N          the port of /stats and /config_dump; 15000 by default, or any free port when 15000 is in use
  --engine node|envoy     the Node gateway in this process, or a real Envoy; node by default
  --host higress|envoy    whose host calls plugins get in the Node gateway; higress by default if a manifest has a WasmPlugin
                          of Higress, envoy otherwise
  --https                 serves TLS with HTTP/2 and HTTP/1.1, with a generated certificate
  --path-normalization M  how the gateway changes paths, as pathNormalization in MeshConfig does: NONE, BASE, MERGE_SLASHES or
                          DECODE_AND_MERGE_SLASHES; BASE by default, as in Istio and Higress
  --service NAME=ADDRESS  the address of a Service: default/foo=127.0.0.1:3000, default/foo:80=h2c://127.0.0.1:50051 for one
                          port and for HTTP/2. A Service without an address is an echo, which responds with the request
  --cluster NAME=ADDRESS  the address of a cluster by its whole name: "outbound|443||auth.dns=127.0.0.1:3000"
  --plugin NAME=PATH      the module, or the project's folder, of the WasmPlugin NAME
  --tcp PORT=SERVICE:PORT a TCP listener: 5432=default/db:5432. Without it, plugins with type: NETWORK get the port after --port
  --namespace NAME        the namespace of the gateway, in which Istio looks for WasmPlugins
  --label KEY=VALUE       a further label of the gateway, for selectors of Istio's WasmPlugins
  --log LEVEL             trace, debug, info, warn, error or critical; info by default
  --call-limit MS         how long one call into a plugin may take before its VM ends; 5000 by default, 0 for no limit.
                          On Envoy, for the start of a plugin only
  --ca FILE               a certificate authority in PEM that is trusted for images and modules too
  --insecure HOST         a registry or server, with its port, whose certificate is not verified, and which may speak plain
                          HTTP; may be repeated. Registries on this machine may speak plain HTTP without the option

On a terminal: r rebuilds, u prints URLs and curl commands, p prints the plugins in order, l changes the log level, q quits.

Examples:
  npx as-proxy-wasm dev
  npx as-proxy-wasm dev -f manifests/ --service default/foo=127.0.0.1:3000
  npx as-proxy-wasm dev -f wasmplugin.yaml --plugin jwt-auth=../jwt-auth --engine envoy`;

/**
 * Reads the options of `dev`.
 *
 * @throws UsageError that names the option and the expected value
 */
export function parseDevOptions(values: Readonly<Record<string, unknown>>, folder: string): DevOptions {
  const text = (name: string) => values[name] as string | undefined;
  const list = (name: string) => (values[name] as string[] | undefined) ?? [];
  const engine = oneOf("--engine", text("engine") ?? "node", ["node", "envoy"]);
  const host = text("host") === undefined ? undefined : oneOf("--host", text("host")!, ["envoy", "higress"]);
  if (engine === "envoy" && host === "higress") {
    throw new UsageError("--host higress needs --engine node: a stock Envoy does not provide Higress's host calls");
  }
  const adminPort = text("admin-port");
  const normalization = text("path-normalization");
  const namespace = text("namespace");
  return {
    ...{ folder, engine, https: values["https"] === true, files: list("file") },
    port: portOf("--port", text("port") ?? "10000"),
    ...(adminPort === undefined ? {} : { adminPort: portOf("--admin-port", adminPort) }),
    ...(host === undefined ? {} : { host }),
    ...(normalization === undefined
      ? {}
      : { pathNormalization: oneOf("--path-normalization", normalization, PATH_NORMALIZATIONS) }),
    services: list("service").map((value) => usage(() => parseService(value))),
    clusters: list("cluster").map((value) => usage(() => parseCluster(value))),
    plugins: new Map(list("plugin").map(pluginOf)),
    tcp: differentPorts(list("tcp").map(tcpOf)),
    ...(namespace === undefined ? {} : { namespace }),
    labels: Object.fromEntries(list("label").map(labelOf)),
    fetch: fetchOptionsOf(values),
    logLevel: oneOf("--log", text("log") ?? "info", PLUGIN_LOG_LEVELS),
    callLimitMs: milliseconds("--call-limit", text("call-limit") ?? "5000"),
  };
}

function pluginOf(value: string): [name: string, path: string] {
  const [, name, path] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (name === undefined) throw new UsageError(`--plugin ${value}: expected NAME=FILE or NAME=FOLDER`);
  return [name, resolve(path!)];
}

function tcpOf(value: string): TcpAddress {
  const [, listener, namespace = "default", service, servicePort] =
    /^(\d+)=(?:([a-z0-9-]+)\/)?([a-z0-9.-]+):(\d+)$/.exec(value) ?? [];
  if (service === undefined) {
    throw new UsageError(`--tcp ${value}: expected PORT=[NAMESPACE/]SERVICE:PORT, such as 5432=default/db:5432`);
  }
  return { port: portOf("--tcp", listener!), namespace, service, servicePort: portOf("--tcp", servicePort!) };
}

function differentPorts(listeners: TcpAddress[]): TcpAddress[] {
  for (const [index, { port }] of listeners.entries()) {
    if (listeners.findIndex((one) => one.port === port) < index) {
      throw new UsageError(`--tcp ${port}: another --tcp has the same port`);
    }
  }
  return listeners;
}

function labelOf(value: string): [key: string, value: string] {
  const [, key, text] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  if (key === undefined) throw new UsageError(`--label ${value}: expected KEY=VALUE, such as istio=ingressgateway`);
  return [key, text!];
}

function milliseconds(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`${option} ${value}: expected milliseconds, such as 5000`);
  return Number(value);
}

function usage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
