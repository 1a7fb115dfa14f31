import type { RouteSpec } from "../../../sdk/envoy/index.js";
import type { RequestStep, Scenario } from "../../scenarios/scenario.js";
import { everything, request } from "../guest.js";

// The route and cluster that plugins read in each callback, after a change of the request that can change its route.

const ROUTES: RouteSpec[] = [
  { name: "old", prefix: "/old", cluster: "upstream" },
  { name: "new", prefix: "/new", cluster: "other" },
  { name: "direct", prefix: "/direct", directResponse: { status: 200, body: "direct" } },
  { name: "gone", prefix: "/gone", cluster: "gone" },
  { name: "host", prefix: "/", cluster: "other", domains: ["new.example.com"] },
  { name: "only", prefix: "/old", cluster: "other", domains: ["only.example.com"] },
];

const READS = ["route_name", "cluster_name", "virtual_host_name"].map((name) => `* get_property "xds\\0${name} %`);

/** Changes of a request after which another route, or none, matches. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  "the path": ['replace_header_map_value 0 ":path "/new/x'],
  "the authority": ['replace_header_map_value 0 ":authority "new.example.com'],
  "the path, and back": ['replace_header_map_value 0 ":path "/new/x', 'replace_header_map_value 0 ":path "/old/x'],
  "a header that no route matches": ['add_header_map_value 0 "x-more "1'],
  "a header that the request does not have": ['remove_header_map_value 0 "x-none'],
  "all headers": [
    "set_header_map_pairs 0 {:method=POST,:path=/new/x,:authority=a.example,:scheme=http,x-forwarded-proto=http",
  ],
  "the path to one without a route": ['replace_header_map_value 0 ":path "/none'],
  "the path to one with a direct response": ['replace_header_map_value 0 ":path "/direct'],
  "the path to one with a dead cluster": ['replace_header_map_value 0 ":path "/gone'],
  "the path, with the cache cleared": [
    'replace_header_map_value 0 ":path "/new/x',
    'call_foreign_function "clear_route_cache " __',
  ],
  "the cache only": ['call_foreign_function "clear_route_cache " __'],
  "the path, with a local reply": ['replace_header_map_value 0 ":path "/new/x', 'send_local_response 403 " "no { -1'],
};

const step: RequestStep = request({ ...everything, target: "/old/x" });

function chain(
  name: string,
  first: readonly string[],
  second: readonly string[],
  steps: RequestStep[],
  mayHold = false,
  routes = ROUTES,
): Scenario {
  const plugin = "tests/support/raw-calls";
  return {
    ...{ name, routes, steps, errors: [/^/], traps: true },
    plugins: [
      {
        plugin,
        pluginName: "first",
        allowOnHeadersStopIteration: mayHold,
        config: [...READS, ...first, ...READS].join("\n"),
      },
      { plugin, pluginName: "second", config: [...READS, ...second].join("\n") },
    ],
    clusters: { gone: "dead", auth: { body: "called" } },
  };
}

const at = (phase: string, lines: readonly string[]) => lines.map((line) => `${phase} ${line}`);

/** The headers wait for a call. Its callback changes them. */
const INSIDE_CALL = [
  'request_headers http_call "auth {:method=GET,:path=/,:authority=auth.example " { 1000 _',
  "request_headers return 4",
];
const during = (lines: readonly string[]) =>
  at("call", [
    ...["set_effective_context $stream", ...lines, 'get_property "xds\\0route_name %'],
    ...(lines.some((line) => line.startsWith("send_local_response")) ? [] : ["continue_stream 0"]),
  ]);

const PHASES = ["request_body:end", "request_trailers", "response_headers", "response_body:end", "response_trailers"];

const scenarios: Scenario[] = [
  ...Object.entries(CHANGES).map(([what, lines]) =>
    chain(`the headers' callback changes ${what}`, at("request_headers", lines), [], [step]),
  ),
  ...Object.entries(CHANGES).map(([what, lines]) =>
    chain(`the second plugin's headers' callback changes ${what}`, [], at("request_headers", lines), [step]),
  ),
  ...Object.entries(CHANGES).map(([what, lines]) =>
    chain(`a call's callback changes ${what}`, [...INSIDE_CALL, ...during(lines)], [], [step]),
  ),
  ...Object.entries(CHANGES).map(([what, lines]) =>
    chain(
      `the headers' callback changes ${what}, and the second plugin waits for a call`,
      at("request_headers", lines),
      [...INSIDE_CALL, ...during([])],
      [step],
    ),
  ),
  ...PHASES.map((phase) =>
    chain(
      `the cache is cleared in ${phase}`,
      [
        ...at("request_headers", [
          "return 4",
          'http_call "auth {:method=GET,:path=/,:authority=auth.example " { 1000 _',
        ]),
        ...at("call", ["set_effective_context $stream", "continue_stream 0"]),
        ...at(phase, [...CHANGES["the path"]!, 'call_foreign_function "clear_route_cache " __']),
      ],
      [],
      [step],
    ),
  ),
  // The plugin can change the headers while the message is paused, also after the callback for headers.
  ...["request_body:more", "request_body:end", "request_trailers"].flatMap((phase) =>
    ["the path", "the path, with a local reply", "the path to one without a route"].map((what) =>
      chain(
        `the headers are paused, and ${phase} changes ${what}`,
        [
          ...["request_headers return 1", "request_body return 1", "request_trailers return 0"],
          ...at(phase, CHANGES[what]!),
        ],
        [],
        [step],
        true,
      ),
    ),
  ),
  ...["/old/x", "/none"].map((target) =>
    chain(
      `a request for ${target} on a host with its own routes`,
      [],
      [],
      [request({ target, headers: [["host", "only.example.com"]] })],
    ),
  ),
  ...Object.entries({
    ...CHANGES,
    "the authority to one without a route": ['replace_header_map_value 0 ":authority "none.example'],
  }).map(([what, lines]) =>
    chain(
      `without routes for all hosts, the headers' callback changes ${what}`,
      at("request_headers", lines),
      [],
      [
        request({ ...everything, target: "/old/x", headers: [["host", "only.example.com"]] }),
        request({ target: "/old/x" }),
      ],
      false,
      ROUTES.filter(({ domains }) => domains),
    ),
  ),
];

export default scenarios;
