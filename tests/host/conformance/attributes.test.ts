import { afterAll, beforeAll, expect, test } from "vitest";
import { request } from "../../support/http.js";
import { echoUpstream, type Upstream } from "../../support/upstream.js";
import { describeOnEngines, type TestGateway } from "../engines.js";
import { guestFile, pluginLog } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { call, out, logStatus } from "./support/steps.js";

const TLS = ["subject_peer_certificate", "uri_san_peer_certificate", "sha256_peer_certificate_digest", "tls_version"];

/** Attributes by the statuses of reading them in four callbacks: configure, request headers, response headers, and log. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "0 0 0 0": ["plugin_name", "plugin_root_id", "plugin_vm_id", "xds.node", "xds.node.id", "xds.node.metadata"],
  "1 0 0 0": [
    ...["request.headers", "request.headers_bytes", "request.time", "request.protocol", "request.size"],
    ...["request.total_size", "response.flags", "response.headers", "response.headers_bytes", "response.trailers"],
    ...["response.size", "response.total_size", "source.address", "source.port", "destination.address"],
    ...["destination.port", "connection_id", "connection.id", "connection.mtls", "connection.requested_server_name"],
    ...["metadata", "metadata.filter_metadata", "k", "filter_state|wasm.k"],
    ...["upstream.num_endpoints", "upstream.request_attempt_count"],
    ...["xds.cluster_name", "xds.cluster_metadata", "xds.listener_direction", "xds.listener_metadata"],
    ...["xds.route_name", "xds.route_metadata", "xds.virtual_host_name", "xds.virtual_host_metadata"],
    "xds.filter_chain_name",
  ],
  // These come from the request headers, which the host drops when the headers continue to the upstream.
  "1 0 1 0": [
    ...["request.path", "request.url_path", "request.query", "request.host", "request.scheme", "request.method"],
    ...["request.referer", "request.useragent", "request.id", "request.headers.x-a"],
  ],
  "1 1 0 0": [
    ...["response.code", "response.code_details", "response.grpc_status", "upstream.address", "upstream.port"],
    ...["upstream.local_address", "upstream.transport_failure_reason", "upstream.cx_pool_ready_duration"],
    "upstream.locality",
  ],
  "1 1 1 0": ["request.duration", "response.backend_latency"],
  "1 1 1 1": [
    ...["nothing", "request.nothing", "xds.node.nothing", "metadata.filter_metadata.x", "request.headers.x-none"],
    ...["request.path.x", "k.x", "node", "route_name", "cluster_name", "connection.transport_failure_reason"],
    ...TLS.flatMap((name) => [`connection.${name}`, `upstream.${name}`]),
  ],
  // Attributes that exist, but that the host cannot serialize.
  "1 1 3 3": ["upstream_filter_state", "xds.upstream_host_metadata", "xds.upstream_host_locality_metadata"],
  "1 3 3 3": ["request", "response", "connection", "upstream", "source", "filter_state"],
  "3 3 3 3": ["xds"],
};

const names = Object.values(EXPECTED).flat();
/** The path of an attribute. A dot separates segments, or a bar where a segment contains a dot. */
const path = (name: string) => name.replaceAll(name.includes("|") ? "|" : ".", "\0");
const read = (phase: string) =>
  names.map((name) => logStatus(`${phase} ${name}`, "proxy_get_property", path(name), out("value")));

describeOnEngines("properties", (start) => {
  let upstream: Upstream;
  let engine: TestGateway;
  let logged: string[];

  beforeAll(async () => {
    const guest = new Guest({
      proxy_on_configure: read("configure"),
      proxy_on_request_headers: [call("proxy_set_property", "k", "v"), ...read("request")],
      proxy_on_response_headers: read("response"),
      proxy_on_log: [...read("log"), call("proxy_log", 2, "the end")],
    });
    upstream = await echoUpstream();
    engine = await start({
      listeners: [
        {
          name: "gateway",
          plugins: [{ name: "guest", wasm: guestFile(guest), rootId: "root", vmId: "vm" }],
          routes: [{ name: "default/foo", prefix: "/", cluster: "up" }],
        },
      ],
      clusters: [{ name: "up", port: upstream.port }],
    });
    const headers = [
      ["x-a", "1"],
      ["referer", "r"],
      ["user-agent", "u"],
      ["x-request-id", "8a9b5d4e-0000-4000-8000-000000000000"],
    ] as const;
    await request(engine.port("gateway"), { target: "/foo?a=b", headers });
    await engine.waitForLog("the end");
    logged = pluginLog(engine.log);
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await upstream?.stop();
  });

  test.each(Object.entries(EXPECTED))(
    "[152] reading these attributes in configure, request, response and log returns the statuses %s",
    (statuses, group) => {
      const status = (phase: string, name: string) =>
        logged
          .find((line) => line.startsWith(`${phase} ${name}  `))
          ?.slice(-2)
          .trim();
      const found = (name: string) =>
        ["configure", "request", "response", "log"].map((phase) => status(phase, name)).join(" ");
      expect(Object.fromEntries(group.map((name) => [name, found(name)]))).toEqual(
        Object.fromEntries(group.map((name) => [name, statuses])),
      );
    },
  );
});
