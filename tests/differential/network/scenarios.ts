import { TALK, type NetworkPlugin, type NetworkScenario, type Script, type Step } from "./scenario.js";

const DATA = ["downstream_data", "upstream_data"] as const;
/** What a plugin can read of both buffers. */
const READ: Script = DATA.flatMap((phase) => [
  `${phase} get_buffer_status 2 # #`,
  `${phase} get_buffer_status 3 # #`,
  `${phase} get_buffer_bytes 2 0 100 %`,
  `${phase} get_buffer_bytes 3 0 100 %`,
]);
const NOTHING: Script = ["start get_log_level #"];
/** Continues what waits, in a timer's callback. */
const RESUME_BY_TICK: Script = [
  "tick set_tick_period_milliseconds 0",
  "tick set_effective_context $stream",
  "tick continue_stream 2",
];
const CALL = 'http_call "auth {:method=GET,:path=/auth,:authority=auth.example " { 1000 _';
const ALL_PHASES = [
  ...["create", "new_connection", "downstream_data", "upstream_data", "upstream_close", "downstream_close"],
  ...["done", "log", "delete"],
];
const three: readonly Step[] = [{ client: "one" }, { client: "two" }, { client: "three" }];
const answers: readonly Step[] = [{ upstream: "eins" }, { upstream: "zwei" }, { upstream: "drei" }];

function scenario(name: string, script: Script | NetworkPlugin, steps: readonly Step[] = TALK): NetworkScenario {
  return { name, plugins: [script], steps };
}

const passing: NetworkScenario[] = [
  { name: "no plugin", plugins: [] },
  scenario("both sides end", READ),
  scenario("the upstream ends first", READ, [
    { client: "hello" },
    { upstream: "bye", end: true },
    { client: "late" },
    { client: "", end: true },
  ]),
  scenario("bytes and the end in one", READ, [
    { client: "hello", end: true },
    { upstream: "bye", end: true },
  ]),
  scenario("the client ends, the upstream answers late", READ, [
    { client: "hello", end: true },
    { waitMs: 80 },
    ...answers,
    { upstream: "", end: true },
  ]),
  scenario("the upstream speaks first", READ, [{ upstream: "220 ready" }, ...TALK]),
  scenario("data in pieces", READ, [...three, ...answers, { client: "", end: true }, { upstream: "", end: true }]),
  scenario("bytes of all values", READ, [
    { client: Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i)) },
    { upstream: Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => 255 - i)) },
  ]),
  scenario("nothing is said", READ, [
    { client: "", end: true },
    { upstream: "", end: true },
  ]),
  scenario("the client breaks off", READ, [{ client: "hello" }, { upstream: "hi" }, { reset: "client" }]),
  scenario("the upstream breaks off", READ, [{ client: "hello" }, { upstream: "hi" }, { reset: "upstream" }]),
  scenario("the client breaks off without a word", READ, [{ reset: "client" }]),
  scenario("the upstream breaks off without a word", READ, [{ reset: "upstream" }]),
  { name: "the upstream refuses", plugins: [READ], cluster: "refused" },
  { name: "the upstream refuses, without plugins", plugins: [], cluster: "refused" },
  scenario("two connections, one after the other", READ, [...TALK, { connect: true }, ...TALK]),
  scenario("two connections at once", READ, [{ client: "a" }, { connect: true }, { client: "b" }, { upstream: "c" }]),
];

const buffers: NetworkScenario[] = [
  ...DATA.flatMap((phase, index) => {
    const type = index + 2;
    const both = (name: string, lines: readonly string[]) =>
      scenario(`${phase}: ${name}`, [...lines.map((line) => `${phase} ${line}`), ...READ]);
    return [
      both("replaced", [`set_buffer_bytes ${type} 0 100 "other\\_bytes`]),
      both("replaced by nothing", [`set_buffer_bytes ${type} 0 100 "`]),
      both("with more in front", [`set_buffer_bytes ${type} 0 0 "before\\_`]),
      both("with more behind", [`set_buffer_bytes ${type} 100 0 "\\_after`]),
      both("its first bytes replaced", [`set_buffer_bytes ${type} 0 2 "HE`]),
      both("its first bytes drained", [`set_buffer_bytes ${type} 0 2 "`]),
      both("written in the middle", [`set_buffer_bytes ${type} 1 2 "x`]),
      both("read in parts", [
        ...[`get_buffer_bytes ${type} 1 2 %`, `get_buffer_bytes ${type} 3 100 %`],
        ...[`get_buffer_bytes ${type} 100 1 %`, `get_buffer_bytes ${type} 0 0 %`],
      ]),
      both("the other side's buffer written", [`set_buffer_bytes ${5 - type} 0 100 "x`]),
      both("other buffers", [
        ...["0", "1", "4", "5", "6", "7", "8", "9"].map((other) => `get_buffer_bytes ${other} 0 10 __`),
        ...["0", "1", "4", "5", "6", "7", "9"].map((other) => `set_buffer_bytes ${other} 0 10 "x`),
      ]),
    ];
  }),
  scenario("a buffer outside its callback", [
    ...["new_connection", "upstream_close", "downstream_close", "tick", "done", "log", "delete"].flatMap((phase) => [
      `${phase} set_effective_context $stream`,
      ...["2", "3"].flatMap((type) => [
        `${phase} get_buffer_bytes ${type} 0 10 %`,
        `${phase} get_buffer_status ${type} # #`,
      ]),
      `${phase} set_buffer_bytes 2 0 10 "x`,
      `${phase} set_buffer_bytes 3 0 10 "x`,
    ]),
    "upstream_data set_tick_period_milliseconds 10",
    "tick set_tick_period_milliseconds 0",
  ]),
];

const holding: NetworkScenario[] = [
  scenario(
    "held until the third piece",
    [...READ, "downstream_data:1 return 1", "downstream_data:2 return 1"],
    [...three, ...answers, { client: "", end: true }, { upstream: "", end: true }],
  ),
  scenario(
    "held until the end",
    [...READ, "downstream_data:more return 1"],
    [...three, { client: "", end: true }, { upstream: "all", end: true }],
  ),
  scenario(
    "held for good",
    ["downstream_data return 1"],
    [...three, { client: "", end: true }, { upstream: "x", end: true }],
  ),
  scenario("held until a timer", [
    ...["downstream_data:1 return 1", "downstream_data:1 set_tick_period_milliseconds 15"],
    ...READ,
    ...RESUME_BY_TICK,
  ]),
  scenario(
    "held with the end until a timer",
    [...["downstream_data return 1", "downstream_data set_tick_period_milliseconds 15"], ...RESUME_BY_TICK],
    [
      { client: "all", end: true },
      { upstream: "answer", end: true },
    ],
  ),
  scenario("held, changed by a timer", [
    ...["downstream_data return 1", "downstream_data set_tick_period_milliseconds 15"],
    ...["tick set_effective_context $stream", "tick get_buffer_bytes 2 0 100 %", 'tick set_buffer_bytes 2 100 0 "!'],
    ...RESUME_BY_TICK,
  ]),
  scenario("held until a call is answered", [
    ...["downstream_data return 1", `downstream_data ${CALL}`],
    ...["call set_effective_context $stream", "call get_buffer_bytes 2 0 100 %", "call continue_stream 2"],
  ]),
  scenario("the new connection held until a timer", [
    ...["new_connection return 1", "new_connection set_tick_period_milliseconds 15"],
    ...RESUME_BY_TICK,
    ...READ,
  ]),
  scenario("the new connection held until a call is answered", [
    ...["new_connection return 1", `new_connection ${CALL}`],
    ...["call set_effective_context $stream", "call continue_stream 2", ...READ],
  ]),
  scenario(
    "bytes and the end wait while the new connection is held",
    ["new_connection return 1", "new_connection set_tick_period_milliseconds 60", ...RESUME_BY_TICK, ...READ],
    [{ client: "hello", end: "at once" }, { waitMs: 60 }, { upstream: "bye", end: true }],
  ),
  scenario("the new connection held for good", ["new_connection return 1", ...READ]),
  scenario(
    "the new connection held for good, and the client breaks off",
    ["new_connection return 1"],
    [{ client: "hello" }, { reset: "client" }],
  ),
  scenario("continued in the very callback", ["downstream_data continue_stream 2", ...READ]),
  scenario("continued in the very callback, which stops", [
    ...["downstream_data continue_stream 2", "downstream_data return 1", ...READ],
  ]),
  scenario("the new connection continued in the very callback, which stops", [
    ...["new_connection continue_stream 2", "new_connection return 1", ...READ],
  ]),
  scenario(
    "the upstream's bytes held once",
    ["upstream_data:1 return 1", ...READ],
    [...[{ client: "x" }, ...answers, { client: "", end: true } as const, { upstream: "", end: true } as const]],
  ),
  scenario(
    "the upstream's bytes held until the end",
    ["upstream_data:more return 1", ...READ],
    [...[{ client: "x" }, ...answers, { client: "", end: true } as const, { upstream: "", end: true } as const]],
  ),
  scenario(
    "the upstream's bytes and end held",
    ["upstream_data return 1", ...READ],
    [
      ...[
        { client: "x" },
        { upstream: "eins" },
        { upstream: "zwei", end: true } as const,
        { client: "y", end: true } as const,
      ],
    ],
  ),
  scenario(
    "the upstream's bytes held, then it breaks off",
    ["upstream_data return 1", ...READ],
    [...[{ client: "x" }, { upstream: "eins" }, { reset: "upstream" } as const]],
  ),
  scenario("the upstream's bytes held and continued", [
    ...[
      "upstream_data:1 return 1",
      "upstream_data:1 continue_stream 3",
      "upstream_data:1 set_tick_period_milliseconds 15",
    ],
    ...["tick set_tick_period_milliseconds 0", "tick set_effective_context $stream", "tick get_buffer_bytes 3 0 100 %"],
    ...["tick continue_stream 3", "tick continue_stream 2", ...READ],
  ]),
  scenario(
    "the upstream's bytes held and changed",
    [...["upstream_data:1 return 1", 'upstream_data set_buffer_bytes 3 100 0 "!', ...READ]],
    [{ client: "x" }, ...answers, { upstream: "", end: true }, { client: "", end: true }],
  ),
];

const closing: NetworkScenario[] = [
  ...["new_connection", "downstream_data", "upstream_data", "tick", "call"].flatMap((phase) =>
    [0, 1, 2, 3].map((type) =>
      scenario(`${phase}: close_stream ${type}`, [
        ...(phase === "tick" ? ["downstream_data set_tick_period_milliseconds 10"] : []),
        ...(phase === "call" ? [`downstream_data ${CALL}`] : []),
        ...[
          "tick set_tick_period_milliseconds 0",
          "tick set_effective_context $stream",
          "call set_effective_context $stream",
        ],
        ...[`${phase} close_stream ${type}`, `${phase} get_buffer_bytes 2 0 100 %`],
      ]),
    ),
  ),
  scenario("closed by a callback that stops", ["downstream_data close_stream 2", "downstream_data return 1"]),
  scenario("closed twice", ["downstream_data close_stream 2", "downstream_data close_stream 3"]),
  scenario(
    "closed behind bytes for the client",
    ["downstream_data:2 close_stream 2"],
    [...[{ client: "a" }, { upstream: "answer" }, { client: "b" }, { upstream: "late" }]],
  ),
  scenario(
    "closed with bytes of the client unread",
    ["tick close_stream 2", "tick set_tick_period_milliseconds 0"].concat([
      "new_connection return 1",
      "new_connection set_tick_period_milliseconds 30",
      "tick set_effective_context $stream",
      "tick close_stream 2",
    ]),
    [{ client: "hello" }, { waitMs: 40 }],
  ),
  scenario("an answer of HTTP", ['downstream_data send_local_response 403 "no "body {x=y -1', ...READ]),
  ...["done", "log", "delete", "downstream_close"].map((phase) =>
    scenario(`${phase}: close_stream 2`, [`${phase} close_stream 2`, `${phase} continue_stream 2`]),
  ),
];

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  "who speaks with whom": [
    ...["source.address", "destination.address", "upstream.address", "upstream.local_address", "connection.mtls"],
    ...["connection.requested_server_name", "upstream.locality", "upstream.num_endpoints"],
  ],
  "how it goes": [
    ...["upstream.transport_failure_reason", "upstream.request_attempt_count", "connection.termination_details"],
    ...["request.size", "request.total_size", "response.size", "response.total_size", "response.code"],
    ...["response.code_details", "response.flags", "response.grpc_status", "xds.cluster_name"],
  ],
  "what leads there": [
    ...["xds.cluster_name", "xds.cluster_metadata", "xds.route_name", "xds.route_metadata", "xds.virtual_host_name"],
    ...["xds.listener_direction", "xds.listener_metadata", "xds.filter_chain_name", "xds.upstream_host_metadata"],
  ],
  "what requests have": [
    ...["request.protocol", "request.path", "request.method", "request.host", "request.id", "request.headers.x"],
    ...["request.headers_bytes", "request.duration", "response.headers.x", "response.backend_latency"],
  ],
  "of plugins": [
    ...["plugin_name", "plugin_root_id", "plugin_vm_id", "filter_state.x", "upstream_filter_state.x", "nothing"],
    "metadata",
  ],
};

const ENDS: Readonly<
  Record<string, { script?: Script; steps?: readonly Step[]; cluster?: NetworkScenario["cluster"] }>
> = {
  "there is no such cluster": { cluster: "missing" },
  "the upstream refuses": { cluster: "refused" },
  "held until the third piece": { script: ["downstream_data:1 return 1", "downstream_data:2 return 1"], steps: three },
  "the upstream's bytes held": { script: ["upstream_data:1 return 1"], steps: answers },
  "the client breaks off": { steps: [{ client: "a" }, { reset: "client" }] },
  "the upstream breaks off": { steps: [{ client: "a" }, { reset: "upstream" }] },
  "the upstream ends first": {
    steps: [
      { upstream: "", end: true },
      { client: "", end: true },
    ],
  },
  "the plugin closes": { script: ["downstream_data close_stream 2"] },
  "the plugin closes at the upstream's bytes": { script: ["upstream_data close_stream 3"] },
};

function read(paths: readonly string[]): string[] {
  return ALL_PHASES.flatMap((phase) => paths.map((path) => `${phase} get_property "${path.replaceAll(".", "\\0")} %`));
}

const everywhere: NetworkScenario[] = [
  scenario(
    "headers, which there are none of",
    ALL_PHASES.flatMap((phase) => [
      ...[0, 1, 2, 3, 6, 7].map((map) => `${phase} get_header_map_value ${map} "x %`),
      ...[0, 2].flatMap((map) => [`${phase} get_header_map_pairs ${map} %`, `${phase} get_header_map_size ${map} #`]),
      ...[0, 2].flatMap((map) => [
        `${phase} add_header_map_value ${map} "x "y`,
        `${phase} remove_header_map_value ${map} "x`,
      ]),
      `${phase} set_header_map_pairs 0 {x=y`,
    ]),
  ),
  ...Object.entries(PROPERTIES).map(([group, paths]) => scenario(`properties: ${group}`, read(paths))),
  ...Object.entries(ENDS).map(([end, what]) => ({
    name: `properties, ${end}`,
    plugins: [[...(what.script ?? []), ...read(PROPERTIES["how it goes"]!)]],
    cluster: what.cluster ?? ("upstream" as const),
    steps: what.steps ?? TALK,
  })),
  scenario("a property of the plugin's own", [
    ...['new_connection set_property "mine "1', ...ALL_PHASES.map((phase) => `${phase} get_property "mine %`)],
  ]),
  scenario(
    "time, status, metrics, shared data",
    ALL_PHASES.flatMap((phase) => [
      ...[`${phase} get_current_time_nanoseconds _`, `${phase} get_status # %`, `${phase} get_log_level #`],
      ...[`${phase} define_metric 0 "network_${phase} #`, `${phase} set_shared_data "k "v 0`, `${phase} done`],
    ]),
  ),
  ...ALL_PHASES.map((phase) => scenario(`${phase}: done`, [`${phase} done`])),
  ...ALL_PHASES.map((phase) => scenario(`${phase}: a call`, [`${phase} ${CALL}`, "call get_buffer_bytes 4 0 100 %"])),
];

const several: NetworkScenario[] = [
  { name: "three in a chain", plugins: [READ, READ, READ] },
  {
    name: "three in a chain that each write",
    plugins: ["a", "b", "c"].map((name) =>
      DATA.map((phase, index) => `${phase}:more set_buffer_bytes ${index + 2} 100 0 "${name}`),
    ),
  },
  {
    name: "the second holds until the third piece",
    plugins: [READ, ["downstream_data:1 return 1", "downstream_data:2 return 1"], READ],
    steps: [...three, ...answers, { client: "", end: true }, { upstream: "", end: true }],
  },
  {
    name: "the second holds, and the first writes each time",
    plugins: [['downstream_data:more set_buffer_bytes 2 100 0 "+'], ["downstream_data:1 return 1"], READ],
    steps: [...three],
  },
  {
    name: "the second holds the upstream's bytes",
    plugins: [READ, ["upstream_data:1 return 1"], READ],
    steps: [{ client: "x" }, ...answers],
  },
  {
    name: "the second holds the new connection",
    plugins: [
      READ,
      ["new_connection return 1", "new_connection set_tick_period_milliseconds 20", ...RESUME_BY_TICK],
      READ,
    ],
  },
  { name: "the second closes", plugins: [READ, ["downstream_data close_stream 2"], READ] },
  { name: "the second closes the new connection", plugins: [READ, ["new_connection close_stream 2"], READ] },
  { name: "the second closes at the upstream's bytes", plugins: [READ, ["upstream_data close_stream 3"], READ] },
  {
    name: "the second continues by a call",
    plugins: [
      READ,
      [
        `downstream_data:1 ${CALL}`,
        "downstream_data:1 return 1",
        "call set_effective_context $stream",
        "call continue_stream 2",
      ],
      READ,
    ],
    steps: [...three, ...answers],
  },
];

const failures: Partial<NetworkPlugin>[] = [
  { failurePolicy: "FAIL_CLOSED" },
  { failurePolicy: "FAIL_OPEN" },
  { failOpen: true },
  { failurePolicy: "FAIL_RELOAD" },
];
const again: readonly Step[] = [...TALK, { connect: true }, ...TALK];

const traps: NetworkScenario[] = ALL_PHASES.flatMap((phase) =>
  failures.map((policy) => ({
    name: `${phase}: a trap, ${JSON.stringify(policy)}`,
    plugins: [NOTHING, { script: [`${phase} trap`], ...policy }, READ],
    steps: again,
  })),
);

const ofTimers: NetworkScenario[] = [
  ...failures.flatMap((policy) => [
    {
      name: `tick: a trap, ${JSON.stringify(policy)}`,
      plugins: [{ script: ["downstream_data set_tick_period_milliseconds 10", "tick trap"], ...policy }],
      steps: again,
    },
    {
      name: `call: a trap, ${JSON.stringify(policy)}`,
      plugins: [{ script: [`downstream_data ${CALL}`, "call trap"], ...policy }],
      steps: again,
    },
    {
      name: `call: a trap while bytes are held, ${JSON.stringify(policy)}`,
      plugins: [{ script: ["downstream_data return 1", `downstream_data:1 ${CALL}`, "call trap"], ...policy }],
      steps: again,
    },
  ]),
  scenario("held until an item is in a queue", [
    ...['downstream_data register_shared_queue "q _', "downstream_data keep $queue_token", "downstream_data return 1"],
    ...['downstream_data enqueue_shared_queue $queue_token "item', "queue dequeue_shared_queue $queue_token %"],
    ...["queue set_effective_context $stream", "queue get_buffer_bytes 2 0 100 %", "queue continue_stream 2"],
  ]),
  scenario(
    "the upstream's bytes held, and written by a timer",
    [
      ...["upstream_data:1 return 1", "upstream_data:1 set_tick_period_milliseconds 10"],
      ...[
        "tick set_tick_period_milliseconds 0",
        "tick set_effective_context $stream",
        "tick get_buffer_bytes 3 0 100 %",
      ],
      'tick set_buffer_bytes 3 100 0 "!',
    ],
    [{ client: "x" }, ...answers],
  ),
];

const CLOSE_SOON: Script = [
  "tick set_tick_period_milliseconds 0",
  "tick set_effective_context $stream",
  "tick close_stream 2",
];
const ending: NetworkScenario[] = [
  ...DATA.flatMap((phase) => [
    scenario(`${phase}: closed by a timer while bytes are held`, [
      ...[`${phase} return 1`, `${phase} set_tick_period_milliseconds 10`, ...CLOSE_SOON],
    ]),
    scenario(`${phase}: closed at the end`, [`${phase}:end close_stream 2`, ...READ]),
    scenario(`${phase}: closed by a timer after the end`, [
      ...[`${phase}:end set_tick_period_milliseconds 10`, ...CLOSE_SOON],
    ]),
    ...(["client", "upstream"] as const).flatMap((who) => [
      scenario(
        `${phase}: bytes are held, and the ${who} breaks off`,
        [`${phase} return 1`],
        [...[{ client: "a" }, { upstream: "b" }, { reset: who }]],
      ),
      scenario(
        `${phase}: bytes are held, and the ${who} ends`,
        [`${phase} return 1`],
        [
          ...[
            { client: "a" },
            { upstream: "b" },
            who === "client" ? { client: "", end: true as const } : { upstream: "", end: true as const },
          ],
        ],
      ),
    ]),
  ]),
  ...(["client", "upstream"] as const).flatMap((who) => [
    scenario(`the ${who} ends, and the other breaks off`, READ, [
      ...[{ client: "a" }, { upstream: "b" }],
      ...(who === "client"
        ? [{ client: "", end: true as const }, { reset: "upstream" as const }]
        : [{ upstream: "", end: true as const }, { reset: "client" as const }]),
    ]),
    scenario(`the ${who} ends, and breaks off`, READ, [
      ...[{ client: "a" }, { upstream: "b" }],
      ...(who === "client"
        ? [{ client: "", end: true as const }, { reset: "client" as const }]
        : [{ upstream: "", end: true as const }, { reset: "upstream" as const }]),
    ]),
  ]),
];

/** Sets what Envoy's TCP proxy reads: the cluster of a connection. */
const leadsTo = (cluster: string, phase = "new_connection"): Script => [
  `${phase} call_foreign_function "set_envoy_filter_state "\\x0a\\x17envoy.tcp_proxy.cluster\\x12\\x0${cluster.length}${cluster} __`,
];
const elsewhere: NetworkScenario[] = [
  { name: "a plugin leads elsewhere, where nobody listens", plugins: [[...leadsTo("refused"), ...READ]] },
  { name: "a plugin leads elsewhere, where there is nothing", plugins: [[...leadsTo("missing"), ...READ]] },
  { name: "a plugin leads back", plugins: [leadsTo("refused"), leadsTo("upstream")], cluster: "missing" },
  { name: "a plugin leads elsewhere, too late", plugins: [leadsTo("refused", "downstream_data")] },
];

const shared: NetworkScenario[] = [
  { name: "two plugins in one VM", plugins: [READ, ['downstream_data set_buffer_bytes 2 0 1 "J']], oneVm: true },
  {
    name: "two plugins in one VM, of which one acts on the other's connection",
    // The last context that began is the second plugin's.
    plugins: [["new_connection set_tick_period_milliseconds 60", ...RESUME_BY_TICK], ["downstream_data:1 return 1"]],
    oneVm: true,
  },
  ...failures.map((policy) => ({
    name: `two plugins in one VM, and a trap, ${JSON.stringify(policy)}`,
    plugins: [
      { script: READ, ...policy },
      { script: ["downstream_data trap"], ...policy },
    ],
    oneVm: true,
    steps: again,
  })),
];

const restricted: NetworkScenario[] = [
  scenario("without the callbacks for data", {
    script: READ,
    capabilities: ["proxy_log", "proxy_on_context_create", "proxy_on_configure", "proxy_on_new_connection", "malloc"],
  }),
];

/** What is played on both engines. */
export const SCENARIOS: readonly NetworkScenario[] = [
  ...[
    passing,
    buffers,
    holding,
    closing,
    everywhere,
    several,
    traps,
    ofTimers,
    ending,
    elsewhere,
    shared,
    restricted,
  ].flat(),
];
