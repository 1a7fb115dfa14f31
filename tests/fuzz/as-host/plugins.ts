import type { Random } from "../../support/random.js";

/** A plugin to run in random hosts, and its valid configurations. */
export interface Target {
  plugin: string;
  /** The plugin does not check its configuration, so it gets only valid ones. */
  exact?: boolean;
  configurations(random: Random): readonly (() => unknown)[];
}

const fixed =
  (...values: readonly unknown[]) =>
  () =>
    values.map((value) => () => value);

const RULES = {
  a: 1,
  _rules_: [
    { _match_route_: ["default/foo"], b: 2 },
    { _match_domain_: ["*.example", "h", "a.b:80"], b: 3 },
    { _match_service_: ["up", "outbound|80||up"], b: 4 },
    { _match_route_prefix_: ["de"], b: 5 },
  ],
};

/** All steps of the probe plugins except `abort`, which traps on purpose. */
const VERBS: readonly (readonly unknown[])[] = [
  ...["request", "response", "requestTrailers", "responseTrailers"].flatMap((map) => [
    ...["get", "has", "delete", "getAll"].map((verb) => [`${map}.${verb}`, "x-a"]),
    ...["set", "append", "getOr"].map((verb) => [`${map}.${verb}`, "x-a", "v"]),
    ...[[`${map}.entries`], [`${map}.count`], [`${map}.available`], [`${map}.set`, "\n", "a\r\nb"]],
    ...[
      [`${map}.set`, ":path", ""],
      [`${map}.delete`, ":method"],
      [`${map}.get`, "\ud800"],
    ],
  ]),
  ...[["reply", 200, [["a", "b"]], "body"], ["reply", 99, [["\n", "b"], [":status", "1"]], "", "d", 99]], // prettier-ignore
  ...[["copy", "x-a", "x-b"], ["line"], ["isLocalReply"], ["routeName"], ["clusterName"], ["keep", "k", "v"]],
  ...[["keepHeader", "x-a"], ["keepNumber", "k", 3], ["kept", "k"], ["resumeRequest"], ["resumeResponse"]],
  ...["string", "i64", "bool", "bytes", "pairs"].map((type) => ["property", ["request", "path"], type]),
  ...[["setProperty", ["a", "b"], "v"], ["property", [], "string"], ["dontReadRequestBody"], ["bufferRequestBody"]],
  ...[["dontReadResponseBody"], ["bufferResponseBody"], ["pause"], ["hold"], ["clock"], ["random"], ["trace"]],
  ...[["log", "error", "\ud800"], ["console", "c"], ["vmConfiguration"], ["call", "up", "GET", "/", [["a", "b"]], "b", 500, [["line"]]]], // prettier-ignore
  ...[["call", "", "", "", [["", ""]], "", -1, []], ["unknown"]], // prettier-ignore
];

function probe(random: Random): readonly (() => unknown)[] {
  const steps = () => Array.from({ length: random.below(8) }, () => random.pick(VERBS));
  return [() => ({ request: steps(), response: steps(), done: steps(), start: steps() })];
}

/** A rule of transformer for each operation on each kind. */
const EACH_OPERATION = ["remove", "rename", "replace", "add", "append", "map", "dedupe"].map((operate) => {
  const item = { key: "x-a", oldKey: "x-a", newKey: "x-b", newValue: 1, value: "$0", appendValue: "$0" };
  const items = [{ ...item, fromKey: "a", toKey: "x-a", strategy: "RETAIN_UNIQUE", path_pattern: "." }];
  return { operate, headers: items, querys: items, body: items };
});

const keyed = { keyBy: "header", keyHeader: "x-a", capacity: 2, refillPerSecond: 1, maxKeys: 20 };

/** Plugins that together use most of the SDK. */
export const TARGETS: readonly Target[] = [
  { plugin: "tests/plugins/probe", exact: true, configurations: probe },
  { plugin: "tests/plugins/mixed", configurations: fixed({}) },
  { plugin: "tests/plugins/body-both", exact: true, configurations: probe },
  { plugin: "tests/plugins/body-stream", exact: true, configurations: probe },
  { plugin: "tests/plugins/chunk-read-pause", configurations: fixed({}) },
  { plugin: "tests/plugins/rules", configurations: fixed({}, RULES) },
  { plugin: "tests/plugins/keeper", configurations: fixed({}) },
  { plugin: "tests/plugins/echo-call", configurations: fixed({}, RULES) },
  { plugin: "examples/mock-response", configurations: fixed({ content: "hello" }, { mockEnable: false }) },
  { plugin: "examples/whoami", configurations: fixed({}, { path: "/", headers: ["x-a", ":path", "cookie"] }) },
  { plugin: "examples/header-authorization", configurations: fixed({}, { header: "x-a" }) },
  {
    plugin: "examples/ext-auth",
    configurations: fixed(
      { cluster: "auth", headers: ["x-a"] },
      { service: { fqdn: "a.b", port: 80 }, path: "/p", timeoutMs: 5 },
      { cluster: "auth", failOpen: true },
    ),
  },
  {
    plugin: "examples/key-auth",
    configurations: fixed(
      { consumers: [{ name: "a", credential: "b" }], keys: ["x-a", "a"], in_query: true },
      { consumers: [{ name: "a", credential: "b" }], keys: ["x-a"], in_header: true, _rules_: RULES._rules_ },
    ),
  },
  {
    plugin: "examples/cors",
    configurations: fixed({}, { allow_origin_patterns: ["*.a:[*]", "http://*"], allow_headers: ["*"] }),
  },
  {
    plugin: "examples/custom-response",
    configurations: fixed({ body: "{}" }, { rules: [{ enable_on_status: ["x0x", 404], headers: ["a=b"] }] }),
  },
  { plugin: "examples/easy-logger", configurations: fixed({ request: true, response: true, maxBodySize: 100 }) },
  {
    plugin: "examples/body-transform",
    configurations: fixed(
      { request: { field: "by", value: "us" }, response: { field: "a", value: [1] } },
      { response: { field: "\ud800", value: null } },
    ),
  },
  {
    plugin: "examples/transformer",
    configurations: fixed(
      { reqRules: EACH_OPERATION, respRules: EACH_OPERATION, reroute: false },
      { reqRules: [{ operate: "map", mapSource: "body", headers: [{ fromKey: "a", toKey: "x-a" }] }] },
    ),
  },
  {
    plugin: "examples/token-bucket",
    configurations: fixed(
      keyed,
      { ...keyed, scope: "process" },
      { ...keyed, keyBy: "address" },
      { echoConfig: true, maxKeys: 20 },
    ),
  },
];
