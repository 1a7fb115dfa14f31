import { connect, constants, createServer, type ClientHttp2Session } from "node:http2";
import { connect as connectTcp, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type GatewaySpec, type PluginSpec } from "../../sdk/envoy/index.js";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import type { HttpRequest } from "../support/http-request.js";
import { request } from "../support/http.js";
import { Http2Connection, receive, request2 } from "../support/http2.js";
import { respondWith, echoUpstream, type Upstream } from "../support/upstream.js";
import { describeOnEngines, type TestGateway } from "./engines.js";

const MIB = 1024 * 1024;
const LOGS = [["property", ["request", "protocol"], "string"], ["line"], ["request.entries"]];

/** Listeners by name. Each has one plugin, whose configuration lists its steps. */
const PLUGINS: Record<string, { plugin: string; configuration: object }> = {
  write: { plugin: "body-write", configuration: { request: LOGS, requestBody: [["body.append", "+"]] } },
  stream: { plugin: "body-stream", configuration: { requestTrailers: [["requestTrailers.entries"]] } },
  deny: { plugin: "body-write", configuration: { request: [["reply", 403, [["x-a", "1"], ["x-a", "2"]], "denied"]] } }, // prettier-ignore
  late: { plugin: "body-write", configuration: { responseBody: [["reply", 403, [], "denied"]] } },
  twice: {
    plugin: "body-write",
    configuration: { response: ["content-type", "location", "x-a"].map((name) => ["response.append", name, "b"]) },
  },
};

/** A frame of HTTP/2 on the stream 1, or on the connection. */
const frame = (type: number, flags: number, stream: 0 | 1, payload: Buffer) =>
  Buffer.concat([Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]), payload]);

/** One write with the headers of a POST with `expect: 100-continue`, and the reset of its stream. */
const EXPECTS_AND_CANCELS = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  frame(4, 0, 0, Buffer.alloc(0)),
  frame(1, 4, 1, Buffer.concat([Buffer.from([0x83, 0x86, 0x84, 0x41, 1]), Buffer.from("h\x63\x0c100-continue")])),
  frame(3, 0, 1, Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])),
]);

async function specOf(port: number): Promise<GatewaySpec> {
  const listeners = Object.entries(PLUGINS).map(async ([name, { plugin, configuration }]) => {
    const wasm = await buildPlugin(`tests/plugins/${plugin}`);
    const plugins: PluginSpec[] = [{ name: plugin, wasm, configuration, vmId: name }];
    return { name, plugins, routes: [{ prefix: "/", cluster: "upstream", timeoutMs: 3000 }] };
  });
  return { listeners: await Promise.all(listeners), clusters: [{ name: "upstream", port }] };
}

const many = (count: number): HttpRequest => ({
  headers: Array.from({ length: count }, (_, index) => [`x-${index}`, "1"] as const),
});
const large = (size: number): HttpRequest => ({ headers: [["x-a", "a".repeat(size)]] });
const responding = (response: Parameters<typeof respondWith>[0]): HttpRequest => ({ headers: [respondWith(response)] });

const CASES: [listener: string, name: string, request: HttpRequest][] = [
  ["write", "GET", {}],
  ["write", "a body with headers", { body: "x", target: "/a?b", headers: [["cookie", "a=1"], ["te", "trailers"], ["x", "\xe9\xff"]] }], // prettier-ignore
  ["write", "cookies in two lines", { headers: [["cookie", "a=1"], ["cookie", "b=2"], ["x-last", "1"]] }], // prettier-ignore
  ["write", "expect: 100-continue", { body: "x", headers: [["expect", "100-continue"]] }],
  ["write", "chunks and trailers", { chunks: ["a", "b"], chunkDelayMs: 30, trailers: [["x-t", "1"]] }],
  ["stream", "chunks and trailers, one by one", { chunks: ["a", "b"], chunkDelayMs: 30, trailers: [["x-t", "1"]] }],
  ["stream", "a body of one chunk", { chunks: ["abc"] }],
  ["stream", "an empty body", { chunks: [] }],
  [
    "stream",
    "a response with trailers",
    responding({ chunks: ["aa", "bb"], chunkDelayMs: 20, trailers: [["x-t", "1"]] }),
  ],
  [
    "stream",
    "a response with a trailer that HTTP/2 forbids",
    responding({ chunks: ["aa"], trailers: [["connection", "close"]] }),
  ],
  ["deny", "a local reply", {}],
  ["deny", "a local reply to gRPC", { method: "POST", headers: [["content-type", "application/grpc"]] }],
  ["deny", "a local reply to HEAD", { method: "HEAD" }],
  ["deny", "a local reply before the body's end", { chunks: ["a", "b", "c"], chunkDelayMs: 30 }],
  ["late", "a local reply after the response headers", {}],
  ["twice", "headers that occur twice", responding({ headers: [["content-type", "a"], ["location", "a"], ["x-a", "a"]] })], // prettier-ignore
  ["write", "HEAD", { method: "HEAD" }],
  ["write", "CONNECT", { method: "CONNECT" }],
  ["write", "OPTIONS *", { method: "OPTIONS", target: "*" }],
  ["write", "a fragment", { target: "/a#b" }],
  ["write", "user information in the host", { headers: [["host", "user:pass@h"]] }],
  ["write", "an unknown method", { method: "FOO" }],
  ["write", "te: gzip", { headers: [["te", "gzip"]] }],
  ["write", "headers that only a gateway sets", { headers: [["x-envoy-retry-on", "5xx"], ["x-envoy-internal", "true"], ["x-request-id", "mine"]] }], // prettier-ignore
  ["write", "100 headers", many(96)],
  ["write", "101 headers", many(97)],
  ["write", "60 KiB of headers", large(60 * 1024 - 3 - 46)],
  ["write", "one byte more than 60 KiB of headers", large(60 * 1024 - 3 - 45)],
  ["write", "204", responding({ status: 204 })],
  ["write", "304", responding({ status: 304 })],
  ["write", "an upstream that resets the connection", responding({ reset: true })],
  [
    "write",
    "a response that ends too early",
    responding({ body: "abc", cut: true, headers: [["content-length", "10"]] }),
  ],
  ["write", "no response in time", responding({ hang: true })],
  ["write", "connection headers of HTTP/1", responding({ headers: [["set-cookie", "a"], ["set-cookie", "b"], ["connection", "x-h"], ["keep-alive", "5"], ["X-Up", "1"]] })], // prettier-ignore
  ["write", "a body above the limit for HTTP/1", { body: "x".repeat(MIB + 1), headers: [respondWith({ body: "ok" })] }],
  [
    "write",
    "a body above the limit for HTTP/2",
    { body: "x".repeat(17 * MIB), headers: [respondWith({ body: "ok" })] },
  ],
  ["write", "a wrong content-length", { chunks: ["abc"], headers: [["content-length", "5"]] }],
];

describeWithEnvoy("the gateway handles HTTP/2 like Envoy", ({ path }) => {
  let envoy: Awaited<ReturnType<typeof startEnvoy>>;
  let gateway: RunningGateway;
  let upstream: Upstream;
  let lines = "";

  beforeAll(async () => {
    upstream = await echoUpstream();
    const spec = await specOf(upstream.port);
    envoy = await startEnvoy(spec, { envoy: path });
    gateway = await startGateway(spec, { log: ({ message }) => (lines += `${message}\n`) });
  }, 60_000);
  afterAll(async () => {
    await envoy?.stop();
    await gateway?.stop(0);
    await upstream?.stop();
  });

  test.each(CASES)("%s: %s", async (listener, _, request) => {
    const mark = envoy.mark();
    const real = await exchange(envoy.port(listener), request);
    const from = lines.length;
    const node = await exchange(gateway.port(listener), request);
    expect(node).toEqual(real);
    const logged = [...envoy.logSince(mark).matchAll(/wasm log[^:]*: (.*)$/gm)].map(([, line]) => line!);
    expect(masked(lines.slice(from)).trimEnd().split("\n")).toEqual(masked(logged.join("\n")).split("\n"));
  });
});

/** Sends a request and returns the response: headers in alphabetical order, without values that differ each time. */
async function exchange(port: number, request: HttpRequest): Promise<object> {
  try {
    const { status, headers, text, trailers, interim, reset } = await request2(port, request);
    const kept = headers.map(([name, value]) => (/^date$|service-time$/.test(name) ? [name] : [name, value]));
    return { status, headers: kept.sort(), text: masked(text), trailers, interim, reset };
  } catch (error) {
    return { failure: String(error) };
  }
}

function masked(text: string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "ID");
}

describeOnEngines("HTTP/2", (start) => {
  let upstream: Upstream;
  let gateway: TestGateway;

  beforeAll(async () => {
    upstream = await echoUpstream();
    gateway = await start(await specOf(upstream.port));
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const active = async () => (await gateway.stats("^http.stream.")).get("http.stream.downstream_rq_active");

  test("requests on one connection do not wait for each other", async () => {
    const client = await Http2Connection.open(gateway.port("stream"));
    const slow = client.send(responding({ body: "slow", delayMs: 2000 }));
    const quick = await Promise.all(Array.from({ length: 20 }, () => client.send(responding({ body: "quick" }))));
    expect(quick.map(({ text }) => text)).toEqual(Array(20).fill("QUICK!"));
    expect(await active()).toBe(1);
    expect((await slow).text).toBe("SLOW!");
    client.close();
  });

  test("a client that cancels a request ends only this request", async () => {
    const client = await Http2Connection.open(gateway.port("stream"));
    const headers = { ":path": "/", "x-answer": JSON.stringify({ hang: true }) };
    const stream = client.begin(headers, { endStream: true });
    await poll(2000, "the request did not arrive", async () => (await active()) === 1 || undefined);
    stream.close(constants.NGHTTP2_CANCEL);
    await poll(900, "the request did not end", async () => (await active()) === 0 || undefined);
    expect((await client.send({})).status).toBe(200);
    client.close();
  });

  test("a client that cancels a request together with its headers ends only this request", async () => {
    const socket = connectTcp(gateway.port("stream"), "127.0.0.1");
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {}).resume();
    socket.write(EXPECTS_AND_CANCELS);
    socket.end();
    await ended;
    await poll(900, "the request did not end", async () => (await active()) === 0 || undefined);
    expect((await request2(gateway.port("stream"), {})).status).toBe(200);
  });

  test("a client that disconnects ends all its requests", async () => {
    const client = await Http2Connection.open(gateway.port("stream"));
    const headers = { ":path": "/", "x-answer": JSON.stringify({ hang: true }) };
    for (let i = 0; i < 3; i++) client.begin(headers, { endStream: true });
    await poll(2000, "the requests did not arrive", async () => (await active()) === 3 || undefined);
    client.close();
    await poll(900, "the requests did not end", async () => (await active()) === 0 || undefined);
  });

  test("a client that pauses reading slows its response down, and gets all of it", async () => {
    const size = 8 * MIB;
    upstream.response = { body: "x".repeat(size) };
    const client = await Http2Connection.open(gateway.port("stream"));
    const stream = client.begin({ ":path": "/" }, { endStream: true });
    const response = receive(stream);
    stream.pause();
    await sleep(200);
    stream.resume();
    expect((await response).body.length).toBe(size + 1);
    upstream.response = {};
    client.close();
  });

  test("bytes that only begin like HTTP/2 close the connection", async () => {
    const socket = connectTcp(gateway.port("stream"), "127.0.0.1");
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {}).resume();
    socket.write("PRI * HTTP/2.0\r\n\r\nno, this is HTTP/1\r\n\r\n");
    await ended;
    expect((await request2(gateway.port("stream"), {})).status).toBe(200);
  });
});

describeOnEngines("an upstream that speaks HTTP/2", (start) => {
  test("a request trailer that HTTP/2 forbids fails only its request", async () => {
    const upstream = createServer((request, response) => {
      request.on("error", () => {}).resume();
      request.on("end", () => response.end("ok"));
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const { port } = upstream.address() as AddressInfo;
    const gateway = await start({
      listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "upstream" }] }],
      clusters: [{ name: "upstream", port, http2: true }],
    });
    const send = (trailer: string) =>
      request(gateway.port("gateway"), { chunks: ["a"], trailers: [[trailer, "close"]] });
    const refused = await send("connection");
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining("protocol error")]);
    expect((await send("x-connection")).status).toBe(200);
    await gateway.stop();
    await new Promise<void>((resolve) => upstream.close(() => resolve()));
  });
});

test("a gateway that stops sends GOAWAY to HTTP/2 clients, and lets their requests end", async () => {
  const upstream = await echoUpstream();
  const gateway = await startGateway({
    listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "upstream" }] }],
    clusters: [{ name: "upstream", port: upstream.port }],
  });
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${gateway.port("gateway")}`);
  const goaway = new Promise<number>((resolve) => session.once("goaway", resolve));
  const headers = { ":path": "/", "x-answer": JSON.stringify({ body: "late", delayMs: 300 }) };
  const response = receive(session.request(headers));
  await poll(2000, "the request did not arrive", () => gateway.active("gateway") === 1 || undefined);
  const stopped = gateway.stop();
  expect(await goaway).toBe(constants.NGHTTP2_NO_ERROR);
  expect((await response).text).toBe("late");
  await stopped;
  await upstream.stop();
});
