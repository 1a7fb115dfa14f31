import type { Random } from "../../support/random.js";

/** A plugin to be fuzzed: where it is, and what it is configured with when all is well. */
export interface Target {
  plugin: string;
  /** The plugin itself trusts its configuration. */
  exact?: boolean;
  configurations(random: Random): readonly (() => unknown)[];
}

const just =
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

/** Steps of the probe plugins but `abort`, which traps, as it shall. */
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
  ...["string", "i64", "bool", "bytes"].map((type) => ["property", ["request", "path"], type]),
  ...[["setProperty", ["a", "b"], "v"], ["property", [], "string"], ["dontReadRequestBody"], ["bufferRequestBody"]],
  ...[["dontReadResponseBody"], ["bufferResponseBody"], ["pause"], ["hold"], ["clock"], ["random"], ["trace"]],
  ...[["log", "error", "\ud800"], ["console", "c"], ["vmConfiguration"], ["call", "up", "GET", "/", [["a", "b"]], "b", 500, [["line"]]]], // prettier-ignore
  ...[["call", "", "", "", [["", ""]], "", -1, []], ["unknown"]], // prettier-ignore
];

function probe(random: Random): readonly (() => unknown)[] {
  const steps = () => Array.from({ length: random.below(8) }, () => random.pick(VERBS));
  return [() => ({ request: steps(), response: steps(), done: steps(), start: steps() })];
}

const keyed = { keyBy: "header", keyHeader: "x-a", capacity: 2, refillPerSecond: 1, maxKeys: 20 };

/** Plugins that use much of the SDK, each in its own way. */
export const TARGETS: readonly Target[] = [
  { plugin: "tests/plugins/probe", exact: true, configurations: probe },
  { plugin: "tests/plugins/mixed", configurations: just({}) },
  { plugin: "tests/plugins/body-both", exact: true, configurations: probe },
  { plugin: "tests/plugins/body-stream", exact: true, configurations: probe },
  { plugin: "tests/plugins/rules", configurations: just({}, RULES) },
  { plugin: "tests/plugins/keeper", configurations: just({}) },
  { plugin: "tests/plugins/echo-call", configurations: just({}, RULES) },
  { plugin: "examples/mock-response", configurations: just({ content: "hello" }, { mockEnable: false }) },
  { plugin: "examples/header-authorization", configurations: just({}, { header: "x-a" }) },
  {
    plugin: "examples/ext-auth",
    configurations: just(
      { cluster: "auth", headers: ["x-a"] },
      { service: { fqdn: "a.b", port: 80 }, path: "/p", timeoutMs: 5 },
      { cluster: "auth", failOpen: true },
    ),
  },
  {
    plugin: "examples/body-transform",
    configurations: just(
      { request: { field: "by", value: "us" }, response: { field: "a", value: [1] } },
      { response: { field: "\ud800", value: null } },
    ),
  },
  {
    plugin: "examples/token-bucket",
    configurations: just(
      keyed,
      { ...keyed, scope: "process" },
      { ...keyed, keyBy: "address" },
      { echoConfig: true, maxKeys: 20 },
    ),
  },
];
