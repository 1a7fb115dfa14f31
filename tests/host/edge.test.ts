import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type GatewaySpec, type ListenerSpec, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { masked, maskedHeaders } from "../differential/mask.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection } from "../support/http.js";
import type { HeaderToSend } from "../support/http-request.js";
import { respondWith, echoUpstream, type Upstream } from "../support/upstream.js";

/** Listeners with different settings for forwarded addresses, request ids and Envoy's headers. */
const LISTENERS: Readonly<Record<string, Partial<ListenerSpec>>> = {
  "with default settings": {},
  "at the edge": { useRemoteAddress: true },
  "at the edge, behind one proxy": { useRemoteAddress: true, xffNumTrustedHops: 1 },
  "behind one proxy": { xffNumTrustedHops: 1 },
  "behind two proxies": { xffNumTrustedHops: 2 },
  "without Envoy's headers": { suppressEnvoyHeaders: true },
  "without request ids": { generateRequestId: false },
  "at the edge, without request ids": { useRemoteAddress: true, generateRequestId: false },
  "at the edge, keeping request ids": { useRemoteAddress: true, preserveExternalRequestId: true },
  "with request ids in responses": { alwaysSetRequestIdInResponse: true },
};

const REQUESTS: Readonly<Record<string, readonly HeaderToSend[]>> = {
  "without extra headers": [],
  "from an address": [["x-forwarded-for", "1.2.3.4"]],
  "from two addresses": [["x-forwarded-for", "1.2.3.4, 10.0.0.1"]],
  "from three addresses": [["x-forwarded-for", "1.2.3.4,10.0.0.1 , 5.6.7.8"]],
  "from addresses in two lines": [
    ["x-forwarded-for", "1.1.1.1"],
    ["x-forwarded-for", "2.2.2.2"],
  ],
  "from an IPv6 address": [["x-forwarded-for", "2001:db8::1"]],
  "from an address with a port": [["x-forwarded-for", "1.2.3.4:80"]],
  "from this machine": [["x-forwarded-for", "127.0.0.1"]],
  "from a text that is not an address": [["x-forwarded-for", "foo"]],
  "from an empty address": [["x-forwarded-for", ""]],
  "with the protocol https": [["x-forwarded-proto", "https"]],
  "with an unknown protocol": [["x-forwarded-proto", "ftp"]],
  "with an empty protocol": [["x-forwarded-proto", ""]],
  "with an id": [["x-request-id", "mine"]],
  "with an empty id": [["x-request-id", ""]],
  "with headers that only gateways set": [
    ...(["x-envoy-internal", "x-envoy-external-address", "x-envoy-foo", "x-envoy-decorator-operation"] as const),
    ...(["x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node", "x-envoy-original-path"] as const),
    ...(["x-envoy-original-host", "x-envoy-attempt-count", "x-forwarded-host", "x-forwarded-port"] as const),
    ...(["x-envoy-max-retries", "x-envoy-upstream-rq-timeout-ms", "x-forwarded-client-cert"] as const),
  ].map((name) => [name, "1"] as const),
  "whose response has Envoy's headers": [
    respondWith({
      headers: [
        ["x-envoy-upstream-service-time", "7"],
        ["x-envoy-foo", "1"],
        ["x-request-id", "theirs"],
      ],
    }),
  ],
};

const SCRIPT = [
  ...["request_headers get_header_map_pairs 0 %", "response_headers get_header_map_pairs 2 %"],
  ...['request_headers|log get_property "source\\0address %', 'log get_property "request\\0scheme %'],
].join("\n");

describeWithEnvoy("a listener", ({ path }) => {
  let envoy: RunningEnvoy;
  let gateway: RunningGateway;
  let upstream: Upstream;
  let nodeLog = "";

  beforeAll(async () => {
    upstream = await echoUpstream();
    const wasm = await buildPlugin("tests/support/raw-calls");
    const spec: GatewaySpec = {
      listeners: Object.entries(LISTENERS).map(([name, options]) => ({
        ...{ name, routes: [{ prefix: "/", cluster: "upstream" }], ...options },
        plugins: [{ name: "guest", vmId: name, wasm, configuration: SCRIPT }],
      })),
      clusters: [{ name: "upstream", port: upstream.port }],
    };
    envoy = await startEnvoy(spec, { envoy: path });
    gateway = await startGateway(spec, { log: ({ message }) => (nodeLog += `wasm log guest: ${message}\n`) });
  }, 120_000);
  afterAll(async () => {
    await envoy?.stop();
    await gateway?.stop(0);
    await upstream?.stop();
  });

  /** The response, the request that the upstream received, and the plugin's log lines. */
  async function seen(port: number, headers: readonly HeaderToSend[], log: () => string): Promise<string[]> {
    const before = log().length;
    const connection = await HttpConnection.open(port);
    const response = await connection.send({ headers });
    connection.close();
    await expect.poll(() => log().slice(before)).toMatch(/log: get_property "request\\0scheme/);
    const lines = [
      ...log()
        .slice(before)
        .matchAll(/wasm log guest[^:]*: (.*)/g),
    ].map(([, line]) => masked(line!));
    return [response.statusLine, ...maskedHeaders(response.headers), masked(response.text), ...lines];
  }

  const cases = Object.keys(LISTENERS).flatMap((listener) =>
    Object.keys(REQUESTS).map((request) => [listener, request] as const),
  );
  test.sequential.each(cases)("%s handles a request %s like Envoy", async (listener, request) => {
    const headers = REQUESTS[request]!;
    const node = await seen(gateway.port(listener), headers, () => nodeLog);
    expect(node).toEqual(await seen(envoy.port(listener), headers, () => envoy.log));
  });
});
