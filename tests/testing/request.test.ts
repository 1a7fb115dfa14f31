import { createHook } from "node:async_hooks";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPlugin, type TestPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";

let wasm: string;
let plugin: TestPlugin;
let server: Server;
const seen: string[] = [];

beforeAll(async () => {
  wasm = await buildPlugin("tests/plugins/probe");
  plugin = await startPlugin({ wasm, config: {} });
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${request.headers.host} ${body}`);
      response.writeHead(201, { "x-a": ["1", "2"] }).end("from the server");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}, 60_000);
afterAll(() => void server.close());

test("a request without options has default headers and gets the upstream's default response", async () => {
  const response = await plugin.fetch();
  expect(response).toMatchObject({ status: 200, ok: true, body: "ok", ended: true });
  expect(response.localReply).toBeUndefined();
  expect(response.request.upstream).toMatchObject({
    method: "GET",
    path: "/",
    authority: "example.com",
    scheme: "http",
  });
  expect(response.request.state).toBe("complete, with status 200");
});

test("a request has the method, path, authority, headers and JSON of its options", async () => {
  const { request } = await plugin.fetch("https://A.example:8443/a/b?c=d#e", {
    headers: { "X-One": ["1", "2"], "x-bytes": Buffer.from([0xe9]), "x-number": 3, "x-none": undefined, "x-text": "é" },
    json: { a: "é" },
  });
  const { upstream } = request;
  expect(upstream).toMatchObject({ method: "POST", path: "/a/b?c=d", authority: "A.example:8443", scheme: "https" });
  expect(upstream!.headers.getAll("x-one")).toEqual(["1", "2"]);
  expect(upstream!.headers.get("x-bytes")).toBe("\ufffd");
  expect(upstream!.headers.toObject()).toMatchObject({ "x-number": "3", "x-text": "é", "content-length": "10" });
  expect(upstream!.headers.has("x-none")).toBe(false);
  expect(upstream!.json()).toEqual({ a: "é" });
});

test("requests and responses can have chunks and trailers", async () => {
  const upstream = { chunks: ["c", Buffer.from("d")], trailers: { "x-t": "2" } };
  const response = await plugin.fetch("/", { chunks: ["a", "b"], trailers: { "x-t": "1" }, upstream });
  expect(response.request.upstream).toMatchObject({ chunks: ["a", "b"], body: "ab" });
  expect(response.request.upstream!.trailers!.get("x-t")).toBe("1");
  expect(response).toMatchObject({ chunks: ["c", "d"], body: "cd" });
  expect(response.trailers).toHaveHeader("x-t", "2");
});

test("a request and its response can be sent step by step", () => {
  const request = plugin.begin({ method: "PUT", path: "/up" });
  expect(request.state).toBe("the client has not sent all of the request");
  request.send("a");
  expect(request.upstream).toMatchObject({ body: "a", ended: false });
  request.end("b", { "x-t": "1" });
  expect(request.upstream).toMatchObject({ body: "ab", ended: true });
  expect(request.state).toBe("waiting for the upstream's response");
  const answer = request.beginAnswer({ status: 206, headers: { "x-h": "1" } });
  expect(request.response).toMatchObject({ status: 206, ended: false });
  expect(request.state).toBe("the upstream has not sent all of the response");
  answer.send("c");
  answer.end("d");
  expect(request.response).toMatchObject({ status: 206, body: "cd", ended: true });
  expect(request.isOver).toBe(true);
});

test("a response can be reset", () => {
  const request = plugin.request();
  request.beginAnswer().reset();
  expect(request.state).toBe("the client's connection was cut");
});

test("steps in the wrong order throw an error that says why", async () => {
  const whole = plugin.request("/whole", { body: "b" });
  expect(() => whole.send("c")).toThrow(
    "cannot send more: the whole request was sent; plugin.begin(…) leaves a request open",
  );
  expect(() => whole.end()).toThrow("cannot send more");
  whole.answer();
  expect(() => whole.answer()).toThrow(/^the upstream cannot respond to request \d+: it has responded already/);
  expect(() => whole.beginAnswer()).toThrow("it has responded already");
  const open = plugin.begin();
  await expect(open.done()).rejects.toThrow("has no response: the client has not sent all of the request");
  open.end();
  const answer = open.beginAnswer();
  answer.end("x");
  expect(() => answer.send("y")).toThrow("cannot continue: the response has ended");
  open.cancel();
  expect(() => plugin.begin({ body: "b" })).toThrow("plugin.begin sends headers only");
  expect(plugin).toHaveNothingOpen();
});

test("the upstream cannot respond to a request that has a local reply", async () => {
  const guard = await startPlugin({
    wasm,
    config: {
      request: [["call", "check", "GET", "/", [], "", 5000, [["reply", 403, [], "denied"]]]],
      response: [["call", "audit", "GET", "/", [], "", 5000, [["resumeResponse"]]], ["pause"]],
    },
  });
  let respond!: (response: { body: string }) => void;
  const late = new Promise<{ body: string }>((resolve) => (respond = resolve));
  const requests = [guard.request("/step"), guard.request("/served", { upstream: () => late })];
  for (const { calls } of requests) calls[0]!.answer();
  expect(() => requests[0]!.answer()).toThrow(
    /^the upstream cannot respond to request \d+: the request has a local reply/,
  );
  respond({ body: "late" });
  await nextTurn();
  for (const request of requests) {
    request.calls[1]!.answer();
    expect(await request.done()).toBeLocalReply({ status: 403, body: "denied" });
  }
});

test("options of the second argument override options of the first", async () => {
  const { request } = await plugin.fetch({ path: "/a", method: "PUT" }, { path: "/b", headers: { "x-a": "1" } });
  expect(request.upstream).toMatchObject({ method: "PUT", path: "/b" });
  expect(request.upstream).toHaveHeader("x-a", "1");
});

test("a request target can be *", async () => {
  const options = await plugin.fetch("*", { method: "OPTIONS" });
  expect(options.request.upstream).toMatchObject({ method: "OPTIONS", path: "*" });
});

test.each([
  [{ pth: "/" }, 'request: unknown option "pth"; did you mean "path"?'],
  [{ path: 1 }, "request: path: expected a string, got number"],
  [{ body: "a", json: {} }, "request: expected only one of body, json and chunks"],
  [{ body: { a: 1 } }, "request: expected a string or bytes for the body, got an object; use json for other values"],
  [{ headers: { a: null } }, "request: headers: a: expected text, a number or bytes, got null"],
  [{ headers: "a: b" }, "request: headers: expected an object of names and values, got string"],
  [{ source: "10.0.0.1" }, 'request: source: expected an address with a port such as "10.0.0.7:50000", got "10.0.0.1"'],
  [{ chunks: "abc" }, "request: chunks: expected an array of strings or bytes, got string abc"],
  [{ json: () => 1 }, "request: json: JSON has no function"],
  [{ path: "orders" }, 'request: path: expected a path such as "/orders?id=1", got "orders"'],
  [{ path: "/a b" }, 'request: path: expected a path such as "/orders?id=1", got "/a b"'],
  ["", 'request: path: expected a path such as "/orders?id=1", got ""'],
  [new URL("http://a/b"), "request: expected a path, an address or options, got the address http://a/b"],
  [
    { headers: { ":path": "/b" } },
    'request: headers: ":path" is a pseudo-header; use the fields path, method, authority, scheme and status',
  ],
  [{ headers: { Host: "a" } }, 'request: headers: use the option authority instead of "host"'],
  [{ virtualHost: 5 }, "request: virtualHost: expected a string, got number 5"],
  [{ properties: { a: true } }, "request: properties: a: expected text or bytes, got boolean true"],
  [{ properties: "a" }, "request: properties: expected an object with text or bytes for each path, got string a"],
])("request(%j) throws", (options, message) => {
  expect(() => plugin.request(options as never)).toThrow(message);
  expect(plugin).toHaveNothingOpen();
});

test.each([
  [{ status: 99 }, "request.answer: status: expected an integer from 100 to 999, got number 99"],
  [{ staus: 200 }, 'request.answer: unknown option "staus"; did you mean "status"?'],
  [{ fails: "never" }, "request.answer: fails: expected one of unreachable, timeout, reset, got never"],
  [200, "request.answer: expected a response such as"],
])("answer(%j) throws", (answer, message) => {
  const request = plugin.request();
  expect(() => request.answer(answer as never)).toThrow(message);
  request.answer();
});

test("requests can get their responses in another order", () => {
  const all = [1, 2, 3].map((i) => plugin.request(`/${i}`));
  expect(plugin.requests).toHaveLength(3);
  for (const request of [...all].reverse()) request.answer({ body: request.upstream!.path });
  expect(all.map(({ response }) => response!.body)).toEqual(["/1", "/2", "/3"]);
});

test("a function makes the upstream's response, at once or later", async () => {
  const later = await plugin.fetch("/x", { upstream: async ({ path }) => ({ body: path }) });
  expect(later).toHaveBody("/x");
  const request = plugin.request("/y", { upstream: () => undefined });
  expect(request.response).toBeUndefined();
  request.answer({ status: 204 });
  await expect(plugin.fetch("/z", { upstream: () => Promise.reject(new Error("mine")) })).rejects.toThrow("mine");
  const thrown = plugin.fetch("/z", {
    upstream: () => {
      throw new Error("mine too");
    },
  });
  await expect(thrown).rejects.toThrow("mine too");
  for (const one of plugin.requests) one.cancel();
});

test("requests that wait at the same time take no more steps than requests one after the other", async () => {
  let promises = 0;
  const hook = createHook({ init: (_id, type) => void (promises += Number(type === "PROMISE")) }).enable();
  const one = (i: number) => plugin.fetch(`/${i}`, { upstream: ({ path }) => nextTurn().then(() => ({ body: path })) });
  const numbers = Array.from({ length: 1500 }, (_, i) => i);
  for (const i of numbers) await one(i);
  const inTurn = promises;
  const all = await Promise.all(numbers.map(one));
  expect(all.map(({ body }) => body)).toEqual(numbers.map((i) => `/${i}`));
  const atOnce = promises - inTurn;
  hook.disable();
  expect(inTurn).toBeGreaterThanOrEqual(numbers.length);
  expect(atOnce).toBeLessThan(1.5 * inTurn);
});

test("a real server can be the upstream", async () => {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const response = await plugin.fetch("/path?q", { authority: "h.example", body: "b", upstream: url });
  expect(response).toMatchObject({ status: 201, body: "from the server" });
  expect(response.headers.getAll("x-a")).toEqual(["1", "2"]);
  expect(seen).toEqual(["POST /path?q h.example b"]);
  const none = await plugin.fetch("/", { upstream: new URL("http://127.0.0.1:1") });
  expect(none).toBeLocalReply({
    status: 503,
    details: "upstream_reset_before_response_started{remote_connection_failure}",
  });
});

test("an upstream that fails gives the gateway's local reply", async () => {
  expect(await plugin.fetch("/", { upstream: { fails: "timeout" } })).toBeLocalReply({
    status: 504,
    details: "response_timeout",
  });
  expect(await plugin.fetch("/", { upstream: { fails: "reset" } })).toBeLocalReply({
    status: 503,
    body: /connection termination/,
  });
});

test("the route comes from the request's options, or from the plugin's", async () => {
  const mock = await startPlugin({
    wasm: await buildPlugin("examples/mock-response"),
    config: {
      _rules_: [
        { _match_route_: ["a"], content: "a" },
        { _match_service_: ["b.dns"], content: "b" },
      ],
    },
    route: (headers) => ({ route: headers.get("x-route") ?? "none" }),
  });
  expect(await mock.fetch("/", { route: "a" })).toHaveBody("a");
  expect(await mock.fetch("/", { headers: { "x-route": "a" } })).toHaveBody("a");
  expect(await mock.fetch("/", { cluster: "outbound|80||b.dns" })).toHaveBody("b");
  expect(await mock.fetch("/")).toHaveReachedUpstream();
});

test("a plugin reads the properties of the request's options, a test reads those that the plugin has set", async () => {
  const steps = [
    ["property", ["connection", "mtls"], "bool"],
    ["property", ["metadata", "filter_metadata", "x"], "string"],
    ["property", ["source", "address"], "string"],
    ["setProperty", ["my", "state"], "é"],
  ];
  const probe = await startPlugin({ wasm, config: { request: steps } });
  const { request } = await probe.fetch("/", {
    source: "10.0.0.7:1",
    properties: { "connection.mtls": new Uint8Array([1]), "metadata.filter_metadata.x": "given" },
  });
  for (const said of ['"bool",true]', '"string","given"]', '"string","10.0.0.7:1"]'])
    expect(request).toHaveLogged(said);
  expect(request.properties).toEqual({ "my.state": "é" });
});

// Envoy orders the entries of a property that is a map by their hashes, so the engines are not compared here.
test("a plugin reads a property that is a map as pairs", async () => {
  const config = { request: [["property", ["request", "headers"], "pairs"]] };
  const probe = await startPlugin({ wasm, config });
  await probe.fetch("/", { headers: { "x-a": "1" } });
  expect(probe).toHaveLogged(/"property",\["request","headers"\],"pairs",.*\["x-a","1"\]/);
});
