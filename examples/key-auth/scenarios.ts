import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "key-auth";
const consumers = [
  { name: "consumer1", credential: "token1" },
  { name: "consumer2", credential: "token2" },
];
const inHeader = { consumers, keys: ["x-api-key", "apikey"], in_header: true };
const inQuery = { consumers, keys: ["x-api-key", "apikey"], in_query: true };
const rule = { _match_route_: ["default/admin"], allow: ["consumer1"] };
const routes = [
  { name: "default/admin", prefix: "/admin", cluster: "upstream" },
  { name: "default/app", prefix: "/", cluster: "upstream" },
];

const denied = (status: number, text: string) => ({
  ...{ status, body: `Request denied by Key Auth check. ${text}`, upstream: null },
  headers: { "www-authenticate": "Key realm=MSE Gateway" },
});
const multi = denied(401, "Multi Key Authentication information found.");
const none = denied(401, "No Key Authentication information found.");
const unauthorized = denied(403, "Unauthorized consumer.");
const passes = (consumer: string | null) => ({ status: 200, upstream: { headers: { "x-mse-consumer": consumer } } });

const key = (...values: string[]) => values.map((value) => ["x-api-key", value] as const);
const get = (target: string, headers: RequestStep["headers"], expect: RequestStep["expect"]) => ({
  target,
  headers,
  expect,
});

/** Steps for each kind of request to a route with a rule, and to a route without. */
const onlyRule = (app: RequestStep["expect"][]) => [
  get("/admin", key("token1"), passes("consumer1")),
  get("/admin", key("token2"), unauthorized),
  get("/admin", key("token3"), unauthorized),
  get("/admin", [], none),
  get("/app", key("token2"), app[0]!),
  get("/app", key("token3"), app[1]!),
  get("/app", [], app[2]!),
];

/** Configurations that are rejected. */
const invalid = [
  ...[{}, { ...inHeader, keys: undefined }, { ...inHeader, keys: [] }, { ...inHeader, keys: null }],
  ...[
    { ...inHeader, keys: [""] },
    { ...inHeader, keys: ["x-api-key", ""] },
    { consumers, keys: ["k"] },
  ],
  ...[
    { ...inHeader, consumers: undefined },
    { ...inHeader, consumers: [] },
    { ...inHeader, consumers: [{}] },
  ],
  ...[{ ...inHeader, consumers: [{ name: "", credential: "t" }] }],
  ...[{ ...inHeader, consumers: [{ name: "a\r\nx-admin: 1", credential: "t" }] }],
  ...[
    { ...inHeader, consumers: [{ name: "a" }] },
    { ...inHeader, consumers: [{ name: "a", credential: "" }] },
  ],
  ...[{ ...inHeader, consumers: [...consumers, { name: "consumer3", credential: "token1" }] }],
  ...[
    { ...inHeader, _rules_: [{ ...rule, allow: undefined }] },
    { ...inHeader, _rules_: [{ ...rule, allow: [] }] },
  ],
  // Without valid keys and consumers nobody could pass the rule, and all other routes would be open.
  ...[{ _rules_: [rule] }, { global_auth: true, keys: ["k"], in_header: true, consumers: [], _rules_: [rule] }],
];

const scenarios: Scenario[] = [
  {
    ...{ name: "reads the key from headers", plugin, config: inHeader },
    steps: [
      get("/", key("token1"), passes("consumer1")),
      get("/", [["X-API-KEY", "token2"]], passes("consumer2")),
      get("/", [["ApiKey", "token2"]], passes("consumer2")),
      get("/", key("token3"), unauthorized),
      get("/", key("TOKEN1"), unauthorized),
      get("/", key("token"), unauthorized),
      get("/", [["x-api-key", Buffer.from([0xff])]], unauthorized),
      get("/", [], none),
      get("/", key(""), none),
      get("/?x-api-key=token1", [], none),
      { method: "OPTIONS", expect: none },
      { method: "POST", body: "x-api-key=token1", expect: none },
      get(
        "/",
        [
          ["x-api-key", ""],
          ["apikey", "token1"],
        ],
        passes("consumer1"),
      ),
    ],
  },
  {
    ...{ name: "denies a request with several keys in headers", plugin, config: inHeader },
    steps: [
      get(
        "/",
        [
          ["x-api-key", "token1"],
          ["apikey", "token2"],
        ],
        multi,
      ),
      get(
        "/",
        [
          ["x-api-key", "token1"],
          ["apikey", "token1"],
        ],
        multi,
      ),
      get("/", key("token1", "token2"), multi),
      get("/", key("token1", "token1"), multi),
    ],
  },
  {
    ...{ name: "reads the key from the query", plugin, config: inQuery },
    steps: [
      get("/?apikey=token1", [], passes("consumer1")),
      get("/?a=b&x-api-key=token2&c", [], passes("consumer2")),
      get("/?%61pikey=tok%65n1", [], passes("consumer1")),
      get("/?apikey=token3", [], unauthorized),
      get("/?apikey=", [], unauthorized),
      get("/?apikey", [], unauthorized),
      get("/?APIKEY=token1", [], none),
      get("/?a=apikey=token1", [], none),
      get("/apikey=token1", [], none),
      get("/", key("token1"), none),
      get("/?apikey=token1&apikey=token1", [], multi),
      get("/?apikey=token1&x-api-key=token2", [], multi),
    ],
  },
  {
    ...{ name: "denies a request without a key whose path or query is malformed", plugin, config: inQuery },
    steps: [
      ...["/%zz", "/%zz?a=b", "/%", "/?%zz", "/?apikey=%zz", "/?apikey=%", "/?%zz=token1"].map((target) =>
        get(target, [], none),
      ),
      get("/?apikey=token1;x", [], none),
      get("/?a;apikey=token1", [], none),
      get("/%zz?apikey=token3", [], unauthorized),
      // The upstream gets the path as it is, and no part of it decides.
      get("/%zz?apikey=token1", [], { status: 200, upstream: { target: "/%zz?apikey=token1" } }),
    ],
  },
  {
    ...{ name: "reads only headers if both sources are on, as the Go plugin", plugin },
    config: { ...inHeader, in_query: true },
    steps: [
      get("/", key("token1"), passes("consumer1")),
      get("/?apikey=token1", [], none),
      get("/?apikey=token2", key("token1"), passes("consumer1")),
    ],
  },
  {
    ...{ name: "finds no key if no source is on", plugin, config: { ...inHeader, in_header: false } },
    steps: [get("/?apikey=token1", key("token1"), none)],
  },
  {
    ...{ name: "takes names of headers that differ in case only once", plugin },
    config: { ...inHeader, keys: ["X-API-Key", "x-api-key"] },
    steps: [get("/", key("token1"), passes("consumer1"))],
  },
  {
    ...{ name: "replaces x-mse-consumer headers of the client", plugin, config: inHeader },
    steps: [
      get("/", [...key("token1"), ["x-mse-consumer", "admin"], ["X-Mse-Consumer", "root"]], passes("consumer1")),
      get("/", [["x-mse-consumer", "consumer1"]], none),
    ],
  },
  {
    ...{ name: "removes x-mse-consumer headers of the client where no key is needed", plugin, routes },
    config: { ...inHeader, global_auth: false, _rules_: [rule] },
    steps: [
      get("/app", [["x-mse-consumer", "admin"]], passes(null)),
      get("/app", [...key("token1"), ["X-Mse-Consumer", "admin"], ["x-mse-consumer", "root"]], passes(null)),
    ],
  },
  {
    ...{ name: "keeps x-mse-consumer where no key is needed, with keep_consumer_header", plugin, routes },
    config: { ...inHeader, global_auth: false, keep_consumer_header: true, _rules_: [rule] },
    steps: [
      get("/app", [["x-mse-consumer", "mia"]], passes("mia")),
      get("/admin", [...key("token1"), ["x-mse-consumer", "mia"]], passes("consumer1")),
    ],
  },
  {
    ...{ name: "global_auth false: only rules need a key", plugin, routes },
    config: { ...inHeader, global_auth: false, _rules_: [rule] },
    steps: onlyRule([passes(null), passes(null), passes(null)]),
  },
  {
    ...{ name: "global_auth null is false, as in the Go plugin", plugin, routes },
    config: { ...inHeader, global_auth: null },
    steps: [get("/app", [], passes(null))],
  },
  {
    ...{ name: "global_auth unset: only rules need a key if there are rules", plugin, routes },
    config: { ...inHeader, _rules_: [rule] },
    steps: onlyRule([passes(null), passes(null), passes(null)]),
  },
  {
    ...{ name: "global_auth true: all requests need a key", plugin, routes },
    config: { ...inHeader, global_auth: true, _rules_: [rule] },
    steps: onlyRule([passes("consumer2"), unauthorized, none]),
  },
  {
    ...{ name: "global_auth false without rules: no request needs a key", plugin },
    config: { ...inHeader, global_auth: false },
    steps: [get("/", [], passes(null)), get("/", key("token3"), passes(null))],
  },
  {
    ...{ name: "an update removes all rules: all requests need a key again", plugin, routes },
    config: { ...inHeader, _rules_: [rule] },
    steps: [
      get("/app", [], passes(null)),
      { update: inHeader, expect: "accepted" },
      get("/app", [], none),
      { update: { ...inHeader, _rules_: [{ ...rule, allow: ["consumer2"] }] }, expect: "accepted" },
      get("/app", [], passes(null)),
    ],
  },
  ...[true, false].map((rulesFirst): Scenario => ({
    name: `rules of another configuration in the same VM change nothing (rules ${rulesFirst ? "first" : "last"})`,
    routes,
    plugins: [
      { plugin, pluginName: "one", vm: "shared", config: rulesFirst ? { ...inHeader, _rules_: [rule] } : inHeader },
      { plugin, pluginName: "two", vm: "shared", config: rulesFirst ? inHeader : { ...inHeader, _rules_: [rule] } },
    ],
    steps: [get("/app", [], none), get("/app", key("token2"), { status: 200 })],
  })),
  {
    ...{ name: "rejects a configuration without consumers", plugin, rejected: true },
    steps: [{ expect: { status: 500 } }],
  },
  {
    ...{ name: "rejects an invalid configuration and keeps the previous one", plugin, config: inHeader },
    steps: [...invalid.map((update) => ({ update, expect: "rejected" as const })), get("/", [], none)],
  },
];

export default scenarios;
