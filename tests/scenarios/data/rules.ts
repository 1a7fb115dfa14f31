import type { RequestStep, Scenario } from "../scenario.js";

const cluster = "outbound|80||foo.dns";
const routes = [
  { name: "default/foo", prefix: "/foo", cluster },
  { name: "default/bar", prefix: "/bar", cluster: "outbound|8080||bar.static" },
  { name: "other", prefix: "/", cluster: "upstream" },
];

/** A request, and the name of the rule that must apply in all hooks; null if no rule applies. */
function rule(target: string, host: string, name: string | null, also = ""): RequestStep {
  const done = name === null ? { noLogs: [/done: /] } : { logs: [`done: ${name}`] };
  return {
    target,
    headers: [["host", host]],
    expect: { status: 200, headers: { "x-rule": name }, ...done, ...seen(name, also) },
  };
}

const seen = (name: string | null, also: string) => ({
  body: name === null ? /^((?!x-rule)[^])*$/ : new RegExp(`\\["x-rule","${name}${also}"\\]`),
});

/** As `rule`, for a plugin that has only a hook on response headers. */
function late(target: string, host: string, name: string | null): RequestStep {
  return { target, headers: [["host", host]], expect: { status: 200, headers: { "x-rule": name } } };
}

const LIST = [
  { _match_route_: ["default/foo"], _match_service_: ["foo.dns:81"], name: "no-such-port" },
  { _match_domain_: ["first.example.com"], name: "first" },
  { _match_route_: ["default/foo"], name: "foo" },
  { _match_domain_: ["*.example.com", "www.*"], name: "domain" },
  { _match_service_: ["bar.static:8080"], name: "bar" },
  { _match_route_prefix_: ["oth"], name: "prefix" },
];

const REQUESTS: [target: string, host: string, name: string | null][] = [
  ["/foo", "h", "foo"],
  ["/foo", "first.example.com", "first"],
  ["/foo", "FIRST.Example.com:8080", "first"],
  ["/foo", "first.example.com.", "first"],
  ["/foo", "First.example.com.:8080", "first"],
  ["/foo", "first.example.com..", "first"],
  ["/foo", "user:pass@first.example.com", "first"],
  ["/foo", "f%69rst.example.com%2E", "first"],
  ["/foo", "first.example.com:80:90", "first"],
  ["/foo", ".", "foo"],
  ["/foo", "second.example.com", "foo"],
  ["/bar", "second.example.com", "domain"],
  ["/bar", "second.example.com.", "domain"],
  ["/bar", "www.test.com:80", "domain"],
  ["/bar", "example.com.", "bar"],
  ["/bar", "example.com", "bar"],
  ["/bar", "[::1]:80", "bar"],
  ["/", "h", "prefix"],
];

const scenarios: Scenario[] = [
  {
    ...{ name: "the first rule that matches applies in all hooks", plugin: "rules", routes, config: { _rules_: LIST } },
    steps: REQUESTS.map(([target, host, name]) => rule(target, host, name)),
  },
  {
    name: "rules apply in a plugin without a hook on request headers too",
    ...{ plugin: "rules-late", routes, config: { _rules_: LIST } },
    steps: REQUESTS.map(([target, host, name]) => late(target, host, name)),
  },
  {
    name: "if no rule matches the global configuration applies, and rules inherit fields from it",
    ...{ plugin: "rules", routes },
    config: {
      name: "global",
      also: "+",
      _rules_: [{ _match_route_: ["default/foo"], name: "foo" }, { _match_domain_: ["d"] }],
    },
    steps: [rule("/foo", "h", "foo", "\\+"), rule("/bar", "h", "global", "\\+"), rule("/bar", "d", "global", "\\+")],
  },
  {
    name: "without a matching rule and a global configuration the plugin changes nothing",
    ...{ plugin: "rules", routes, config: { _rules_: [{ _match_route_: ["default/foo"], name: "foo" }] } },
    steps: [
      rule("/bar", "h", null),
      {
        ...{ target: "/", body: "12345", headers: [["host", "h"]] },
        expect: {
          status: 200,
          headers: { "x-rule": null },
          upstream: { headers: { "content-length": "5", "x-rule": null, host: "h" }, body: "12345" },
        },
      },
      {
        ...{ target: "/", chunks: ["1"], trailers: [["x-end", "1"]] },
        expect: { status: 200, upstream: { trailers: { "x-rule": null, "x-end": "1" } } },
      },
      {
        ...{ target: "/foo", chunks: ["1"], trailers: [["x-end", "1"]] },
        expect: { status: 200, calls: [{ cluster, trailers: { "x-rule": "foo", "x-end": "1" } }] },
      },
    ],
  },
  {
    name: "a request without route and cluster matches rules by domain only",
    ...{ plugin: "rules-late", routes: routes.slice(0, 1), config: { name: "global", _rules_: LIST.slice(2) } },
    steps: [
      { target: "/none", expect: { status: 404, headers: { "x-rule": "global" } } },
      { target: "/none", headers: [["host", "www.x"]], expect: { status: 404, headers: { "x-rule": "domain" } } },
    ],
  },
  ...["", 'request_headers call_foreign_function "clear_route_cache " __'].map((clear): Scenario => ({
    name: `after an earlier plugin has changed the path, the old route decides the rule${clear && ", also if the route cache was cleared"}`,
    routes,
    plugins: [
      {
        ...{ plugin: "tests/support/raw-calls", pluginName: "first" },
        config: `request_headers replace_header_map_value 0 ":path "/bar/x\n${clear}`,
      },
      { plugin: "rules", config: { _rules_: LIST } },
    ],
    steps: [
      {
        target: "/foo",
        expect: {
          ...{ status: 200, headers: { "x-rule": "foo" } },
          calls: [{ cluster: "outbound|8080||bar.static", target: "/bar/x", headers: { "x-rule": "foo" } }],
        },
      },
      // Rules for services match the old cluster, too.
      {
        update: {
          _rules_: [
            { _match_service_: ["bar.static"], name: "new" },
            { _match_service_: ["foo.dns"], name: "old" },
          ],
        },
        ...{ of: "rules", expect: "accepted" },
      },
      { target: "/foo", expect: { headers: { "x-rule": "old" } } },
    ],
  })),
  {
    name: "a plugin without a configuration parser has rules too",
    ...{ plugin: "header-authorization", routes, config: { _rules_: [{ _match_route_: ["default/foo"] }] } },
    steps: [
      { target: "/foo", expect: { status: 403 } },
      { target: "/bar", expect: { status: 200 } },
    ],
  },
  {
    ...{
      name: "an update replaces the rules unless it is rejected",
      plugin: "rules-late",
      routes,
      config: { _rules_: LIST },
    },
    steps: [
      late("/foo", "h", "foo"),
      { update: { _rules_: [{ _match_route_: ["default/bar"], name: "new" }] }, expect: "accepted" },
      late("/foo", "h", null),
      late("/bar", "h", "new"),
      { update: { _rules_: [{ name: "all" }] }, expect: "rejected" },
      late("/bar", "h", "new"),
    ],
  },
  {
    name: "with isolation, an invalid rule keeps its previous fields over the new global configuration, or is left out",
    ...{ plugin: "rules-isolated", routes },
    config: {
      also: "+",
      _rules_: [
        { _match_route_: ["default/foo"], name: "foo" },
        { _match_domain_: ["d", "e"], name: "domain" },
      ],
    },
    // The gateway first tries an update in a new VM. There the rules are left out, too.
    errors: [/_rules_\[\d\]: name: expected string, got (\d|true|array); rule dropped: it has no previous version/],
    steps: [
      late("/foo", "h", "foo+"),
      late("/bar", "d", "domain+"),
      {
        update: {
          also: "-",
          _rules_: [
            { _match_route_: ["default/foo"], name: 1 },
            { _match_domain_: ["E", "d"], name: true },
            { _match_service_: ["bar.static"], name: [] },
            { _match_route_prefix_: ["o"], name: "prefix" },
          ],
        },
        expect: "accepted",
      },
      late("/foo", "h", "foo-"),
      late("/bar", "d", "domain-"),
      late("/bar", "h", "unnamed-"),
      late("/", "h", "prefix-"),
      {
        update: {
          _rules_: [
            { _match_route_: ["default/foo"], name: 2 },
            { _match_route_: ["other"], name: "other" },
          ],
        },
        expect: "accepted",
      },
      late("/foo", "h", "foo"),
      late("/", "h", "other"),
      late("/", "d", "other"),
      {
        update: {
          _rules_: [
            { _match_domain_: ["d", "e"], name: 3 },
            { _match_route_: ["default/foo"], name: "new" },
          ],
        },
        expect: "accepted",
      },
      late("/foo", "d", "new"),
      late("/bar", "d", null),
    ],
  },
  {
    name: "with isolation, an update is rejected if all its rules are invalid, or one of them has no match field",
    ...{ plugin: "rules-isolated", routes, config: { _rules_: [{ _match_route_: ["default/foo"], name: "foo" }] } },
    steps: [
      { update: { _rules_: [{ _match_route_: ["default/foo"], name: 1 }] }, expect: "rejected" },
      late("/foo", "h", "foo"),
      { update: { _rules_: [{ _match_route_: ["other"], name: "other" }, { name: 1 }] }, expect: "rejected" },
      late("/foo", "h", "foo"),
      late("/", "h", null),
    ],
  },
  {
    name: "an invalid global configuration is ignored and logged if there are rules",
    ...{ plugin: "rules-late", routes, config: { name: 1, _rules_: LIST } },
    errors: ["global configuration ignored: name: expected string, got 1"],
    steps: [late("/foo", "h", "foo"), late("/bar", "h", "bar")],
  },
  {
    name: "a plugin id beside rules is not a global configuration",
    ...{ plugin: "rules-late", routes, config: { _plugin_id_: "id", _rules_: [{ _match_domain_: ["d"], name: "d" }] } },
    steps: [late("/foo", "d", "d"), late("/foo", "h", null)],
  },
  {
    name: "a request without an authority gets 500 only if a rule needs the host",
    routes,
    plugins: [{ plugin: "no-authority" }, { plugin: "rules", config: { name: "global", _rules_: LIST } }],
    steps: [
      {
        target: "/foo",
        expect: {
          ...{ status: 500, body: "", upstream: null, calls: [], headers: { "x-rule": null } },
          logs: ["[error] [rules] [nil] [nil] get match config failed, err::authority: NotFound"],
          noLogs: [/done: /],
        },
      },
      { update: { _rules_: [{ _match_route_: ["default/foo"], name: "foo" }] }, of: "rules", expect: "accepted" },
      { target: "/foo", expect: { headers: { "x-rule": "foo" } } },
    ],
  },
  {
    name: "with FailOpen, a request without an authority passes and the plugin changes nothing",
    routes,
    plugins: [{ plugin: "no-authority" }, { plugin: "rules-late", config: { name: "global", _rules_: LIST } }],
    steps: [
      {
        target: "/foo",
        expect: { headers: { "x-rule": null }, logs: ["get match config failed, err::authority: NotFound"] },
      },
    ],
  },
];

export default scenarios;
