import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "ext-auth";
const auth = "outbound|8080||auth.default.svc.cluster.local";
const service = { fqdn: "auth.default.svc.cluster.local", port: 8080 };

const unauthorized = { status: 401, body: "unauthorized\n", upstream: null };
const unavailable = { status: 503, body: "the auth service is not available\n", upstream: null };

/** A request with a header that the plugin passes to the auth service, and that sets the auth service's response. */
const authResponds = (response: object) => {
  const headers: RequestStep["headers"] = [["x-answer", JSON.stringify(response)]];
  return { headers };
};
const passesHeader = { service, headers: ["x-answer"] };

/** Configurations that are rejected. They have their own list because the formatter hangs on a long list in a scenario. */
const invalid = [
  {},
  { service, cluster: "auth" },
  { service: null, cluster: null },
  { service: "auth" },
  { service: {} },
  { service: { fqdn: "auth" } },
  { service: { port: 80 } },
  { service: { fqdn: "", port: 80 } },
  { service: { fqdn: "auth", port: 0 } },
  { service: { fqdn: "auth", port: 65536 } },
  { service: { fqdn: "auth", port: "80" } },
  { cluster: "" },
  { cluster: "auth", path: "" },
  { cluster: "auth", path: "auth" },
  { cluster: "auth", path: "/a b" },
  { cluster: "auth", path: "/a\r\nx: y" },
  { cluster: "auth", path: "/a#b" },
  { cluster: "auth", timeoutMs: 0 },
  { cluster: "auth", timeoutMs: 60001 },
  { cluster: "auth", timeoutMs: 0.5 },
  { cluster: "auth", headers: "cookie" },
  { cluster: "auth", headers: ["cookie", 1] },
  { cluster: "auth", headers: [""] },
  { cluster: "auth", headers: ["a b"] },
  { cluster: "auth", headers: ["a:b"] },
  { cluster: "auth", headers: [":path"] },
  { cluster: "auth", headers: ["Host"] },
  { cluster: "auth", headers: ["content-length"] },
  { cluster: "auth", headers: ["x-original-path"] },
];

const scenarios: Scenario[] = [
  {
    ...{
      name: "calls the auth service with headers of the request, and sends the user to the upstream",
      plugin,
      config: { service },
    },
    clusters: { [auth]: { headers: [["x-user", "mia"]], body: "ignored" } },
    steps: [
      {
        method: "PUT",
        target: "/orders/1?a=b",
        headers: [
          ["host", "shop.example:8080"],
          ["Authorization", "Bearer t"],
          ["cookie", "a=1"],
          ["x-other", "not for the auth service"],
          ["x-original-path", "/public"],
        ],
        body: "order",
        expect: {
          status: 200,
          upstream: { method: "PUT", target: "/orders/1?a=b", headers: { "x-user": "mia" }, body: "order" },
          calls: [
            {
              cluster: auth,
              method: "GET",
              target: "/auth",
              body: "",
              headers: {
                host: "auth.default.svc.cluster.local",
                authorization: "Bearer t",
                cookie: "a=1",
                "x-other": null,
                "x-original-method": "PUT",
                "x-original-path": "/orders/1?a=b",
                "x-original-host": "shop.example:8080",
              },
            },
          ],
        },
      },
      {
        expect: {
          status: 200,
          upstream: { headers: { "x-user": "mia" } },
          calls: [{ cluster: auth, headers: { authorization: null, cookie: null, "x-original-method": "GET" } }],
        },
      },
    ],
  },
  {
    ...{ name: "removes x-user headers that the client sent", plugin, config: passesHeader },
    clusters: { [auth]: {} },
    steps: [
      { headers: [["x-user", "admin"]], expect: { status: 200, upstream: { headers: { "x-user": null } } } },
      {
        headers: [
          ["X-User", "admin"],
          ["x-user", "root"],
        ],
        expect: { status: 200, upstream: { headers: { "x-user": null } } },
      },
      {
        headers: [
          ["X-User", "admin"],
          ["x-user", "root"],
          ["x-answer", '{"headers":[["X-User","mia"]]}'],
        ],
        expect: { status: 200, upstream: { headers: { "x-user": ["mia"] } } },
      },
    ],
  },
  {
    ...{ name: "holds the body back until the auth service has responded", plugin, config: { service } },
    clusters: { [auth]: { delayMs: 50, headers: [["x-user", "mia"]] } },
    steps: [
      {
        ...{ chunks: ["a", "b", "c"], chunkDelayMs: 10, trailers: [["x-t", "1"]] },
        expect: { status: 200, upstream: { headers: { "x-user": "mia" }, body: "abc" } },
      },
    ],
  },
  {
    ...{ name: "sends a 401 for any other status code below 500", plugin, config: passesHeader },
    clusters: { [auth]: {} },
    steps: [
      ...[201, 204, 302, 304, 400, 401, 403, 404, 499].map((status) => ({
        ...authResponds({ status }),
        expect: unauthorized,
      })),
      { ...authResponds({ status: 401, body: "secret" }), body: "with a body", expect: unauthorized },
      { ...authResponds({ status: 401 }), method: "HEAD", expect: { status: 401, body: "", upstream: null } },
      {
        ...authResponds({ status: 401 }),
        chunks: ["a", "b"],
        chunkDelayMs: 20,
        expect: { status: 401, upstream: null },
      },
    ],
  },
  {
    ...{
      name: "sends the 401 with all www-authenticate headers of the auth service",
      plugin,
      config: passesHeader,
    },
    clusters: { [auth]: {} },
    steps: [
      {
        ...authResponds({ status: 401, headers: [["WWW-Authenticate", 'Basic realm="a, b"']] }),
        expect: {
          ...unauthorized,
          headers: { "www-authenticate": 'Basic realm="a, b"', "content-type": "text/plain" },
        },
      },
      {
        ...authResponds({
          status: 403,
          headers: [
            ["www-authenticate", "Bearer"],
            ["x-user", "mia"],
            ["www-authenticate", "Basic"],
          ],
        }),
        expect: { ...unauthorized, headers: { "www-authenticate": ["Bearer", "Basic"], "x-user": null } },
      },
      { ...authResponds({ status: 401 }), expect: { ...unauthorized, headers: { "www-authenticate": null } } },
    ],
  },
  {
    ...{
      name: "sends a 503 if the auth service responds with 5xx or cuts the connection",
      plugin,
      config: passesHeader,
    },
    clusters: { [auth]: {} },
    steps: [
      ...[500, 502, 503, 504, 599].map((status) => ({ ...authResponds({ status }), expect: unavailable })),
      { ...authResponds({ reset: true }), expect: unavailable },
      {
        ...authResponds({ headers: [["content-length", "9"]], body: "cut", cut: true }),
        body: "any",
        expect: unavailable,
      },
    ],
  },
  {
    ...{ name: "sends a 503 if the auth service accepts no connection", plugin, config: { cluster: "gone" } },
    clusters: { gone: "dead" },
    steps: [{ expect: unavailable }, { method: "POST", body: "any", expect: unavailable }],
  },
  {
    ...{
      name: "sends a 503 if the auth service does not respond in time",
      plugin,
      config: { service, timeoutMs: 250 },
    },
    clusters: { [auth]: { hang: true } },
    steps: [{ expect: { ...unavailable, logs: [/^\[warn\].* the auth service responded with 504$/] } }],
  },
  {
    ...{ name: "sends a 503 if the gateway does not know the cluster", plugin, config: { cluster: "unknown" } },
    errors: [/not sent to cluster "unknown": the gateway has no such cluster/],
    steps: [{ expect: unavailable }, { body: "any", expect: unavailable }],
  },
  {
    name: "calls a cluster by its name, with another path and other headers",
    plugin,
    config: { cluster: "auth", path: "/check?for=shop&at=http://x/", timeoutMs: 60000, headers: ["X-Key", "cookie"] },
    clusters: { auth: {} },
    steps: [
      {
        headers: [
          ["x-key", "k1"],
          ["X-Key", "k2"],
          ["cookie", "a=1"],
          ["cookie", "b=2"],
          ["authorization", "Bearer t"],
        ],
        expect: {
          status: 200,
          upstream: { headers: { authorization: "Bearer t" } },
          calls: [
            {
              cluster: "auth",
              target: "/check?for=shop&at=http://x/",
              headers: { host: "auth", "x-key": ["k1", "k2"], authorization: null },
            },
          ],
        },
      },
    ],
  },
  {
    ...{
      name: "passes no headers to the auth service if `headers` is empty",
      plugin,
      config: { service, headers: [] },
    },
    clusters: { [auth]: {} },
    steps: [
      {
        headers: [["authorization", "Bearer t"]],
        expect: { status: 200, calls: [{ cluster: auth, headers: { authorization: null, "x-original-path": "/" } }] },
      },
    ],
  },
  {
    ...{ name: "rejects a configuration without a service", plugin, rejected: true },
    steps: [{ expect: { status: 500 } }],
  },
  {
    ...{ name: "rejects an invalid configuration and keeps the previous one", plugin, config: { cluster: "auth" } },
    clusters: { auth: { status: 403 } },
    steps: [...invalid.map((update) => ({ update, expect: "rejected" as const })), { expect: unauthorized }],
  },
];

export default scenarios;
