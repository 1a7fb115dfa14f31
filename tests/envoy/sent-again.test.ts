import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";
import { request, type HttpRequest } from "../support/http.js";
import { headerValues } from "../support/http-message.js";
import { echoUpstream, type UpstreamResponse, type ReceivedRequest, type Upstream } from "../support/upstream.js";

const SEEN = [
  ["property", ["response", "code"], "i64"],
  ["property", ["response", "code_details"], "string"],
];

describeOnEngines("redirects and retries by the gateway", (start) => {
  let upstream: Upstream;
  let gateway: TestGateway;

  beforeAll(async () => {
    upstream = await echoUpstream();
    const wasm = await buildPlugin("tests/plugins/body-write");
    const configuration = {
      request: [["request.append", "x-hook", "ran"]],
      requestBody: [["body.append", "+"]],
      response: SEEN,
    };
    const domains = ["localhost", "other.test", "other.test:81"];
    const routes = [
      { prefix: "/retry", domains, cluster: "echo", retry: { on: ["5xx", "reset"], most: 2 } },
      { prefix: "/", domains, cluster: "echo", internalRedirects: 1 },
    ];
    gateway = await start({
      listeners: [
        {
          name: "gateway",
          plugins: [{ name: "appends", wasm, configuration }],
          routes,
        },
        { name: "bare", routes },
        { name: "normalizing", routes, normalizePath: true },
      ],
      clusters: [{ name: "echo", port: upstream.port }],
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const send = async (
    target: string,
    responses: readonly UpstreamResponse[],
    how: HttpRequest = { body: "body" },
    listener = "gateway",
  ) => {
    upstream.requests = [];
    upstream.response = () => responses[upstream.requests.length - 1] ?? {};
    const { status } = await request(gateway.port(listener), { target, ...how });
    return { status, seen: upstream.requests.map(seen) };
  };
  const redirect: UpstreamResponse = { status: 302, headers: [["location", "http://other.test/second"]] };

  test("a redirected request passes the plugins again, with their changes from the first time", async () => {
    expect(await send("/first", [redirect])).toEqual({
      status: 200,
      seen: [
        { target: "/first", host: ["localhost"], hooks: ["ran"], body: "body+" },
        { target: "/second", host: ["other.test"], hooks: ["ran", "ran"], body: "body++" },
      ],
    });
  });

  test("the path of a redirect is normalized, or rejected, like the path of a client", async () => {
    const to = (path: string): UpstreamResponse => ({
      status: 302,
      headers: [["location", `http://other.test${path}`]],
    });
    const targets = async (path: string) => {
      const { status, seen } = await send("/first", [to(path)], {}, "normalizing");
      return [status, ...seen.map(({ target }) => target)];
    };
    expect(await targets("/a/../%73econd?b=/..")).toEqual([200, "/first", "/second?b=/.."]);
    expect(await targets("/a%00")).toEqual([400, "/first"]);
  });

  test("a redirect beyond the route's limit reaches the client", async () => {
    const { status, seen } = await send("/first", [redirect, redirect]);
    expect([status, seen.map(({ body }) => body)]).toEqual([302, ["body+", "body++"]]);
  });

  test.each<[string, UpstreamResponse]>([
    ["with another status", { ...redirect, status: 301 }],
    ["to a path without a host", { status: 302, headers: [["location", "/second"]] }],
    ["to https", { status: 302, headers: [["location", "https://other.test/second"]] }],
    ["with a query and no path", { status: 302, headers: [["location", "http://other.test?a=b"]] }],
    ["without a location", { status: 302 }],
    ["to a host without a route", { status: 302, headers: [["location", "http://none.test/second"]] }],
  ])("a redirect %s reaches the client", async (_, response) => {
    const { status, seen } = await send("/first", [response]);
    expect([status, seen.length]).toEqual([response.status, 1]);
  });

  test.each<[string, string, string]>([
    ["a URL with a query", "http://other.test/second?a=b", "/second?a=b"],
    ["a URL without a path", "http://other.test", "/"],
    ["a URL with a port", "http://other.test:81/second#part", "/second"],
  ])("the gateway follows a redirect to %s", async (_, location, target) => {
    const { status, seen } = await send("/first", [{ status: 302, headers: [["location", location]] }]);
    expect([status, seen[1]?.target]).toEqual([200, target]);
  });

  test("a redirected request has x-envoy-original-url and its headers, and no trailers or content-length", async () => {
    const trailers = [["x-t", "1"]] as const;
    const how = { chunks: ["bo", "dy"], chunkDelayMs: 20, trailers, headers: [["x-a", "1"]] as const };
    const { status } = await send("/first?a=b", [redirect], how);
    const [first, second] = upstream.requests;
    expect([status, first?.trailers, second?.trailers]).toEqual([200, [["x-t", "1"]], []]);
    expect(headerValues(second!.headers, "x-a")).toEqual(["1"]);
    expect(headerValues(second!.headers, "x-envoy-original-url")).toEqual(["http://localhost/first?a=b"]);
    expect(second?.headers.map(([name]) => name)).not.toContain("content-length");
  });

  test("a request without a body is redirected, a request with a body beyond the buffer is not", async () => {
    const { seen } = await send("/first", [redirect], {});
    expect(seen.map(({ target, body }) => [target, body])).toEqual([
      ["/first", ""],
      ["/second", ""],
    ]);
    const large = { chunks: ["x".repeat(600_000), "y".repeat(600_000)] };
    const streamed = await send("/first", [redirect], large, "bare");
    expect([streamed.status, streamed.seen.length]).toEqual([302, 1]);
  });

  test("a redirect ends the plugin's stream, and a new stream begins", async () => {
    const mark = gateway.mark();
    await send("/first", [redirect]);
    await gateway.waitForLog(/did \["property",\["response","code"\],"i64",200\]/, 2000, mark);
    const codes = [...gateway.logSince(mark).matchAll(/"code(?:_details)?"\],"\w+",(.*)\]/g)].map(([, value]) => value);
    expect(codes).toEqual(["200", '"via_upstream"']);
  });

  test("a retry does not pass the plugins again", async () => {
    const attempt = { target: "/retry", host: ["localhost"], hooks: ["ran"], body: "body+" };
    expect(await send("/retry", [{ status: 500 }, { reset: true }])).toEqual({
      status: 200,
      seen: [attempt, attempt, attempt],
    });
  });

  test("the gateway stops after the route's number of retries", async () => {
    const { status, seen } = await send("/retry", Array<UpstreamResponse>(4).fill({ status: 503 }));
    expect([status, seen.length]).toEqual([503, 3]);
  });
});

/** The parts of a request that plugins or the gateway can change. */
function seen({ target, headers, body }: ReceivedRequest) {
  return { target, host: headerValues(headers, "host"), hooks: headerValues(headers, "x-hook"), body };
}
