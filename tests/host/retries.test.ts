import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type GatewaySpec, type RouteSpec } from "../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";
import { echoUpstream, type UpstreamResponse, type Upstream } from "../support/upstream.js";

/**
 * A plugin sets request headers that Envoy's router acts on. The upstream sends the responses in turn, and the last response
 * to all further requests.
 */
interface Case {
  headers?: Record<string, string>;
  responses: readonly UpstreamResponse[];
  body?: string;
  route?: Pick<RouteSpec, "retry" | "timeoutMs">;
  cluster?: "dead";
}

const ALL = {
  "x-envoy-upstream-rq-timeout-ms": "5000",
  "x-envoy-upstream-rq-per-try-timeout-ms": "6000",
  "x-envoy-upstream-rq-timeout-alt-response": "1",
  "x-envoy-upstream-alt-stat-name": "s",
  "x-envoy-upstream-stream-duration-ms": "5000",
  "x-envoy-hedge-on-per-try-timeout": "true",
  "x-envoy-expected-rq-timeout-ms": "77",
  "x-envoy-retry-on": "5xx",
  "x-envoy-retry-grpc-on": "cancelled",
  "x-envoy-max-retries": "2",
  "x-envoy-retriable-status-codes": "409",
  "x-envoy-retriable-header-names": "x-r",
  "x-envoy-attempt-count": "9",
  "x-envoy-is-timeout-retry": "true",
  "x-envoy-internal": "true",
  "x-envoy-decorator-operation": "d",
  "x-envoy-unknown": "u",
};
const timeout = (value: string) => ({ "x-envoy-upstream-rq-timeout-ms": value });
const perTry = (value: string) => ({ "x-envoy-upstream-rq-per-try-timeout-ms": value });
const retry = (on: string, most?: string) => ({
  "x-envoy-retry-on": on,
  ...(most === undefined ? {} : { "x-envoy-max-retries": most }),
});
const failed = (status: number): readonly UpstreamResponse[] => [{ status, body: "no" }, { body: "ok" }];
const RESET: readonly UpstreamResponse[] = [{ reset: true }, { body: "ok" }];
const HANG: readonly UpstreamResponse[] = [{ hang: true }, { body: "ok" }];
const OK: readonly UpstreamResponse[] = [{ body: "ok" }];
const grpc = (status: string): readonly UpstreamResponse[] => [
  { headers: [["grpc-status", status]], body: "" },
  { body: "ok" },
];
const limited: readonly UpstreamResponse[] = [
  { status: 503, headers: [["x-envoy-ratelimited", "true"]], body: "no" },
  ...OK,
];

const CASES: Record<string, Case> = {
  "all headers of the router": { headers: ALL, responses: OK },
  "a timeout": { headers: timeout("100"), responses: [{ hang: true }] },
  "a timeout of 0": { headers: timeout("0"), responses: [{ delayMs: 200, body: "ok" }] },
  "a timeout that is not a number": { headers: timeout("abc"), responses: OK },
  "a negative timeout": { headers: timeout("-1"), responses: OK },
  "a timeout longer than the route's": { headers: timeout("2000"), responses: [{ delayMs: 300, body: "ok" }], route: { timeoutMs: 100 } }, // prettier-ignore
  "a timeout with the response 204": { headers: { ...timeout("100"), "x-envoy-upstream-rq-timeout-alt-response": "1" }, responses: [{ hang: true }] }, // prettier-ignore
  "a timeout for each try": { headers: perTry("100"), responses: [{ hang: true }] },
  "a timeout for each try that is longer than the whole timeout": { headers: perTry("20000"), responses: OK },
  "a timeout for each try, then a response": { headers: { ...perTry("100"), ...retry("5xx") }, responses: HANG },
  "a timeout for each try, at every try": {
    headers: { ...perTry("100"), ...retry("5xx", "1") },
    responses: [{ hang: true }],
  },
  "a timeout for all tries": { headers: { ...timeout("200"), ...perTry("120"), ...retry("5xx", "9") }, responses: [{ hang: true }] }, // prettier-ignore
  "5xx": { headers: retry("5xx"), responses: failed(500) },
  "5xx with a body": { headers: retry("5xx"), responses: failed(500), body: "body" },
  "5xx, at every try": { headers: retry("5xx"), responses: [{ status: 500, body: "no" }], body: "body" },
  "5xx, no retries": { headers: retry("5xx", "0"), responses: failed(500) },
  "5xx, an invalid number of retries": { headers: retry("5xx", "x"), responses: failed(500) },
  "5xx, a reset": { headers: retry("5xx"), responses: RESET },
  "5xx, with a body above the limit": { headers: retry("5xx"), responses: failed(500), body: "x".repeat(1024 * 1024 + 1) }, // prettier-ignore
  "gateway-error, 500": { headers: retry("gateway-error"), responses: failed(500) },
  "gateway-error, 502": { headers: retry("gateway-error"), responses: failed(502) },
  reset: { headers: retry("reset"), responses: RESET, body: "body" },
  "reset, at every try": { headers: retry("reset"), responses: [{ reset: true }] },
  "reset-before-request": { headers: retry("reset-before-request"), responses: RESET },
  "connect-failure, a reset": { headers: retry("connect-failure"), responses: RESET },
  "connect-failure": { headers: retry("connect-failure", "2"), responses: OK, cluster: "dead" },
  "refused-stream, a reset": { headers: retry("refused-stream"), responses: RESET },
  "retriable-4xx, 409": { headers: retry("retriable-4xx"), responses: failed(409) },
  "retriable-4xx, 404": { headers: retry("retriable-4xx"), responses: failed(404) },
  "retriable-status-codes": { headers: { ...retry("retriable-status-codes"), "x-envoy-retriable-status-codes": "418, 404" }, responses: failed(404) }, // prettier-ignore
  "retriable-headers": { headers: { ...retry("retriable-headers"), "x-envoy-retriable-header-names": "X-R" }, responses: [{ headers: [["x-r", "1"]], body: "no" }, ...OK] }, // prettier-ignore
  "5xx, from a rate limit": { headers: retry("5xx"), responses: limited },
  "envoy-ratelimited": { headers: retry("envoy-ratelimited"), responses: limited },
  "unknown conditions": { headers: retry("foo, http3-post-connect-failure"), responses: failed(503) },
  "a gRPC status to retry": { headers: { "x-envoy-retry-grpc-on": "unavailable" }, responses: grpc("14") },
  "another gRPC status": { headers: { "x-envoy-retry-grpc-on": "unavailable" }, responses: grpc("7") },
  "a response that is not valid HTTP": {
    headers: retry("reset"),
    responses: [{ headers: [["content-length", "x"]] }, ...OK],
  },
  "the route's policy": { responses: failed(503), route: { retry: { on: ["5xx"] } } },
  "the route's policy and the plugin's": { headers: retry("retriable-4xx", "2"), responses: [...failed(503).slice(0, 1), ...failed(409)], route: { retry: { on: ["5xx"] } } }, // prettier-ignore
  "the route's timeout for each try": { responses: HANG, route: { retry: { on: ["5xx"], perTryTimeoutMs: 100 } } },
};

const SEEN = [
  ["property", ["response", "code_details"], "string"],
  ["property", ["response", "flags"], "i64"],
  ["property", ["upstream", "request_attempt_count"], "i64"],
];

async function specOf(port: number): Promise<GatewaySpec> {
  const wasm = await buildPlugin("tests/plugins/body-write");
  const listeners = Object.entries(CASES).map(([name, { headers = {}, route = {}, cluster = "upstream" }], index) => ({
    name: `route ${name}`,
    plugins: [{ name: "sets", wasm, vmId: String(index), configuration: { request: Object.entries(headers).map(([key, value]) => ["request.set", key, value]), response: SEEN } }], // prettier-ignore
    routes: [{ prefix: "/", cluster, ...route }],
  }));
  const callers = callCases().map(([name, { headers = {}, cluster = "upstream", body = "" }], index) => {
    const call = ["call", cluster, body === "" ? "GET" : "POST", "/", Object.entries(headers), body, 1000, [["resumeRequest"]]]; // prettier-ignore
    const configuration = { request: [call, ["pause"]] };
    return {
      name: `call ${name}`,
      plugins: [{ name: "calls", wasm, vmId: `c${index}`, configuration }],
      routes: [{ prefix: "/", directResponse: { status: 200 } }],
    };
  });
  const clusters = [
    { name: "upstream", port },
    { name: "dead", port: 1 },
  ];
  return { listeners: [...listeners, ...callers], clusters };
}

/** The cases that also apply to a plugin's call, which has no route. */
function callCases(): [string, Case][] {
  return Object.entries(CASES).filter(([, { route, headers, body = "" }]) => !route && headers && body.length < 1000);
}

describeWithEnvoy("retries and timeouts, compared with Envoy's router", ({ path }) => {
  let envoy: Awaited<ReturnType<typeof startEnvoy>>;
  let gateway: RunningGateway;
  let upstream: Upstream;
  let lines: string[] = [];

  beforeAll(async () => {
    upstream = await echoUpstream();
    const spec = await specOf(upstream.port);
    envoy = await startEnvoy(spec, { envoy: path });
    gateway = await startGateway(spec, { log: ({ message }) => lines.push(message) });
  }, 60_000);
  afterAll(async () => {
    await envoy?.stop();
    await gateway?.stop(0);
    await upstream?.stop();
  });

  const play = async (port: number, { responses, body }: Case, logged: () => readonly string[]) => {
    upstream.requests = [];
    upstream.response = () => responses[upstream.requests.length - 1] ?? responses.at(-1)!;
    const { status, text } = await request(port, body === undefined ? {} : { body });
    const seen = upstream.requests.map(({ headers, body: received }) => ({
      headers: headers.filter(([name]) => name.startsWith("x-envoy-")).map(([name, value]) => [name, coarse(value)]),
      received,
    }));
    return { status, text, seen, lines: logged().filter((line) => /"property"|"response"/.test(line)) };
  };

  const compare = async (listener: string, testCase: Case) => {
    const mark = envoy.mark();
    const real = await play(envoy.port(listener), testCase, () =>
      [...envoy.logSince(mark).matchAll(/wasm log[^:]*: (.*)$/gm)].map(([, line]) => line!),
    );
    lines = [];
    expect(await play(gateway.port(listener), testCase, () => lines)).toEqual(real);
  };

  test.each(Object.entries(CASES))("%s", (name, testCase) => compare(`route ${name}`, testCase));

  test.each(callCases())("a plugin's call: %s", (name, { responses }) => compare(`call ${name}`, { responses }));

  test("the Node gateway logs once which headers have no effect", async () => {
    lines = [];
    const messages: string[] = [];
    const spec = await specOf(upstream.port);
    const node = await startGateway(spec, { log: ({ message }) => messages.push(message) });
    upstream.response = { body: "ok" };
    for (let i = 0; i < 2; i++) await request(node.port("route all headers of the router"), {});
    expect(messages.filter((line) => line.includes("Envoy's router acts on"))).toEqual([
      "x-envoy-hedge-on-per-try-timeout: Envoy's router acts on this request header, the Node gateway only removes it",
      "x-envoy-upstream-stream-duration-ms: Envoy's router acts on this request header, the Node gateway only removes it",
    ]);
    await node.stop(0);
  });
});

/** Rounds numbers up, because the remaining time differs a little each time. */
function coarse(value: string): string {
  return /^\d{2,}$/.test(value) ? String(Math.ceil(Number(value) / 500) * 500) : value;
}
