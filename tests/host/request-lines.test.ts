import { constants } from "node:http2";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import type { RequestLine } from "../../sdk/spec/request-line.js";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";
import { Http2Connection, request2 } from "../support/http2.js";
import { echoUpstream, respondWith, type Upstream } from "../support/upstream.js";

let gateway: RunningGateway;
let echo: Upstream;
const lines: RequestLine[] = [];

beforeAll(async () => {
  echo = await echoUpstream();
  const wasm = await buildPlugin("tests/plugins/body-write");
  const routes = [
    { name: "default/echo", prefix: "/echo", cluster: "echo" },
    { name: "default/none", prefix: "/none", cluster: "none" },
    { name: "direct", prefix: "/direct", directResponse: { status: 201 } },
  ];
  const reply = { request: [["request.set", ":path", "/echo/changed"], ["reply", 403, [], "no", "denied_by_test"]] }; // prettier-ignore
  const pass = { name: "pass", wasm };
  gateway = await startGateway(
    {
      listeners: [
        { name: "gateway", plugins: [pass], routes },
        { name: "plain", routes },
        { name: "deny", plugins: [pass, { name: "deny", wasm, configuration: reply }], routes },
        { name: "trap", plugins: [{ name: "trap", wasm: await buildPlugin("tests/support/raw-plugin") }], routes },
      ],
      clusters: [
        { name: "echo", port: echo.port },
        { name: "none", port: 1 },
      ],
    },
    { log: () => {}, onRequest: (line) => lines.push(line) },
  );
});
afterAll(async () => {
  await gateway.stop(0);
  await echo.stop();
});
beforeEach(() => void lines.splice(0));

const port = (listener = "gateway") => gateway.port(listener);

/** The only line so far, without its time. */
async function line(): Promise<Omit<RequestLine, "ms">> {
  await poll(2000, "no request was reported", () => lines.length > 0 || undefined);
  expect(lines).toHaveLength(1);
  const { ms, ...rest } = lines[0]!;
  expect(ms).toBeGreaterThanOrEqual(0);
  return rest;
}

const GET = { listener: "gateway", method: "GET", authority: "h", path: "/echo?a=1", route: "default/echo" };
const target = "/echo?a=1";
const headers = [["host", "h"]] as const;

test.each([
  ["HTTP/1.1", () => request(port(), { target, headers })],
  ["HTTP/2", () => request2(port(), { target, headers })],
])("a response of the upstream, %s", async (_, send) => {
  await send();
  expect(await line()).toEqual({ ...GET, status: 200, details: "via_upstream" });
});

test("the time lasts until the end of the response", async () => {
  await request(port(), { target, headers: [respondWith({ chunks: ["a", "b"], chunkDelayMs: 60 })] });
  await line();
  expect(lines[0]!.ms).toBeGreaterThan(60);
});

test.each([
  ["of the plugin, with the path that the client sent", "deny", target, { status: 403, plugin: "deny", details: "denied_by_test", path: target }], // prettier-ignore
  ["of a plugin that traps", "trap", target, { status: 503, plugin: "trap", details: "wasm_fail_stream" }],
  ["without a route", "gateway", "/", { status: 404, route: "", path: "/", details: "route_not_found" }],
  ["of a route", "gateway", "/direct", { status: 201, route: "direct", path: "/direct", details: "direct_response" }],
])("a local reply %s", async (_, listener, path, expected) => {
  await request(port(listener), { target: path, headers: [...headers, ["x-trap", "1"]] });
  expect(await line()).toEqual({ ...GET, listener, ...expected });
});

test("a local reply because the upstream does not respond", async () => {
  await request(port(), { target: "/none", headers });
  const expected = { ...GET, path: "/none", route: "default/none", status: 503 };
  expect(await line()).toEqual({ ...expected, details: expect.stringContaining("upstream_reset_before") as string });
});

test.each([
  ["bytes that are not HTTP", "nonsense\r\n\r\n", { method: "", authority: "", path: "", status: 400 }],
  ["a missing host", "GET /a HTTP/1.1\r\n\r\n", { authority: "", path: "/a", status: 400 }],
  ["an upgrade that the listener does not allow", "GET /echo HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", { path: "/echo", status: 403, route: "default/echo" }], // prettier-ignore
])("a request refused before the plugins: %s", async (_, bytes, expected) => {
  await request(port(), Buffer.from(bytes));
  const reported = await line();
  expect(reported).toEqual({ ...GET, route: "", ...expected, details: reported.details });
  expect(reported.details).not.toBe("");
});

test("an HTTP/2 request that is reset before the plugins", async () => {
  await request2(port(), { target, headers: [["host", "user@h"]] }).catch(() => {});
  expect(await line()).toEqual({ ...GET, authority: "user@h", route: "", status: 0, details: "" });
});

test("a client that disconnects before the response", async () => {
  const socket = connect(port(), "127.0.0.1");
  const [name, value] = respondWith({ hang: true });
  echo.requests.length = 0;
  socket.write(`GET ${target} HTTP/1.1\r\nhost: h\r\n${name}: ${String(value)}\r\n\r\n`);
  await poll(2000, "the request did not arrive", () => echo.requests.length > 0 || undefined);
  socket.destroy();
  expect(await line()).toEqual({ ...GET, status: 0, details: "downstream_remote_disconnect" });
});

test("an HTTP/2 client that cancels in the middle of the response", async () => {
  const connection = await Http2Connection.open(port("plain"));
  const [name, value] = respondWith({ chunks: ["a", "b"], chunkDelayMs: 60_000 });
  const begun = connection.begin(
    { ":path": target, ":authority": "h", [String(name)]: String(value) },
    { endStream: true },
  );
  await new Promise((resolve) => begun.once("data", resolve));
  expect(lines).toEqual([]);
  begun.close(constants.NGHTTP2_CANCEL);
  expect(await line()).toEqual({ ...GET, listener: "plain", status: 200, details: "http2.remote_reset" });
  connection.session.destroy();
});

test("several requests of one connection have one line each", async () => {
  const socket = connect(port(), "127.0.0.1");
  socket.write("GET /direct HTTP/1.1\r\nhost: h\r\n\r\n".repeat(3));
  await poll(2000, "requests are missing", () => lines.length === 3 || undefined);
  socket.destroy();
  await sleep(20);
  expect(lines.map(({ status }) => status)).toEqual([201, 201, 201]);
});
