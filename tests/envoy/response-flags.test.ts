import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseLog } from "../../sdk/envoy/index.js";
import { ResponseFlag } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";
import { describeOnEngines, type LikeEnvoy } from "../host/like-envoy.js";
import { HttpConnection, type HttpRequest } from "../support/http.js";
import { respondWith, echoUpstream, type Upstream } from "../support/upstream.js";

/** A request, and what a plugin reads of it when it is logged. */
interface Case {
  request: HttpRequest;
  /** What the plugin does meanwhile, as a line of tests/support/raw-calls. */
  script?: string;
  /** Another plugin, behind it, has no configuration yet. */
  waits?: true;
  /** The client goes before there is an answer. */
  leaves?: true;
  flag?: keyof typeof ResponseFlag;
  /** The flag is there with the headers of the response already. */
  early?: boolean;
  details: string;
  /** What the transport says; none where no upstream was chosen. */
  transport?: string;
}

const toEcho: HttpRequest = { target: "/echo" };
const echo = (answer: Parameters<typeof respondWith>[0]): HttpRequest => ({ ...toEcho, headers: [respondWith(answer)] });
const slow = (answer: Parameters<typeof respondWith>[0]): HttpRequest => ({ target: "/slow", headers: [respondWith(answer)] });
const reset = (what: string, when = "before") => `upstream_reset_${when}_response_started{${what}}`;
const REFUSED = "delayed connect error: Connection refused";

const CASES: Readonly<Record<string, Case>> = {
  "an answer of the upstream": { request: toEcho, details: "via_upstream", transport: "" },
  "an error of the upstream": { request: echo({ status: 503 }), details: "via_upstream", transport: "" },
  "no route": { request: { target: "/nowhere" }, flag: "NoRouteFound", early: true, details: "route_not_found" },
  "no route any more": {
    request: toEcho,
    script: 'request_headers remove_header_map_value 0 ":path',
    ...{ flag: "NoRouteFound", early: true, details: "route_not_found" },
  },
  "an answer of the gateway": { request: { target: "/direct" }, details: "direct_response" },
  "an answer of the plugin": {
    request: toEcho,
    script: 'request_headers send_local_response 403 "no "body {x=y -1',
    details: "no",
  },
  "an answer of the plugin in the place of the upstream's": {
    request: toEcho,
    script: 'response_headers send_local_response 403 "no "body {x=y -1',
    ...{ details: "no", transport: "" },
  },
  "a plugin that cuts": { request: toEcho, script: "request_headers close_stream 0", details: "wasm_close_stream" },
  "a plugin that cuts the response": {
    request: toEcho,
    script: "response_headers close_stream 1",
    ...{ details: "via_upstream", transport: "" },
  },
  "a plugin without a configuration": {
    request: toEcho,
    waits: true,
    ...{ flag: "NoFilterConfigFound", early: true, details: "" },
  },
  "nobody listens": {
    request: { target: "/refused" },
    ...{ flag: "UpstreamConnectionFailure", early: true, transport: REFUSED },
    details: reset(`remote_connection_failure|${REFUSED.replaceAll(" ", "_")}`),
  },
  "the upstream closes without an answer": {
    request: { target: "/closes" },
    ...{ flag: "UpstreamConnectionTermination", early: true, details: reset("connection_termination"), transport: "" },
  },
  "the upstream breaks off without an answer": {
    request: echo({ reset: true }),
    ...{ flag: "UpstreamConnectionTermination", early: true, details: reset("connection_termination"), transport: "" },
  },
  "the upstream closes within its answer": {
    request: echo({ headers: [["content-length", "10"]], body: "half", cut: true }),
    ...{ flag: "UpstreamProtocolError", details: reset("protocol_error", "after"), transport: "" },
  },
  "the upstream breaks off within its answer": {
    request: { target: "/breaks" },
    ...{ flag: "UpstreamProtocolError", details: reset("protocol_error", "after"), transport: "" },
  },
  "the upstream answers nonsense": {
    request: { target: "/nonsense" },
    ...{ flag: "UpstreamProtocolError", early: true, details: reset("protocol_error"), transport: "" },
  },
  "the upstream is too slow": {
    request: slow({ hang: true }),
    ...{ flag: "UpstreamRequestTimeout", early: true, details: "response_timeout", transport: "" },
  },
  "the upstream is too slow within its answer": {
    request: slow({ chunks: ["a", "b"], chunkDelayMs: 1000 }),
    ...{ flag: "UpstreamRequestTimeout", details: "response_timeout", transport: "" },
  },
  "the client leaves": {
    request: echo({ hang: true }),
    leaves: true,
    ...{ flag: "DownstreamConnectionTermination", details: "downstream_remote_disconnect", transport: "" },
  },
  "a body too large": {
    request: { ...toEcho, body: "x".repeat(1_100_000) },
    script: "request_body return 1",
    ...{ details: "request_payload_too_large", transport: "" },
  },
  "a request that breaks HTTP's rules": {
    request: { ...toEcho, headers: [["transfer-encoding", "gzip"]] },
    ...{ flag: "DownstreamProtocolError", details: "http1.invalid_transfer_encoding" },
  },
  "a request that the gateway refuses": {
    request: { target: "/echo#fragment" },
    details: "path_normalization_failed",
  },
  "an upgrade that is not allowed": {
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
  let envoy: LikeEnvoy;
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
      listeners: Object.entries(CASES).map(([name, { script = "", waits }]) => ({
        name: listener(name),
        plugins: [
          { name: "flags", wasm, vmId: listener(name), configuration: [...read, script].join("\n") },
          ...(waits ? [waiting] : []),
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

  test.each(Object.entries(CASES))("%s", async (name, { request, leaves, flag, early, details, transport }) => {
    const mark = envoy.mark();
    const client = await HttpConnection.open(envoy.port(listener(name)));
    const answer = client.send(request, 3000).catch(() => undefined);
    if (leaves) {
      await sleep(100);
      client.close();
    }
    await answer;
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

/** A number as the plugin prints its bytes. */
function printed(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  const shown = [...bytes].map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(16)}`,
  );
  return `'${shown.join("")}'`;
}

/** A server that does something when it has read something. */
async function server(then: (socket: Socket) => void): Promise<Server> {
  const one = createServer((socket) => socket.once("data", () => then(socket)).on("error", () => {}));
  await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  return one;
}
