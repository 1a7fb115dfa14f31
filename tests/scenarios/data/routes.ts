import type { RouteSpec } from "../../../sdk/envoy/index.js";
import { did, probe } from "../probe.js";
import type { ExpectedHeaders, RequestStep, Scenario } from "../scenario.js";

const noRoute = { status: 404, body: "", upstream: null };

/** The request has this route, and reaches the cluster "upstream". */
function to(name: string, target: string, step: Partial<RequestStep> = {}): RequestStep {
  return { target, ...step, expect: { status: 200, logs: [did(["routeName"], name)], upstream: {}, ...step.expect } };
}

const none = (target: string, step: Partial<RequestStep> = {}): RequestStep => ({ target, ...step, expect: noRoute });
const host = (name: string) => ({ headers: [["host", name] as const] });
const readsRoute = { request: [["routeName"]] as const };

function routing(name: string, routes: RouteSpec[], steps: RequestStep[], rest: Partial<Scenario> = {}): Scenario {
  return probe(name, { request: [...readsRoute.request] }, { routes, steps, ...rest });
}

const cluster = "upstream";

/** A request to a route with changes, and the request that the upstream gets. */
function changed(
  name: string,
  route: RouteSpec,
  requests: readonly (readonly [sent: string, received: string, headers?: ExpectedHeaders])[],
): Scenario {
  const steps = requests.map(([target, received, headers = {}]) => ({
    target,
    expect: { status: 200, upstream: { target: received, headers } },
  }));
  return probe(name, {}, { routes: [{ cluster, ...route }], steps });
}

const scenarios: Scenario[] = [
  routing(
    "a path separated prefix ends with an element of the path",
    [{ name: "foo", pathSeparatedPrefix: "/foo", cluster }],
    [
      ...["/foo", "/foo/", "/foo/bar", "/foo?a=/", "/foo/?a"].map((target) => to("foo", target)),
      ...["/foobar", "/fo", "/", "/Foo", "/bar/foo", "/foo%2Fbar", "//foo"].map((target) => none(target)),
    ],
  ),
  routing(
    "exact paths, prefixes and regular expressions match in the order of the routes",
    [
      { name: "exact", path: "/a/b", cluster },
      { name: "id", regex: "/a/(?P<id>\\d+)", cluster },
      { name: "prefix", prefix: "/a/b", cluster },
      { name: "any letter", regex: "/[[:alpha:]]\\pL?", cluster },
      { name: "fold", regex: "(?i)/FOLD", cluster },
    ],
    [
      to("exact", "/a/b"),
      to("exact", "/a/b?x"),
      to("prefix", "/a/b/"),
      to("prefix", "/a/bc"),
      to("id", "/a/12"),
      to("id", "/a/12?b=c"),
      none("/a/12/"),
      none("/a/1a"),
      to("any letter", "/x"),
      none("/1"),
      to("fold", "/fOLd"),
      none("/A/b"),
    ],
  ),
  routing(
    "paths match without their case",
    [
      { name: "path", path: "/Exact", ignoreCase: true, cluster },
      { name: "elements", pathSeparatedPrefix: "/Foo", ignoreCase: true, cluster },
      { name: "prefix", prefix: "/Pre", ignoreCase: true, cluster },
    ],
    [to("path", "/eXACT"), to("elements", "/foo/Bar"), none("/foobar"), to("prefix", "/PREfix")],
  ),
  routing(
    "the most specific domain wins, and its routes are the only ones",
    [
      { name: "any", prefix: "/", cluster },
      { name: "com", prefix: "/", domains: ["*.com"], cluster },
      { name: "example", prefix: "/", domains: ["*.example.com"], cluster },
      { name: "exact", prefix: "/exact", domains: ["www.example.com"], cluster },
      { name: "dash", prefix: "/", domains: ["*-x.example.com"], cluster },
      { name: "start", prefix: "/", domains: ["www.*"], cluster },
    ],
    [
      to("exact", "/exact", host("www.example.com")),
      to("exact", "/exact", host("WWW.Example.com")),
      none("/other", host("www.example.com")),
      to("example", "/", host("a.b.example.com")),
      to("dash", "/", host("a-x.example.com")),
      to("com", "/", host("example.com")),
      to("com", "/", host("www.test.com")),
      to("any", "/", host("com")),
      to("start", "/", host("www.test")),
      to("any", "/", host("www.")),
      to("any", "/", host(".com")),
      to("start", "/", host("www.example.com:80")),
    ],
  ),
  routing(
    "the port of a host does not count",
    [
      { name: "exact", prefix: "/", domains: ["www.example.com"], cluster },
      { name: "wild", prefix: "/", domains: ["*.example.com"], cluster },
      { name: "address", prefix: "/", domains: ["[::1]"], cluster },
    ],
    [
      to("exact", "/", host("www.example.com:8080")),
      to("exact", "/", host("www.example.com")),
      to("wild", "/", host("a.example.com:80")),
      to("address", "/", host("[::1]:80")),
      to("address", "/", host("[::1]")),
      none("/", host("example.com:80")),
    ],
    { ignorePortInHostMatching: true },
  ),
  routing(
    "domains of several routes share their routes",
    [
      { name: "both", path: "/both", domains: ["a.test", "B.test"], cluster },
      { name: "a", prefix: "/", domains: ["a.test"], cluster },
      { name: "b", prefix: "/", domains: ["b.test", "c.test"], cluster },
    ],
    [
      to("both", "/both", host("a.test")),
      to("both", "/both", host("b.test")),
      to("a", "/a", host("a.test")),
      to("b", "/b", host("b.test")),
      to("b", "/both", host("c.test")),
    ],
  ),
  routing(
    "headers and methods select a route",
    [
      { name: "post", prefix: "/", headers: [{ name: ":method", regex: "POST|PUT" }], cluster },
      {
        name: "two",
        ...{ prefix: "/", cluster },
        headers: [
          { name: "X-A", exact: "a" },
          { name: "x-b", prefix: "b" },
        ],
      },
      { name: "pattern", prefix: "/", headers: [{ name: "x-a", regex: "[0-9]+" }], cluster },
      { name: "present", prefix: "/", headers: [{ name: "x-p", present: true }], cluster },
      { name: "host", prefix: "/", headers: [{ name: ":authority", exact: "h.test" }], cluster },
    ],
    [
      to("post", "/", { method: "POST" }),
      to("post", "/", { method: "PUT" }),
      none("/", { method: "PATCH" }),
      none("/"),
      to("two", "/", {
        headers: [
          ["x-a", "a"],
          ["X-B", "bar"],
        ],
      }),
      none("/", {
        headers: [
          ["x-a", "a"],
          ["x-b", "a"],
        ],
      }),
      to("pattern", "/", { headers: [["x-a", "42"]] }),
      none("/", { headers: [["x-a", "4 2"]] }),
      to("present", "/", { headers: [["x-p", ""]] }),
      to("host", "/", host("h.test")),
    ],
  ),
  routing(
    "query parameters select a route",
    [
      { name: "one", prefix: "/", queryParameters: [{ name: "a", exact: "1" }], cluster },
      {
        name: "two",
        ...{ prefix: "/", cluster },
        queryParameters: [
          { name: "a", regex: "\\d+" },
          { name: "b", present: true },
        ],
      },
      { name: "prefix", prefix: "/", queryParameters: [{ name: "c", prefix: "x" }], cluster },
      { name: "empty", prefix: "/", queryParameters: [{ name: "e", exact: "" }], cluster },
    ],
    [
      to("one", "/?a=1"),
      to("one", "/?b&a=1"),
      to("one", "/?a=1&a=2"),
      to("two", "/?a=2&b"),
      to("two", "/?b=&a=2"),
      to("prefix", "/?c=x%20y"),
      to("prefix", "/?c=x=y"),
      to("empty", "/?e"),
      to("empty", "/?e="),
      ...["/", "/?a", "/?a=2&a=1", "/?A=1", "/?a=%31", "/?c=%78", "/?e=1"].map((target) => none(target)),
    ],
  ),
  probe(
    "a plugin selects another route by path, header or method",
    {
      request: [
        ["routeName"],
        ["copy", "x-path", ":path"],
        ["copy", "x-method", ":method"],
        ["request.set", "x-route", "new"],
        ["routeName"],
      ],
      response: [["routeName"]],
    },
    {
      routes: [
        { name: "new", pathSeparatedPrefix: "/new", headers: [{ name: "x-route", exact: "new" }], cluster },
        { name: "patched", prefix: "/", headers: [{ name: ":method", exact: "PATCH" }], cluster },
        { name: "query", prefix: "/", queryParameters: [{ name: "q", exact: "1" }], cluster },
        { name: "old", prefix: "/", cluster },
      ],
      steps: [
        selects("new", "/old", [
          ["x-path", "/new/1"],
          ["x-method", "GET"],
        ]),
        selects("patched", "/old", [
          ["x-path", "/"],
          ["x-method", "PATCH"],
        ]),
        selects("query", "/old", [
          ["x-path", "/?q=1"],
          ["x-method", "GET"],
        ]),
        selects("old", "/old", [
          ["x-path", "/newer"],
          ["x-method", "GET"],
        ]),
      ],
    },
  ),
  probe(
    "weights spread requests over clusters",
    { request: [["routeName"], ["clusterName"]] },
    {
      routes: [
        {
          name: "none",
          path: "/none",
          weightedClusters: [
            { cluster: "never", weight: 0 },
            {
              cluster,
              weight: 100,
              requestHeaders: {
                set: [
                  ["x-c", "cluster"],
                  ["x-d", "cluster"],
                ],
              },
            },
          ],
          requestHeaders: { set: [["x-d", "route"]], add: [["x-c", "route"]] },
          responseHeaders: { add: [["x-r", "route"]] },
        },
        {
          name: "half",
          prefix: "/",
          weightedClusters: [
            { cluster, weight: 1, responseHeaders: { add: [["x-r", "1"]] } },
            { cluster, weight: 1_000_000, responseHeaders: { add: [["x-r", "1"]] } },
          ],
        },
      ],
      clusters: { never: { status: 500 } },
      steps: [
        ...Array.from({ length: 3 }, () => ({
          target: "/none",
          expect: {
            status: 200,
            headers: { "x-r": "route" },
            logs: [did(["routeName"], "none"), did(["clusterName"], cluster)],
            upstream: { headers: { "x-c": ["cluster", "route"], "x-d": "route" } },
          },
        })),
        { target: "/", expect: { status: 200, headers: { "x-r": "1" }, logs: [did(["clusterName"], cluster)] } },
      ],
    },
  ),
  changed("a prefix is replaced", { pathSeparatedPrefix: "/foo", prefixRewrite: "/bar" }, [
    ["/foo", "/bar", { "x-envoy-original-path": "/foo" }],
    ["/foo/a?b=/foo", "/bar/a?b=/foo", { "x-envoy-original-path": "/foo/a?b=/foo" }],
    ["/foo?a", "/bar?a"],
  ]),
  changed("a prefix with a slash is replaced", { prefix: "/foo/", prefixRewrite: "/" }, [
    ["/foo/", "/"],
    ["/foo/a//b", "/a//b"],
  ]),
  changed("an exact path is replaced", { path: "/foo", prefixRewrite: "/b" }, [["/foo?a=1", "/b?a=1"]]),
  changed("a path with another case is replaced", { prefix: "/FOO", ignoreCase: true, prefixRewrite: "/b" }, [
    ["/foo/a", "/b/a"],
  ]),
  changed("the path of a regular expression is replaced as a whole", { regex: "/a.*", prefixRewrite: "/b" }, [
    ["/abc/d?e", "/b?e"],
  ]),
  changed(
    "every match of a regular expression is replaced, but not in the query",
    { prefix: "/", regexRewrite: { pattern: "/foo(/(?:x|y))?", substitution: "/\\0-\\1\\\\" } },
    [
      ["/foo/x/foo?/foo", "//foo/x-/x\\//foo-\\?/foo", { "x-envoy-original-path": "/foo/x/foo?/foo" }],
      ["/bar", "/bar", { "x-envoy-original-path": "/bar" }],
    ],
  ),
  changed(
    "the prefix of a path is removed",
    { pathSeparatedPrefix: "/a.b", regexRewrite: { pattern: "^/a\\.b(/?)(.*)", substitution: "/\\2" } },
    [
      ["/a.b", "/"],
      ["/a.b/c?d", "/c?d"],
    ],
  ),
  changed("the host is replaced", { prefix: "/", hostRewrite: "new.test" }, [
    ["/", "/", { host: "new.test", "x-envoy-original-host": "localhost" }],
  ]),
  probe(
    "headers of requests and responses change",
    {
      request: [["request.get", "x-new"]],
      response: [
        ["response.get", "x-new"],
        ["response.get", "x-old"],
      ],
    },
    {
      clusters: {
        [cluster]: {
          headers: [
            ["x-old", "1"],
            ["x-set", "a"],
            ["x-set", "b"],
            ["x-add", "1"],
          ],
        },
      },
      routes: [
        {
          name: "changes",
          ...{ prefix: "/", cluster },
          requestHeaders: {
            remove: ["X-Gone", "accept"],
            set: [
              ["X-Set", "new"],
              ["x-new", "100%"],
              ["x-empty", ""],
              ["x-gone", "back"],
            ],
            add: [
              ["x-add", "2"],
              ["accept", "a"],
              ["x-none", ""],
            ],
          },
          responseHeaders: {
            remove: ["x-old"],
            set: [
              ["x-set", "%REQ(x)%"],
              ["x-new", "1"],
            ],
            add: [["x-add", "2"]],
          },
        },
      ],
      steps: [
        {
          headers: [
            ["x-gone", "1"],
            ["x-set", "1"],
            ["x-set", "2"],
            ["x-add", "1"],
            ["accept", "b"],
            ["x-empty", "1"],
          ],
          expect: {
            logs: [
              did(["request.get", "x-new"], null),
              did(["response.get", "x-new"], "1"),
              did(["response.get", "x-old"], null),
            ],
            upstream: {
              headers: {
                ...{ "x-gone": "back", "x-set": "new", "x-new": "100%", "x-empty": "1", "x-none": null },
                ...{ "x-add": ["1", "2"], accept: "a" },
              },
            },
            headers: { "x-old": null, "x-set": "%REQ(x)%", "x-new": "1", "x-add": ["1", "2"] },
          },
        },
      ],
    },
  ),
  probe(
    "local replies get the changes of response headers, and then the headers of the plugin",
    { request: [["reply", 403, [["x-r", "plugin"]], "no"]] },
    {
      routes: [
        { path: "/one", cluster, responseHeaders: { add: [["x-r", "route"]] } },
        { path: "/direct", directResponse: { status: 200 }, responseHeaders: { add: [["x-r", "route"]] } },
        {
          prefix: "/",
          weightedClusters: [{ cluster, weight: 1, responseHeaders: { set: [["x-r", "cluster"]] } }],
          responseHeaders: { add: [["x-r", "route"]] },
        },
      ],
      steps: [
        { target: "/one", expect: { status: 403, headers: { "x-r": ["route", "plugin"] } } },
        { target: "/direct", expect: { status: 403, headers: { "x-r": "plugin" } } },
        { target: "/", expect: { status: 403, headers: { "x-r": ["cluster", "route", "plugin"] } } },
      ],
    },
  ),
  probe(
    "replies of the gateway get the changes of response headers",
    {},
    {
      routes: [
        { path: "/dead", cluster: "gone", responseHeaders: { add: [["x-r", "route"]] } },
        { path: "/direct", directResponse: { status: 200 }, responseHeaders: { add: [["x-r", "route"]] } },
      ],
      clusters: { gone: "dead" },
      steps: [
        { target: "/dead", expect: { status: 503, headers: { "x-r": "route" } } },
        { target: "/direct", expect: { status: 200, headers: { "x-r": "route" } } },
        { target: "/none", expect: { status: 404, headers: { "x-r": null } } },
      ],
    },
  ),
  probe(
    "redirects",
    { request: [["routeName"]], response: [["response.get", "location"]] },
    {
      routes: [
        { name: "https", prefix: "/https", redirect: { scheme: "https", status: 308 } },
        { name: "host", prefix: "/host", redirect: { host: "new.test" } },
        { name: "port", prefix: "/port", redirect: { port: 8080, status: 307 } },
        { name: "path", prefix: "/path", redirect: { path: "/new", status: 302 } },
        { name: "query", prefix: "/query", redirect: { path: "/new?x", status: 303 } },
        { name: "prefix", pathSeparatedPrefix: "/prefix", redirect: { prefixRewrite: "/new", host: "new.test" } },
        {
          name: "headers",
          prefix: "/headers",
          redirect: { path: "/" },
          responseHeaders: {
            set: [
              ["x-r", "1"],
              ["location", "/own"],
            ],
          },
        },
      ],
      steps: [
        redirect("https", "/https?a", 308, "https://a.test/https?a"),
        redirect("https", "/https", 308, "https://a.test/https", "a.test:80"),
        redirect("https", "/https", 308, "https://a.test:81/https", "a.test:81"),
        redirect("host", "/host/?a=b", 301, "http://new.test/host/?a=b", "a.test:80"),
        redirect("port", "/port", 307, "http://a.test:8080/port", "a.test:80"),
        redirect("port", "/port", 307, "http://[::1]:8080/port", "[::1]"),
        redirect("path", "/path/a?b", 302, "http://a.test/new?b"),
        redirect("path", "/path/a", 302, "http://a.test:80/new", "a.test:80"),
        redirect("query", "/query?b", 303, "http://a.test/new?x"),
        redirect("prefix", "/prefix/a?b", 301, "http://new.test/new/a?b"),
        redirect("headers", "/headers", 301, "/own"),
      ],
    },
  ),
];

function redirect(name: string, target: string, status: number, location: string, authority = "a.test"): RequestStep {
  const logs = [did(["routeName"], name), did(["response.get", "location"], location)];
  return { target, ...host(authority), expect: { status, headers: { location }, body: "", logs, upstream: null } };
}

function selects(name: string, target: string, headers: RequestStep["headers"] & {}): RequestStep {
  const logs = [did(["routeName"], "old"), new RegExp(`${name}`)];
  return { target, headers, expect: { status: 200, logs, upstream: {} } };
}

export default scenarios;
