import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseLog } from "../../sdk/envoy/index.js";
import { ResponseFlag } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { HttpConnection, type HttpRequest } from "../support/http.js";
import { respondWith, echoUpstream, type Upstream } from "../support/upstream.js";

/** A request, and the properties that a plugin reads in `proxy_on_log`. */
interface Case {
  request: HttpRequest;
  /** What the plugin does during the request, as a script line for tests/support/raw-calls. */
  script?: string;
  /** The next plugin in the filter chain has no configuration yet. */
  unconfigured?: true;
  /** The client disconnects before the response. */
  disconnects?: true;
  flag?: keyof typeof ResponseFlag;
  /** The flag is already set when the response headers arrive. */
  early?: boolean;
  details: string;
  /** The transport failure reason; undefined where the gateway chose no upstream. */
  transport?: string;
}

const toEcho: HttpRequest = { target: "/echo" };
const echo = (response: Parameters<typeof respondWith>[0]): HttpRequest => ({
  ...toEcho,
  headers: [respondWith(response)],
});
const slow = (response: Parameters<typeof respondWith>[0]): HttpRequest => ({
  target: "/slow",
  headers: [respondWith(response)],
});
const reset = (reason: string, when = "before") => `upstream_reset_${when}_response_started{${reason}}`;
const REFUSED = "delayed connect error: Connection refused";

const CASES: Readonly<Record<string, Case>> = {
  "a response from the upstream": { request: toEcho, details: "via_upstream", transport: "" },
  "an error response from the upstream": { request: echo({ status: 503 }), details: "via_upstream", transport: "" },
  "no route": { request: { target: "/nowhere" }, flag: "NoRouteFound", early: true, details: "route_not_found" },
  "no route after the plugin's change": {
    request: toEcho,
    script: 'request_headers remove_header_map_value 0 ":path',
    ...{ flag: "NoRouteFound", early: true, details: "route_not_found" },
  },
  "a direct response of the gateway": { request: { target: "/direct" }, details: "direct_response" },
  "a local reply of the plugin": {
    request: toEcho,
    script: 'request_headers send_local_response 403 "no "body {x=y -1',
    details: "no",
  },
  "a local reply instead of the upstream's response": {
    request: toEcho,
    script: 'response_headers send_local_response 403 "no "body {x=y -1',
    ...{ details: "no", transport: "" },
  },
  "a plugin that closes the request stream": {
    request: toEcho,
    script: "request_headers close_stream 0",
    details: "wasm_close_stream",
  },
  "a plugin that closes the response stream": {
    request: toEcho,
    script: "response_headers close_stream 1",
    ...{ details: "via_upstream", transport: "" },
  },
  "a plugin without a configuration": {
    request: toEcho,
    unconfigured: true,
    ...{ flag: "NoFilterConfigFound", early: true, details: "" },
  },
  "an upstream that refuses connections": {
    request: { target: "/refused" },
    ...{ flag: "UpstreamConnectionFailure", early: true, transport: REFUSED },
    details: reset(`remote_connection_failure|${REFUSED.replaceAll(" ", "_")}`),
  },
  "an upstream that closes before its response": {
    request: { target: "/closes" },
    ...{ flag: "UpstreamConnectionTermination", early: true, details: reset("connection_termination"), transport: "" },
  },
  "an upstream that resets before its response": {
    request: echo({ reset: true }),
    ...{ flag: "UpstreamConnectionTermination", early: true, details: reset("connection_termination"), transport: "" },
  },
  "an upstream that closes in the middle of its response": {
    request: echo({ headers: [["content-length", "10"]], body: "half", cut: true }),
    ...{ flag: "UpstreamProtocolError", details: reset("protocol_error", "after"), transport: "" },
  },
  "an upstream that resets in the middle of its response": {
    request: { target: "/breaks" },
    ...{ flag: "UpstreamProtocolError", details: reset("protocol_error", "after"), transport: "" },
  },
  "an upstream whose response is not HTTP": {
    request: { target: "/nonsense" },
    ...{ flag: "UpstreamProtocolError", early: true, details: reset("protocol_error"), transport: "" },
  },
  "an upstream that times out before its response": {
    request: slow({ hang: true }),
    ...{ flag: "UpstreamRequestTimeout", early: true, details: "response_timeout", transport: "" },
  },
  "an upstream that times out in the middle of its response": {
    request: slow({ chunks: ["a", "b"], chunkDelayMs: 1000 }),
    ...{ flag: "UpstreamRequestTimeout", details: "response_timeout", transport: "" },
  },
  "a client that disconnects": {
    request: echo({ hang: true }),
    disconnects: true,
    ...{ flag: "DownstreamConnectionTermination", details: "downstream_remote_disconnect", transport: "" },
  },
  "a request body that is too large": {
    request: { ...toEcho, body: "x".repeat(1_100_000) },
    script: "request_body return 1",
    ...{ details: "request_payload_too_large", transport: "" },
  },
  "a request that is not valid HTTP": {
    request: { ...toEcho, headers: [["transfer-encoding", "gzip"]] },
    ...{ flag: "DownstreamProtocolError", details: "http1.invalid_transfer_encoding" },
  },
  "a request whose path the gateway rejects": {
    request: { target: "/echo#fragment" },
    details: "path_normalization_failed",
  },
  "an upgrade that the listener does not allow": {
    request: {
      ...toEcho,
      headers: [
        ["connection", "upgrade"],
        ["upgrade", "websocket"],
      ],
    },
    details: "upgrade_failed",
  },
};

describeOnEngines("response.flags", (start) => {
  let echoes: Upstream;
  const servers: Record<string, Server> = {};
  let envoy: TestGateway;
  const listener = (name: string) => `l${Object.keys(CASES).indexOf(name)}`;

  beforeAll(async () => {
    echoes = await echoUpstream();
    servers.closes = await server((socket) => socket.end());
    servers.nonsense = await server((socket) => socket.end("nonsense\r\n\r\n"));
    servers.breaks = await server((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const wasm = await buildPlugin("tests/support/raw-calls");
    const read = [
      ...["response_headers", "log"].map((phase) => `${phase} get_property "response\\0flags %`),
      ...["response\\0code_details", "upstream\\0transport_failure_reason"].map(
        (path) => `log get_property "${path} %`,
      ),
    ];
    const waiting = { name: "waiting", wasm, ecds: "later" as const };
    envoy = await start({
      listeners: Object.entries(CASES).map(([name, { script = "", unconfigured }]) => ({
        name: listener(name),
        plugins: [
          { name: "flags", wasm, vmId: listener(name), configuration: [...read, script].join("\n") },
          ...(unconfigured ? [waiting] : []),
        ],
        routes: [
          { prefix: "/direct", directResponse: { status: 500 } },
          { prefix: "/slow", cluster: "echo", timeoutMs: 200 },
          ...["echo", "refused", ...Object.keys(servers)].map((cluster) => ({ prefix: `/${cluster}`, cluster })),
        ],
      })),
      clusters: [
        { name: "echo", port: echoes.port },
        { name: "refused", port: 1 },
        ...Object.entries(servers).map(([name, one]) => ({ name, port: (one.address() as AddressInfo).port })),
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await envoy?.stop();
    await echoes?.stop();
    for (const one of Object.values(servers)) one.close();
  });

  test.each(Object.entries(CASES))("%s", async (name, { request, disconnects, flag, early, details, transport }) => {
    const mark = envoy.mark();
    const client = await HttpConnection.open(envoy.port(listener(name)));
    const response = client.send(request, 3000).catch(() => undefined);
    if (disconnects) {
      await sleep(100);
      client.close();
    }
    await response;
    client.close();
    await envoy.waitForLog("transport_failure_reason", 5000, mark);
    const lines = parseLog(envoy.logSince(mark)).flatMap(({ message }) => {
      const [, phase, path, value] = /: (\w+): get_property "(\S+) % = (.*)$/.exec(message) ?? [];
      return path === undefined ? [] : [[`${phase} ${path.replace("\\0", ".")}`, value?.replace(/^0 \d+ /, "")]];
    });
    const seen = Object.fromEntries(lines) as Record<string, string>;
    const bits = flag ? ResponseFlag[flag] : 0n;
    if ("response_headers response.flags" in seen) {
      expect(seen["response_headers response.flags"]).toBe(printed(early ? bits : 0n));
    }
    expect(seen).toMatchObject({
      "log response.flags": printed(bits),
      "log response.code_details": `'${details}'`,
      "log upstream.transport_failure_reason":
        transport === undefined ? expect.stringMatching(/^1 /) : `'${transport}'`,
    });
  });
});

/** The bytes of a number, in the plugin's notation. */
function printed(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  const shown = [...bytes].map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(16)}`,
  );
  return `'${shown.join("")}'`;
}

/** A server that calls `onData` after the first bytes from a client. */
async function server(onData: (socket: Socket) => void): Promise<Server> {
  const one = createServer((socket) => socket.once("data", () => onData(socket)).on("error", () => {}));
  await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  return one;
}
