import { startEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";
import { echoUpstream } from "../support/upstream.js";
const up = await echoUpstream();
let n = 0;
let answers: any[] = [];
up.answer = () => answers[n++] ?? answers.at(-1) ?? {};
const wasm = await buildPlugin("tests/plugins/body-write");
const H: Record<string, [[string, string][], any[], any?]> = {
  strip: [
    [
      ["x-envoy-upstream-rq-timeout-ms", "5000"],
      ["x-envoy-upstream-rq-per-try-timeout-ms", "300"],
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-retry-grpc-on", "cancelled"],
      ["x-envoy-max-retries", "2"],
      ["x-envoy-hedge-on-per-try-timeout", "true"],
      ["x-envoy-expected-rq-timeout-ms", "77"],
      ["x-envoy-upstream-rq-timeout-alt-response", "1"],
      ["x-envoy-upstream-alt-stat-name", "s"],
      ["x-envoy-upstream-stream-duration-ms", "5000"],
      ["x-envoy-retriable-status-codes", "409"],
      ["x-envoy-retriable-header-names", "x-r"],
      ["x-envoy-attempt-count", "1"],
      ["x-envoy-internal", "true"],
      ["x-envoy-force-trace", "true"],
      ["x-envoy-decorator-operation", "d"],
      ["x-envoy-ip-tags", "d"],
      ["x-envoy-original-url", "d"],
      ["x-envoy-is-timeout-retry", "true"],
    ],
    [{}],
  ],
  timeout: [[["x-envoy-upstream-rq-timeout-ms", "100"]], [{ hang: true }]],
  zero: [[["x-envoy-upstream-rq-timeout-ms", "0"]], [{ delayMs: 200 }]],
  bad: [[["x-envoy-upstream-rq-timeout-ms", "abc"]], [{}]],
  neg: [[["x-envoy-upstream-rq-timeout-ms", "-1"]], [{}]],
  badtry: [[["x-envoy-upstream-rq-per-try-timeout-ms", "abc"]], [{}]],
  alt: [
    [
      ["x-envoy-upstream-rq-timeout-ms", "100"],
      ["x-envoy-upstream-rq-timeout-alt-response", "1"],
    ],
    [{ hang: true }],
  ],
  pertry: [[["x-envoy-upstream-rq-per-try-timeout-ms", "100"]], [{ hang: true }]],
  pertrybig: [[["x-envoy-upstream-rq-per-try-timeout-ms", "20000"]], [{}]],
  pertryretry: [
    [
      ["x-envoy-upstream-rq-per-try-timeout-ms", "100"],
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-max-retries", "2"],
    ],
    [{ hang: true }, {}],
  ],
  pertryretryall: [
    [
      ["x-envoy-upstream-rq-per-try-timeout-ms", "100"],
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-max-retries", "1"],
    ],
    [{ hang: true }],
  ],
  r5xx: [[["x-envoy-retry-on", "5xx"]], [{ status: 500 }, {}]],
  r5xxall: [[["x-envoy-retry-on", "5xx"]], [{ status: 500, body: "no" }]],
  max0: [
    [
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-max-retries", "0"],
    ],
    [{ status: 500 }, {}],
  ],
  maxbad: [
    [
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-max-retries", "x"],
    ],
    [{ status: 500 }, {}],
  ],
  gw500: [[["x-envoy-retry-on", "gateway-error"]], [{ status: 500 }, {}]],
  gw502: [[["x-envoy-retry-on", "gateway-error"]], [{ status: 502 }, {}]],
  gwreset: [[["x-envoy-retry-on", "gateway-error"]], [{ reset: true }, {}]],
  reset: [[["x-envoy-retry-on", "reset"]], [{ reset: true }, {}]],
  resetall: [[["x-envoy-retry-on", "reset"]], [{ reset: true }]],
  rbr: [[["x-envoy-retry-on", "reset-before-request"]], [{ reset: true }, {}]],
  cf: [[["x-envoy-retry-on", "connect-failure"]], [{ reset: true }, {}]],
  refused: [[["x-envoy-retry-on", "refused-stream"]], [{ reset: true }, {}]],
  r4xx: [[["x-envoy-retry-on", "retriable-4xx"]], [{ status: 409 }, {}]],
  r4xx404: [[["x-envoy-retry-on", "retriable-4xx"]], [{ status: 404 }, {}]],
  rsc: [
    [
      ["x-envoy-retry-on", "retriable-status-codes"],
      ["x-envoy-retriable-status-codes", "418, 404"],
    ],
    [{ status: 404 }, {}],
  ],
  rh: [
    [
      ["x-envoy-retry-on", "retriable-headers"],
      ["x-envoy-retriable-header-names", "x-r"],
    ],
    [{ status: 200, headers: [["x-r", "1"]] }, {}],
  ],
  rrl: [[["x-envoy-retry-on", "5xx"]], [{ status: 503, headers: [["x-envoy-ratelimited", "true"]] }, {}]],
  rrl2: [
    [["x-envoy-retry-on", "envoy-ratelimited"]],
    [{ status: 503, headers: [["x-envoy-ratelimited", "true"]] }, {}],
  ],
  http3: [[["x-envoy-retry-on", "http3-post-connect-failure, foo"]], [{ status: 503 }, {}]],
  grpc: [
    [["x-envoy-retry-grpc-on", "unavailable"]],
    [
      {
        status: 200,
        headers: [
          ["grpc-status", "14"],
          ["content-type", "application/grpc"],
        ],
        body: "",
      },
      {},
    ],
  ],
  grpc2: [[["x-envoy-retry-grpc-on", "unavailable"]], [{ status: 500 }, {}]],
  cut: [[["x-envoy-retry-on", "5xx,reset"]], [{ body: "abc", cut: true, headers: [["content-length", "10"]] }, {}]],
  dead: [
    [
      ["x-envoy-retry-on", "connect-failure"],
      ["x-envoy-max-retries", "2"],
      ["x-dead", "1"],
    ],
    [{}],
  ],
  dead5: [
    [
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-max-retries", "2"],
      ["x-dead", "1"],
    ],
    [{}],
  ],
  proto: [[["x-envoy-retry-on", "reset"]], [{ headers: [["content-length", "x"]] }, {}]],
};
const logs: any = [
  ["property", ["response", "code_details"], "string"],
  ["property", ["response", "flags"], "i64"],
  ["property", ["upstream", "request_attempt_count"], "i64"],
  ["property", ["response", "code"], "i64"],
];
const spec: any = {
  listeners: Object.entries(H).map(([name, [headers]]) => ({
    name,
    plugins: [
      {
        name: "p",
        wasm,
        vmId: name,
        configuration: { request: headers.map(([k, v]) => ["request.set", k, v]), response: logs },
      },
    ],
    routes: [{ prefix: "/", cluster: headers.some(([k]) => k === "x-dead") ? "dead" : "u" }],
  })),
  clusters: [
    { name: "u", port: up.port },
    { name: "dead", port: 1 },
  ],
};
const which = process.argv[2];
const log: string[] = [];
const g: any =
  which === "node"
    ? await (
        await import("../../sdk/gateway/index.js")
      ).startGateway(spec, { log: ({ message }: any) => log.push(message) })
    : await startEnvoy(spec);
for (const [name, [, a]] of Object.entries(H))
  for (const body of [undefined, "body"]) {
    if (body && !["strip", "r5xx", "reset", "r5xxall"].includes(name)) continue;
    answers = a;
    n = 0;
    up.requests = [];
    const mark = which === "node" ? log.length : g.mark();
    const t = performance.now();
    const r: any = await request(g.port(name), { body } as any, 4000).catch((e) => ({
      status: String(e),
      headers: [],
      text: "",
    }));
    const ms = performance.now() - t;
    const lines =
      which === "node"
        ? log.slice(mark)
        : [...g.logSince(mark).matchAll(/wasm log[^:]*: (.*)$/gm)].map((m: any) => m[1]);
    console.log(
      name,
      body ?? "",
      "->",
      r.status,
      JSON.stringify(r.text.slice(0, 90)),
      ms > 90 ? `${Math.round(ms / 50) * 50}ms` : "",
      r.headers.filter(([k]: any) => /x-envoy/.test(k) && !/service-time/.test(k)).join(";"),
    );
    console.log(
      "    up:",
      up.requests
        .map(
          (q) =>
            q.headers
              .filter(([k]) => /^x-envoy/.test(k))
              .map(([k, v]) => `${k.replace("x-envoy-", "")}=${v}`)
              .join(" ") + (q.body ? ` body ${q.body}` : ""),
        )
        .join(" | "),
    );
    console.log(
      "    log:",
      lines
        .filter((l: string) => /"property"/.test(l))
        .map((l: string) => JSON.parse(l.replace(/^.*did /, "")).at(-1))
        .join(" "),
    );
  }
await g.stop(0);
await up.stop();
