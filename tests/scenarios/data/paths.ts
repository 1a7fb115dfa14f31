import { did, probe, type ProbeStep } from "../probe.js";
import type { RequestStep, Scenario } from "../scenario.js";

const cluster = "upstream";
const routes = [
  { name: "default/admin", pathSeparatedPrefix: "/admin", cluster },
  { name: "default/public", pathSeparatedPrefix: "/public", cluster },
  { name: "other", prefix: "/", cluster },
];

/** What the probe plugin reads. */
const LINE: ProbeStep = ["line"];
const HEADER: ProbeStep = ["request.get", ":path"];
const PROPERTY: ProbeStep = ["property", ["request", "path"], "string"];
const WITHOUT_QUERY: ProbeStep = ["property", ["request", "url_path"], "string"];
const ROUTE: ProbeStep = ["routeName"];
const READS = { request: [LINE, HEADER, PROPERTY, WITHOUT_QUERY, ROUTE] };

/** Plugins, the route and the upstream see this path. */
function seen(target: string, path: string, route: string): RequestStep {
  const logs = [
    did(LINE, "GET", "http", "localhost", path),
    did(HEADER, path),
    did(PROPERTY, path),
    did(WITHOUT_QUERY, path.replace(/\?.*/, "")),
    did(ROUTE, route),
  ];
  return { target, headers: [["host", "localhost"]], expect: { status: 200, logs, upstream: { target: path } } };
}

function rejected(target: string): RequestStep {
  return {
    target,
    expect: { status: 400, body: "", headers: { connection: "close" }, upstream: null, noLogs: [/did/] },
  };
}

/** A request, and the name of the rule that applies; null if no rule applies. */
const rule = (target: string, name: string | null): RequestStep => ({
  target,
  expect: { status: 200, headers: { "x-rule": name }, upstream: { headers: { "x-rule": name } } },
});

const scenarios: Scenario[] = [
  probe("without normalizePath, plugins and routes see the path as the client sent it", READS, {
    routes,
    steps: [
      seen("/public/../admin", "/public/../admin", "default/public"),
      seen("/public/%2e%2E/admin?a=/../b", "/public/%2e%2E/admin?a=/../b", "default/public"),
      seen("/%61dmin", "/%61dmin", "other"),
      seen("/public\\..\\admin", "/public\\..\\admin", "other"),
      seen("//admin", "//admin", "other"),
      seen("/a%00", "/a%00", "other"),
      rejected("/a#b"),
    ],
  }),
  probe("with normalizePath, plugins, routes and the upstream see the normalized path", READS, {
    ...{ routes, normalizePath: true },
    steps: [
      seen("/public/../admin", "/admin", "default/admin"),
      seen("/public/%2e%2E/admin", "/admin", "default/admin"),
      seen("/public/.%2e/admin/.", "/admin/", "default/admin"),
      seen("/../admin", "/admin", "default/admin"),
      seen("/public\\..\\admin", "/admin", "default/admin"),
      seen("/%61%64min/%2D%7e", "/admin/-~", "default/admin"),
      seen("http://localhost/public/../admin", "/admin", "default/admin"),
      // Slashes stay as they are, escaped or not.
      seen("//admin", "//admin", "other"),
      seen("/admin%2fx", "/admin%2fx", "other"),
      seen("/public/..%2fadmin", "/public/..%2fadmin", "default/public"),
      seen("/public/..%5Cadmin", "/public/..%5Cadmin", "default/public"),
      // One level of escapes is decoded.
      seen("/public/%252e%252e/admin", "/public/%252e%252e/admin", "default/public"),
      seen("/%%32e%%32e/admin", "/%252e%252e/admin", "other"),
      seen('/"<>^`{|}', "/%22%3C%3E%5E%60%7B%7C%7D", "other"),
      seen("/%", "/%", "other"),
      // The query stays.
      seen("/public?a=/../%2e%61\\", "/public?a=/../%2e%61\\", "default/public"),
      seen("/public/..?a", "/?a", "other"),
      rejected("/a%00"),
      rejected("/a/%00/../b"),
      rejected("/a#b"),
      { method: "OPTIONS", target: "*", expect: { status: 404, body: "", upstream: null, noLogs: [/did/] } },
    ],
  }),
  probe("with mergeSlashes and unescaped slashes, these slashes separate segments", READS, {
    ...{ routes, normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: "UNESCAPE_AND_FORWARD" },
    steps: [
      seen("//admin///x//?a//b%2f", "/admin/x/?a//b%2f", "default/admin"),
      seen("/admin%2fx", "/admin/x", "default/admin"),
      seen("/public%2F..%5cadmin", "/admin", "default/admin"),
      seen("/public/%2e%2e%2F%2Fadmin", "/admin", "default/admin"),
      seen("//", "//", "other"),
    ],
  }),
  {
    ...{ ...probe("over HTTP/2 too", READS, { routes, steps: [] }), normalizePath: true, http2: true },
    steps: [
      seen("/public/../admin?a=/..", "/admin?a=/..", "default/admin"),
      seen("/public/%2e%2E\\admin", "/admin", "default/admin"),
      { target: "/a%00", expect: { status: 400, body: "", upstream: null, noLogs: [/did/] } },
    ],
  },
  probe(
    "a path that a plugin sets is not normalized",
    { request: [["request.set", ":path", "/public/../%61dmin"]] },
    {
      ...{ routes, normalizePath: true },
      steps: [{ target: "/x", expect: { upstream: { target: "/public/../%61dmin" } } }],
    },
  ),
  {
    name: "a rule for a route applies to each spelling of its path",
    ...{ plugin: "rules", routes, normalizePath: true },
    config: { _rules_: [{ _match_route_: ["default/admin"], name: "admin" }] },
    steps: [
      ...["/admin", "/public/../admin", "/public/%2e%2e/admin", "/./admin", "/%61dmin", "/public\\..\\admin"].map(
        (target) => rule(target, "admin"),
      ),
      ...["/public", "/admin/../public"].map((target) => rule(target, null)),
    ],
  },
];

export default scenarios;
