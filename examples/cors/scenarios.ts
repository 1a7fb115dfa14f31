import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "cors";

const forbidden = {
  ...{ status: 403, body: "Invalid CORS request", upstream: null },
  headers: { "access-control-allow-origin": null, "x-cors-version": "1.0.0", "x-cors-trace": null, vary: "Origin" },
};
const allowed = (origin: string | null, headers = {}) => ({
  ...{ status: 200, upstream: {} },
  headers: {
    ...{ "access-control-allow-origin": origin, "access-control-allow-methods": null },
    ...{ "access-control-allow-headers": null, "access-control-max-age": null, vary: "Origin", ...headers },
  },
});
const from = (origin: string, expect: RequestStep["expect"], more: Partial<RequestStep> = {}): RequestStep => ({
  ...more,
  headers: [["host", "api.example.com"], ["origin", origin], ...(more.headers ?? [])],
  expect,
});
const ok = (origin: string) => from(origin, allowed(origin));
const no = (origin: string) => from(origin, forbidden);
const preflight = (method: string, headers: string | null, expect: RequestStep["expect"]): RequestStep =>
  from("https://www.example.com", expect, {
    method: "OPTIONS",
    headers: [
      ["access-control-request-method", method],
      ...(headers === null ? [] : [["access-control-request-headers", headers] as const]),
    ],
  });
const answered = (methods: string, headers: string, more = {}) => ({
  ...{ status: 200, body: "", upstream: null },
  headers: {
    "access-control-allow-origin": "https://www.example.com",
    "access-control-allow-methods": methods,
    "access-control-allow-headers": headers,
    "access-control-max-age": "86400",
    ...more,
  },
});

/** A header that sets the headers of the upstream's response. */
const upstreamSends = (...headers: [string, string][]) => ["x-answer", JSON.stringify({ headers })] as const;

const METHODS = "GET,PUT,POST,DELETE,PATCH,OPTIONS";
const ALL_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD, TRACE, CONNECT";
const HEADERS =
  "DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization";

const scenarios: Scenario[] = [
  {
    ...{ name: "allows all origins, common methods and common headers by default", plugin },
    steps: [
      from("https://www.example.com", allowed("https://www.example.com", { "access-control-allow-credentials": null })),
      ok("null"),
      ok("http://localhost:3000"),
      from("https://a.example/", allowed("https://a.example")),
      from("https://a.example", { status: 200, upstream: {} }, { method: "POST", body: "any" }),
      from("https://a.example", forbidden, { method: "PROPFIND" }),
      preflight("POST", "content-type, Authorization", answered(METHODS, HEADERS)),
      preflight("delete", null, answered(METHODS, HEADERS)),
      preflight("POST", "content-type,x-other", forbidden),
      preflight("HEAD", null, forbidden),
      { expect: allowed(null) },
    ],
  },
  {
    ...{
      name: "a request of the same origin gets no CORS headers",
      plugin,
      config: { allow_origins: ["https://a.example"] },
    },
    steps: [
      from("http://api.example.com", allowed(null)),
      from("http://API.example.com:80", allowed(null)),
      from("http://api.example.com/", allowed(null)),
      ...["https://api.example.com", "http://api.example.com:8080", "http://example.com"].map(no),
    ],
  },
  {
    ...{
      name: "compares the whole host with brackets of IPv6 addresses",
      plugin,
      config: { allow_origins: ["https://a"] },
    },
    steps: [
      {
        headers: [
          ["host", "[::1]:80"],
          ["origin", "http://[::1]"],
        ],
        expect: allowed(null),
      },
      {
        headers: [
          ["host", "[::1]:80"],
          ["origin", "http://[::2]"],
        ],
        expect: forbidden,
      },
      {
        headers: [
          ["host", "[::1]:80"],
          ["origin", "http://[::1]:81"],
        ],
        expect: forbidden,
      },
    ],
  },
  {
    ...{ name: "compares origins exactly, but without case", plugin },
    config: { allow_origins: ["https://WWW.example.com/", " http://b.example:8080 ", ""], allow_methods: ["*"] },
    steps: [
      ...["https://www.example.com", "https://www.EXAMPLE.com", "http://b.example:8080"].map(ok),
      ...["http://www.example.com", "https://www.example.com.evil.org", "https://www.example.com:8443"].map(no),
      ...[
        "http://b.example",
        "http://b.example:80800",
        "null",
        "www.example.com",
        "https://",
        "http://[::1",
        "%zz",
      ].map(no),
    ],
  },
  {
    ...{ name: "compares patterns with the whole origin", plugin },
    config: {
      allow_origin_patterns: [
        ...["http://*.example.com", "http://*.example.org:[8080,9090]", "https://*.example.net:[*]/", "http://a.b?c"],
        "http://*.bad.com:[80x]",
      ],
    },
    steps: [
      ...["http://a.example.com", "http://A.B.Example.com", "http://a.example.org:9090"].map(ok),
      ...["https://a.example.net", "https://a.example.net:1", "https://a.example.net:65535"].map(ok),
      ...[
        "http://a.example.com.evil.org",
        "http://a.example.com:8080",
        "http://example.com",
        "http://aexample.com",
      ].map(no),
      ...["http://evil.org/.example.com", "http://evil.org?.example.com", "http://evil.org#.example.com"].map(no),
      ...["http://evil.org@x.example.com", "http://evil.org\\.example.com", "http://evil.org,http://a.example.com"].map(
        no,
      ),
      ...["http://a.example.org", "http://a.example.org:80", "http://a.example.org:80800", "null"].map(no),
      ...["https://a.example.net:", "https://a.example.net:x", "https://a.example.net:1.evil.org"].map(no),
      ...["xhttp://a.example.com", "https://a.example.com", "http://a.bxc", "http://a.b?c", "http://x.bad.com:80"].map(
        no,
      ),
    ],
  },
  {
    ...{ name: "one origin that is not allowed is enough to deny a request", plugin },
    config: { allow_origins: ["https://www.example.com"] },
    steps: [
      from("https://www.example.com", forbidden, { headers: [["origin", "https://evil.org"]] }),
      {
        headers: [
          ["origin", "https://evil.org"],
          ["origin", "https://www.example.com"],
        ],
        expect: forbidden,
      },
    ],
  },
  {
    ...{ name: "allows all origins with credentials for the pattern *, as the Go plugin", plugin },
    config: {
      ...{ allow_origin_patterns: ["*"], allow_credentials: true, allow_methods: ["*"], allow_headers: ["*"] },
      ...{ expose_headers: ["x-a", "*", "x-b"], max_age: 7200 },
    },
    steps: [
      from(
        "https://a.example",
        allowed("https://a.example", {
          "access-control-allow-credentials": "true",
          "access-control-expose-headers": "*,x-b",
        }),
      ),
      preflight(
        "PROPFIND",
        "x-one, x-two",
        answered(ALL_METHODS, "x-one, x-two", { "access-control-max-age": "7200" }),
      ),
      preflight("GET", null, answered(ALL_METHODS, "*", { "access-control-max-age": "7200" })),
    ],
  },
  {
    ...{ name: "ignores allow_credentials if allow_origins has *", plugin },
    config: { allow_origins: ["*", "https://a.example"], allow_credentials: true },
    steps: [from("https://a.example", allowed("https://a.example", { "access-control-allow-credentials": null }))],
  },
  {
    ...{ name: "allows no origin with credentials but without origins", plugin, config: { allow_credentials: true } },
    steps: [no("https://a.example"), { expect: allowed(null) }],
  },
  {
    ...{ name: "checks methods and headers of a configuration", plugin },
    config: {
      ...{ allow_origins: ["*"], allow_methods: ["get", " Put "], allow_headers: ["Token", "Content-Type"] },
      ...{ expose_headers: ["X-Custom-Header", "X-Env-UTM"], max_age: -1 },
    },
    steps: [
      from(
        "https://a.example",
        allowed("https://a.example", { "access-control-expose-headers": "X-Custom-Header,X-Env-UTM" }),
      ),
      from("https://a.example", forbidden, { method: "POST", body: "any" }),
      preflight("PUT", "token,  content-type ,", answered("GET,PUT", "Token,Content-Type")),
      preflight("PUT", ",token\t,", answered("GET,PUT", "Token,Content-Type")),
      preflight("POST", "token", forbidden),
      preflight("PUT", "token2", forbidden),
      from("https://www.example.com", forbidden, {
        method: "OPTIONS",
        headers: [
          ["access-control-request-method", "PUT"],
          ["access-control-request-headers", "token"],
          ["access-control-request-headers", "x-other"],
        ],
      }),
      // Without Access-Control-Request-Method this is no preflight request.
      from("https://a.example", forbidden, { method: "OPTIONS" }),
    ],
  },
  {
    ...{ name: "replaces the CORS headers of the upstream", plugin, config: { allow_origins: ["https://a.example"] } },
    steps: [null, "https://a.example"].map((origin) => ({
      headers: [
        ...(origin === null ? [] : [["origin", origin] as const]),
        upstreamSends(
          ["access-control-allow-origin", "*"],
          ["access-control-allow-credentials", "true"],
          ["access-control-allow-methods", "TRACE"],
          ["access-control-expose-headers", "x-secret"],
          ["access-control-max-age", "1"],
          ["x-cors-trace", "trace"],
          ["vary", "Accept-Encoding"],
          ["vary", "Accept"],
        ),
      ],
      expect: allowed(origin, {
        ...{ "access-control-allow-credentials": null, "access-control-expose-headers": null, "x-cors-trace": null },
        ...{ vary: "Accept-Encoding,Accept, Origin", "x-cors-version": "1.0.0" },
      }),
    })),
  },
  {
    ...{ name: "keeps a vary header that has the origin", plugin },
    steps: ["*", "accept, ORIGIN"].map((vary) => ({
      headers: [upstreamSends(["vary", vary])],
      expect: { status: 200, headers: { vary } },
    })),
  },
  {
    ...{ name: "responds to a preflight request of the same origin without CORS headers, as the Go plugin", plugin },
    steps: [
      from(
        "http://api.example.com",
        { status: 200, upstream: null, headers: { "access-control-allow-origin": null } },
        {
          method: "OPTIONS",
          headers: [["access-control-request-method", "GET"]],
        },
      ),
    ],
  },
  {
    ...{ name: "rejects a configuration that cannot be sent", plugin },
    steps: [
      { update: { allow_headers: ["a\r\nb: c"] }, expect: "rejected" },
      { update: { expose_headers: ["a\nb"] }, expect: "rejected" },
    ],
  },
];

export default scenarios;
