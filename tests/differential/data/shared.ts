import type { Scenario, ScenarioPlugin } from "../../scenarios/scenario.js";
import { request } from "../guest.js";

// Two plugins in one VM and in two VMs: the state that they share.

const plugin = (pluginName: string, script: readonly string[], vm: string): ScenarioPlugin => ({
  ...{ plugin: "tests/support/raw-calls", pluginName, config: script.join("\n"), vm },
});

const together = (name: string, one: readonly string[], other: readonly string[], vms: readonly [string, string]) => ({
  ...{ name: `${name}, ${vms[0] === vms[1] ? "in one VM" : "in two VMs"}`, errors: [/^/], traps: true },
  plugins: [plugin("one", one, vms[0]), plugin("two", other, vms[1])],
  steps: [request({ body: "abc" }), request()],
});

const both = (
  name: string,
  one: readonly string[],
  other: readonly string[] = one,
  rest: Partial<Scenario> = {},
): Scenario[] =>
  (
    [
      ["same", "same"],
      ["left", "right"],
    ] as const
  ).map((vms) => {
    // Metrics outlive their plugins, so each scenario has its own names.
    const named = (lines: readonly string[]) =>
      lines.map((line) => line.replace(/NAME/, `${name.replaceAll(" ", "_")}_${vms[0]}`));
    return { ...together(name, named(one), named(other), vms), ...rest };
  });

const get = 'get_shared_data "key % #';

const scenarios: Scenario[] = [
  ...both(
    "shared data",
    ['request_headers set_shared_data "key "one 0', `response_headers ${get}`],
    [
      `request_headers ${get}`,
      'request_headers set_shared_data "key "two 1',
      'request_headers set_shared_data "key "three 1',
      `request_headers ${get}`,
    ],
  ),
  ...both("shared data outlives a stream", [
    `request_headers ${get}`,
    'log set_shared_data "key "kept 0',
    `delete ${get}`,
  ]),
  ...both(
    "a queue",
    [
      'request_headers register_shared_queue "q _',
      "request_headers keep $q",
      "queue dequeue_shared_queue $q %",
      "queue dequeue_shared_queue $q %",
    ],
    [
      'request_headers resolve_shared_queue " "q _',
      "request_headers keep $q",
      'request_headers enqueue_shared_queue $q "item',
      'response_headers enqueue_shared_queue $q "more',
      "response_headers set_tick_period_milliseconds 30",
      "tick:1 set_tick_period_milliseconds 0",
      "response_headers return 4",
      "tick:1 set_effective_context $stream",
      "tick:1 continue_stream 1",
    ],
    // The delay lets the first item arrive before the response.
    { clusters: { upstream: { delayMs: 100 } } },
  ),
  ...both("a queue that both plugins register", [
    'request_headers register_shared_queue "q _',
    "request_headers keep $q",
    'response_headers enqueue_shared_queue $q "item',
    "response_headers set_tick_period_milliseconds 30",
    "response_headers return 4",
    "tick:1 set_tick_period_milliseconds 0",
    "tick:1 set_effective_context $stream",
    "tick:1 continue_stream 1",
    "queue dequeue_shared_queue $q %",
  ]),
  ...both("metrics", [
    'configure define_metric 0 "NAME _',
    "configure keep $m",
    "request_headers increment_metric $m 2",
    "request_headers get_metric $m ##",
    "response_headers record_metric $m 3",
    "response_headers get_metric $m ##",
  ]),
  ...both("gauges", [
    'request_headers define_metric 1 "NAME _',
    "request_headers keep $m",
    "request_headers record_metric $m 7",
    "request_headers increment_metric $m -3",
    "request_headers get_metric $m ##",
  ]),
  ...both("metrics of two types with the same name", [
    'request_headers define_metric 0 "NAME _',
    "request_headers keep $a",
    'request_headers define_metric 1 "NAME _',
    "request_headers keep $b",
    "request_headers increment_metric $a 1",
    "request_headers record_metric $b 9",
    "request_headers get_metric $a ##",
    "request_headers get_metric $b ##",
  ]),
  ...both(
    "properties of a stream",
    ['request_headers set_property "mine "1', 'response_headers|log get_property "mine %'],
    [
      'request_headers|log get_property "mine %',
      'request_headers get_property "wasm.mine %',
      'response_headers set_property "mine "2',
      'request_headers get_property "plugin_name %',
      'request_headers get_property "plugin_vm_id %',
    ],
  ),
  ...both(
    "headers that one plugin changes and the other reads",
    [
      'request_headers add_header_map_value 0 "x-one "1',
      "request_headers get_header_map_pairs 0 %",
      "response_headers get_header_map_pairs 2 %",
    ],
    [
      "request_headers get_header_map_pairs 0 %",
      'response_headers add_header_map_value 2 "x-two "2',
      'request_headers remove_header_map_value 0 "x-one',
    ],
  ),
  ...both(
    "bodies that one plugin changes and the other reads",
    ['request_body set_buffer_bytes 0 0 0 "1', "response_body get_buffer_bytes 1 0 100 %"],
    [
      "request_body get_buffer_bytes 0 0 100 %",
      "request_body:more return 1",
      'response_body set_buffer_bytes 1 0 9999 "two',
    ],
  ),
  // The second plugin gets the response first. It resumes the response, the first plugin pauses it, and more chunks
  // arrive.
  ...["response_body:more return 1", "response_body return 2", "response_body return 3", "response_headers return 4"]
    .map((holds) =>
      both(
        `a body that one plugin resumes and the other pauses by ${holds}`,
        [holds, "response_body get_buffer_bytes 1 0 100 %"],
        [
          ...["response_body:1 return 1", "response_body:1 set_tick_period_milliseconds 15"],
          ...["tick:1 set_tick_period_milliseconds 0", "tick:1 set_effective_context $stream"],
          ...["tick:1 continue_stream 1", "response_body get_buffer_bytes 1 0 100 %"],
        ],
        {
          clusters: { upstream: { chunks: ["one", "two", "three"], chunkDelayMs: 80 } },
          steps: [request({ limitMs: 700 })],
        },
      ),
    )
    .flat(),
  ...["0", "1", "2", "3"]
    .map((value) =>
      both(
        `trailers that are added at the end of a paused body, before ${value} is returned`,
        [
          ...["request_body:more return 1", 'request_body:end add_header_map_value 1 "x-added "1'],
          ...[`request_body:end return ${value}`, "request_body:end set_tick_period_milliseconds 150"],
          ...["tick set_tick_period_milliseconds 0", "tick set_effective_context $stream", "tick continue_stream 0"],
        ],
        ["request_body get_buffer_bytes 0 0 100 %", "request_trailers get_header_map_pairs 1 %"],
        { steps: [request({ chunks: ["one", "two"], chunkDelayMs: 60 })] },
      ),
    )
    .flat(),
  ...both(
    "a local reply of the second plugin",
    [
      "request_headers get_header_map_size 0 #",
      "response_headers get_header_map_pairs 2 %",
      'response_headers add_header_map_value 2 "x-one "1',
    ],
    ['request_headers send_local_response 403 "no "no {x-two=2 -1'],
  ),
  ...both(
    "a local reply of the first plugin",
    ['request_headers send_local_response 403 "no "no {x-one=1 -1', "response_headers get_header_map_pairs 2 %"],
    ["request_headers get_header_map_size 0 #", 'response_headers add_header_map_value 2 "x-two "2'],
  ),
  ...both("a trap of the first plugin", ["request_headers:2 trap"], ["request_headers get_header_map_size 0 #"]),
  ...both("a trap of the second plugin", ["request_headers get_header_map_size 0 #"], ["response_headers trap"]),
  ...both("the stream context of the other plugin", [
    "request_headers set_effective_context 3",
    "request_headers get_header_map_size 0 #",
    "request_headers set_effective_context 4",
    'request_headers get_header_map_value 0 "host %',
  ]),
];

export default scenarios;
