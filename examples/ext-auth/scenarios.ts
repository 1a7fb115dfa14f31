import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "ext-auth";
const auth = "outbound|8080||auth.default.svc.cluster.local";
const service = { fqdn: "auth.default.svc.cluster.local", port: 8080 };

const unauthorized = { status: 401, body: "unauthorized\n", upstream: null };
const unavailable = { status: 503, body: "the auth service is not available\n", upstream: null };

/** Asks the auth service for an answer, by a header that the configuration sends on to it. */
const asks = (answer: object) => {
  const headers: RequestStep["headers"] = [["x-answer", JSON.stringify(answer)]];
  return { headers };
};
const sendsOn = { service, headers: ["x-answer"] };

/** Configurations that are refused. In a list of their own: the formatter hangs on long ones below. */
const misfits = [
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
    ...{ name: "asks with the headers of the request, and lets it through with the user", plugin, config: { service } },
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
    ...{ name: "a client cannot say who the user is", plugin, config: sendsOn },
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
    ...{ name: "holds a body until the answer has come", plugin, config: { service } },
    clusters: { [auth]: { delayMs: 50, headers: [["x-user", "mia"]] } },
    steps: [
      {
        ...{ chunks: ["a", "b", "c"], chunkDelayMs: 10, trailers: [["x-t", "1"]] },
        expect: { status: 200, upstream: { headers: { "x-user": "mia" }, body: "abc" } },
      },
    ],
  },
  {
    ...{ name: "any other answer below 500 is a 401", plugin, config: sendsOn },
    clusters: { [auth]: {} },
    steps: [
      ...[201, 204, 302, 304, 400, 401, 403, 404, 499].map((status) => ({ ...asks({ status }), expect: unauthorized })),
      { ...asks({ status: 401, body: "secret" }), body: "with a body", expect: unauthorized },
      { ...asks({ status: 401 }), method: "HEAD", expect: { status: 401, body: "", upstream: null } },
      { ...asks({ status: 401 }), chunks: ["a", "b"], chunkDelayMs: 20, expect: { status: 401, upstream: null } },
    ],
  },
  {
    ...{ name: "a 401 says how to log in, in all the ways that there are", plugin, config: sendsOn },
    clusters: { [auth]: {} },
    steps: [
      {
        ...asks({ status: 401, headers: [["WWW-Authenticate", 'Basic realm="a, b"']] }),
        expect: {
          ...unauthorized,
          headers: { "www-authenticate": 'Basic realm="a, b"', "content-type": "text/plain" },
        },
      },
      {
        ...asks({
          status: 403,
          headers: [
            ["www-authenticate", "Bearer"],
            ["x-user", "mia"],
            ["www-authenticate", "Basic"],
          ],
        }),
        expect: { ...unauthorized, headers: { "www-authenticate": ["Bearer", "Basic"], "x-user": null } },
      },
      { ...asks({ status: 401 }), expect: { ...unauthorized, headers: { "www-authenticate": null } } },
    ],
  },
  {
    ...{ name: "a service that answers 5xx or cuts the connection is a 503", plugin, config: sendsOn },
    clusters: { [auth]: {} },
    steps: [
      ...[500, 502, 503, 504, 599].map((status) => ({ ...asks({ status }), expect: unavailable })),
      { ...asks({ reset: true }), expect: unavailable },
      { ...asks({ headers: [["content-length", "9"]], body: "cut", cut: true }), body: "any", expect: unavailable },
    ],
  },
  {
    ...{ name: "a service that takes no connection is a 503", plugin, config: { cluster: "gone" } },
    clusters: { gone: "dead" },
    steps: [{ expect: unavailable }, { method: "POST", body: "any", expect: unavailable }],
  },
  {
    ...{ name: "a service that does not answer in time is a 503", plugin, config: { service, timeoutMs: 50 } },
    clusters: { [auth]: { hang: true } },
    steps: [{ expect: { ...unavailable, logs: [/^\[warn\].* the auth service answered 504$/] } }],
  },
  {
    ...{ name: "a service that the gateway does not know is a 503", plugin, config: { cluster: "unknown" } },
    errors: [/not sent to cluster "unknown": the gateway has no such cluster/],
    steps: [{ expect: unavailable }, { body: "any", expect: unavailable }],
  },
  {
    name: "a cluster by its own name, another path, other headers",
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
    ...{ name: "sends no headers on where none are named", plugin, config: { service, headers: [] } },
    clusters: { [auth]: {} },
    steps: [
      {
        headers: [["authorization", "Bearer t"]],
        expect: { status: 200, calls: [{ cluster: auth, headers: { authorization: null, "x-original-path": "/" } }] },
      },
    ],
  },
  { ...{ name: "refuses to run without a service", plugin, rejected: true }, steps: [{ expect: { status: 500 } }] },
  {
    ...{ name: "refuses what does not fit, and keeps asking as before", plugin, config: { cluster: "auth" } },
    clusters: { auth: { status: 403 } },
    steps: [...misfits.map((update) => ({ update, expect: "rejected" as const })), { expect: unauthorized }],
  },
];

export default scenarios;
