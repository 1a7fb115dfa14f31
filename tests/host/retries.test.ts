import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type EnvoySpec, type RouteSpec } from "../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";
import { echoUpstream, type UpstreamResponse, type Upstream } from "../support/upstream.js";

/** A plugin sets headers that Envoy's router acts on; the upstream gives one answer after the other, the last for all. */
interface Case {
  headers?: Record<string, string>;
  answers: readonly UpstreamResponse[];
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
const grpc = (status: string): readonly UpstreamResponse[] => [{ headers: [["grpc-status", status]], body: "" }, { body: "ok" }];
const limited: readonly UpstreamResponse[] = [{ status: 503, headers: [["x-envoy-ratelimited", "true"]], body: "no" }, ...OK];

const CASES: Record<string, Case> = {
  "what is taken away, and what stays": { headers: ALL, answers: OK },
  "a timeout": { headers: timeout("100"), answers: [{ hang: true }] },
  "a timeout of 0": { headers: timeout("0"), answers: [{ delayMs: 200, body: "ok" }] },
  "a timeout that is no number": { headers: timeout("abc"), answers: OK },
  "a timeout below 0": { headers: timeout("-1"), answers: OK },
  "a timeout over that of the route": { headers: timeout("2000"), answers: [{ delayMs: 300, body: "ok" }], route: { timeoutMs: 100 } }, // prettier-ignore
  "a timeout that is answered with 204": { headers: { ...timeout("100"), "x-envoy-upstream-rq-timeout-alt-response": "1" }, answers: [{ hang: true }] }, // prettier-ignore
  "a timeout for each try": { headers: perTry("100"), answers: [{ hang: true }] },
  "a timeout for each try that is the longer one": { headers: perTry("20000"), answers: OK },
  "a timeout for each try, then a response": { headers: { ...perTry("100"), ...retry("5xx") }, answers: HANG },
  "a timeout for each try, always": { headers: { ...perTry("100"), ...retry("5xx", "1") }, answers: [{ hang: true }] },
  "a timeout for all tries": { headers: { ...timeout("200"), ...perTry("120"), ...retry("5xx", "9") }, answers: [{ hang: true }] }, // prettier-ignore
  "5xx": { headers: retry("5xx"), answers: failed(500) },
  "5xx with a body": { headers: retry("5xx"), answers: failed(500), body: "body" },
  "5xx, always": { headers: retry("5xx"), answers: [{ status: 500, body: "no" }], body: "body" },
  "5xx, no retries": { headers: retry("5xx", "0"), answers: failed(500) },
  "5xx, a number of retries that is none": { headers: retry("5xx", "x"), answers: failed(500) },
  "5xx, a reset": { headers: retry("5xx"), answers: RESET },
  "5xx, with a body beyond the limit": { headers: retry("5xx"), answers: failed(500), body: "x".repeat(1024 * 1024 + 1) }, // prettier-ignore
  "gateway-error, 500": { headers: retry("gateway-error"), answers: failed(500) },
  "gateway-error, 502": { headers: retry("gateway-error"), answers: failed(502) },
  reset: { headers: retry("reset"), answers: RESET, body: "body" },
  "reset, always": { headers: retry("reset"), answers: [{ reset: true }] },
  "reset-before-request": { headers: retry("reset-before-request"), answers: RESET },
  "connect-failure, a reset": { headers: retry("connect-failure"), answers: RESET },
  "connect-failure": { headers: retry("connect-failure", "2"), answers: OK, cluster: "dead" },
  "refused-stream, a reset": { headers: retry("refused-stream"), answers: RESET },
  "retriable-4xx, 409": { headers: retry("retriable-4xx"), answers: failed(409) },
  "retriable-4xx, 404": { headers: retry("retriable-4xx"), answers: failed(404) },
  "retriable-status-codes": { headers: { ...retry("retriable-status-codes"), "x-envoy-retriable-status-codes": "418, 404" }, answers: failed(404) }, // prettier-ignore
  "retriable-headers": { headers: { ...retry("retriable-headers"), "x-envoy-retriable-header-names": "X-R" }, answers: [{ headers: [["x-r", "1"]], body: "no" }, ...OK] }, // prettier-ignore
  "5xx, from a rate limit": { headers: retry("5xx"), answers: limited },
  "envoy-ratelimited": { headers: retry("envoy-ratelimited"), answers: limited },
  "words that mean nothing": { headers: retry("foo, http3-post-connect-failure"), answers: failed(503) },
  "a status of gRPC": { headers: { "x-envoy-retry-grpc-on": "unavailable" }, answers: grpc("14") },
  "another status of gRPC": { headers: { "x-envoy-retry-grpc-on": "unavailable" }, answers: grpc("7") },
  "what is no HTTP": { headers: retry("reset"), answers: [{ headers: [["content-length", "x"]] }, ...OK] },
  "the route's policy": { answers: failed(503), route: { retry: { on: ["5xx"] } } },
  "the route's policy and the plugin's": { headers: retry("retriable-4xx", "2"), answers: [...failed(503).slice(0, 1), ...failed(409)], route: { retry: { on: ["5xx"] } } }, // prettier-ignore
  "the route's timeout for each try": { answers: HANG, route: { retry: { on: ["5xx"], perTryTimeoutMs: 100 } } },
};

const SEEN = [
  ["property", ["response", "code_details"], "string"],
  ["property", ["response", "flags"], "i64"],
  ["property", ["upstream", "request_attempt_count"], "i64"],
];

async function specOf(port: number): Promise<EnvoySpec> {
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

/** Calls of plugins have no route. */
function callCases(): [string, Case][] {
  return Object.entries(CASES).filter(([, { route, headers, body = "" }]) => !route && headers && body.length < 1000);
}

describeWithEnvoy("the gateway tries again, and gives up, as Envoy's router does", ({ path }) => {
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

  const play = async (port: number, { answers, body }: Case, logged: () => readonly string[]) => {
    upstream.requests = [];
    upstream.response = () => answers[upstream.requests.length - 1] ?? answers.at(-1)!;
    const { status, text } = await request(port, body === undefined ? {} : { body });
    const seen = upstream.requests.map(({ headers, body: received }) => ({
      headers: headers.filter(([name]) => name.startsWith("x-envoy-")).map(([name, value]) => [name, coarse(value)]),
      received,
    }));
    return { status, text, seen, lines: logged().filter((line) => /"property"|"answer"/.test(line)) };
  };

  const compare = async (listener: string, one: Case) => {
    const mark = envoy.mark();
    const real = await play(envoy.port(listener), one, () =>
      [...envoy.logSince(mark).matchAll(/wasm log[^:]*: (.*)$/gm)].map(([, line]) => line!),
    );
    lines = [];
    expect(await play(gateway.port(listener), one, () => lines)).toEqual(real);
  };

  test.each(Object.entries(CASES))("%s", (name, one) => compare(`route ${name}`, one));

  test.each(callCases())("in a call: %s", (name, { answers }) => compare(`call ${name}`, { answers }));

  test("what has no effect on the Node host is said once", async () => {
    lines = [];
    const messages: string[] = [];
    const spec = await specOf(upstream.port);
    const own = await startGateway(spec, { log: ({ message }) => messages.push(message) });
    upstream.response = { body: "ok" };
    for (let i = 0; i < 2; i++) await request(own.port("route what is taken away, and what stays"), {});
    expect(messages.filter((line) => line.includes("Envoy's router acts on"))).toEqual([
      "x-envoy-hedge-on-per-try-timeout: Envoy's router acts on this request header, this gateway only takes it away",
      "x-envoy-upstream-stream-duration-ms: Envoy's router acts on this request header, this gateway only takes it away",
    ]);
    await own.stop(0);
  });
});

/** How much time is left differs a little each time. */
function coarse(value: string): string {
  return /^\d{2,}$/.test(value) ? String(Math.ceil(Number(value) / 500) * 500) : value;
}
