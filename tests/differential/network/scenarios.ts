import { TALK, type NetworkPlugin, type NetworkScenario, type Script, type Step } from "./scenario.js";

const DATA = ["downstream_data", "upstream_data"] as const;
/** Reads the status and bytes of both buffers. */
const READ: Script = DATA.flatMap((phase) => [
  `${phase} get_buffer_status 2 # #`,
  `${phase} get_buffer_status 3 # #`,
  `${phase} get_buffer_bytes 2 0 100 %`,
  `${phase} get_buffer_bytes 3 0 100 %`,
]);
const NOTHING: Script = ["start get_log_level #"];
/** Resumes the connection in a timer's callback. */
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
const replies: readonly Step[] = [{ upstream: "eins" }, { upstream: "zwei" }, { upstream: "drei" }];

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
  scenario("both sides end right after their bytes", READ, [
    { client: "hello", end: true },
    { upstream: "bye", end: true },
  ]),
  scenario("the client ends, the upstream sends bytes late", READ, [
    { client: "hello", end: true },
    { waitMs: 80 },
    ...replies,
    { upstream: "", end: true },
  ]),
  scenario("the upstream sends first", READ, [{ upstream: "220 ready" }, ...TALK]),
  scenario("data in chunks", READ, [...three, ...replies, { client: "", end: true }, { upstream: "", end: true }]),
  scenario("bytes of all values", READ, [
    { client: Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i)) },
    { upstream: Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => 255 - i)) },
  ]),
  scenario("no side sends bytes", READ, [
    { client: "", end: true },
    { upstream: "", end: true },
  ]),
  scenario("the client resets the connection", READ, [{ client: "hello" }, { upstream: "hi" }, { reset: "client" }]),
  scenario("the upstream resets the connection", READ, [
    { client: "hello" },
    { upstream: "hi" },
    { reset: "upstream" },
  ]),
  scenario("the client resets the connection without bytes", READ, [{ reset: "client" }]),
  scenario("the upstream resets the connection without bytes", READ, [{ reset: "upstream" }]),
  { name: "the upstream refuses the connection", plugins: [READ], cluster: "refused" },
  { name: "the upstream refuses the connection, without plugins", plugins: [], cluster: "refused" },
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
      both("with bytes added at the start", [`set_buffer_bytes ${type} 0 0 "before\\_`]),
      both("with bytes added at the end", [`set_buffer_bytes ${type} 100 0 "\\_after`]),
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
    "paused until the third chunk",
    [...READ, "downstream_data:1 return 1", "downstream_data:2 return 1"],
    [...three, ...replies, { client: "", end: true }, { upstream: "", end: true }],
  ),
  scenario(
    "paused until the end",
    [...READ, "downstream_data:more return 1"],
    [...three, { client: "", end: true }, { upstream: "all", end: true }],
  ),
  scenario(
    "paused for good",
    ["downstream_data return 1"],
    [...three, { client: "", end: true }, { upstream: "x", end: true }],
  ),
  scenario("paused until a timer fires", [
    ...["downstream_data:1 return 1", "downstream_data:1 set_tick_period_milliseconds 15"],
    ...READ,
    ...RESUME_BY_TICK,
  ]),
  scenario(
    "paused with the end until a timer fires",
    [...["downstream_data return 1", "downstream_data set_tick_period_milliseconds 15"], ...RESUME_BY_TICK],
    [
      { client: "all", end: true },
      { upstream: "reply", end: true },
    ],
  ),
  scenario("paused, and changed in a timer's callback", [
    ...["downstream_data return 1", "downstream_data set_tick_period_milliseconds 15"],
    ...["tick set_effective_context $stream", "tick get_buffer_bytes 2 0 100 %", 'tick set_buffer_bytes 2 100 0 "!'],
    ...RESUME_BY_TICK,
  ]),
  scenario("paused until a call has ended", [
    ...["downstream_data return 1", `downstream_data ${CALL}`],
    ...["call set_effective_context $stream", "call get_buffer_bytes 2 0 100 %", "call continue_stream 2"],
  ]),
  scenario("the new connection paused until a timer fires", [
    ...["new_connection return 1", "new_connection set_tick_period_milliseconds 15"],
    ...RESUME_BY_TICK,
    ...READ,
  ]),
  scenario("the new connection paused until a call has ended", [
    ...["new_connection return 1", `new_connection ${CALL}`],
    ...["call set_effective_context $stream", "call continue_stream 2", ...READ],
  ]),
  scenario(
    "bytes and the end wait while the new connection is paused",
    // Long: the client sends its end a moment after its bytes, and both have to be there before the tick.
    ["new_connection return 1", "new_connection set_tick_period_milliseconds 300", ...RESUME_BY_TICK, ...READ],
    [{ client: "hello", end: "at once" }, { waitMs: 400 }, { upstream: "bye", end: true }],
  ),
  scenario("the new connection paused for good", ["new_connection return 1", ...READ]),
  scenario(
    "the new connection paused for good, and the client resets it",
    ["new_connection return 1"],
    [{ client: "hello" }, { reset: "client" }],
  ),
  scenario("continued in the callback itself", ["downstream_data continue_stream 2", ...READ]),
  scenario("continued in the callback itself, which then pauses", [
    ...["downstream_data continue_stream 2", "downstream_data return 1", ...READ],
  ]),
  scenario("the new connection continued in the callback itself, which then pauses", [
    ...["new_connection continue_stream 2", "new_connection return 1", ...READ],
  ]),
  scenario(
    "the upstream's bytes paused once",
    ["upstream_data:1 return 1", ...READ],
    [...[{ client: "x" }, ...replies, { client: "", end: true } as const, { upstream: "", end: true } as const]],
  ),
  scenario(
    "the upstream's bytes paused until the end",
    ["upstream_data:more return 1", ...READ],
    [...[{ client: "x" }, ...replies, { client: "", end: true } as const, { upstream: "", end: true } as const]],
  ),
  scenario(
    "the upstream's bytes and end paused",
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
    "the upstream's bytes paused, then it resets the connection",
    ["upstream_data return 1", ...READ],
    [...[{ client: "x" }, { upstream: "eins" }, { reset: "upstream" } as const]],
  ),
  scenario("the upstream's bytes paused and continued", [
    ...[
      "upstream_data:1 return 1",
      "upstream_data:1 continue_stream 3",
      "upstream_data:1 set_tick_period_milliseconds 15",
    ],
    ...["tick set_tick_period_milliseconds 0", "tick set_effective_context $stream", "tick get_buffer_bytes 3 0 100 %"],
    ...["tick continue_stream 3", "tick continue_stream 2", ...READ],
  ]),
  scenario(
    "the upstream's bytes paused and changed",
    [...["upstream_data:1 return 1", 'upstream_data set_buffer_bytes 3 100 0 "!', ...READ]],
    [{ client: "x" }, ...replies, { upstream: "", end: true }, { client: "", end: true }],
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
  scenario("closed by a callback that pauses", ["downstream_data close_stream 2", "downstream_data return 1"]),
  scenario("closed twice", ["downstream_data close_stream 2", "downstream_data close_stream 3"]),
  scenario(
    "closed after bytes for the client",
    ["downstream_data:2 close_stream 2"],
    [...[{ client: "a" }, { upstream: "reply" }, { client: "b" }, { upstream: "late" }]],
  ),
  scenario(
    "closed before the client's bytes were read",
    ["tick close_stream 2", "tick set_tick_period_milliseconds 0"].concat([
      "new_connection return 1",
      "new_connection set_tick_period_milliseconds 30",
      "tick set_effective_context $stream",
      "tick close_stream 2",
    ]),
    [{ client: "hello" }, { waitMs: 40 }],
  ),
  scenario("a local reply, which connections do not have", [
    'downstream_data send_local_response 403 "no "body {x=y -1',
    ...READ,
  ]),
  ...["done", "log", "delete", "downstream_close"].map((phase) =>
    scenario(`${phase}: close_stream 2`, [`${phase} close_stream 2`, `${phase} continue_stream 2`]),
  ),
];

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  addresses: [
    ...["source.address", "destination.address", "upstream.address", "upstream.local_address", "connection.mtls"],
    ...["connection.requested_server_name", "upstream.locality", "upstream.num_endpoints"],
  ],
  progress: [
    ...["upstream.transport_failure_reason", "upstream.request_attempt_count", "connection.termination_details"],
    ...["request.size", "request.total_size", "response.size", "response.total_size", "response.code"],
    ...["response.code_details", "response.flags", "response.grpc_status", "xds.cluster_name"],
  ],
  configuration: [
    ...["xds.cluster_name", "xds.cluster_metadata", "xds.route_name", "xds.route_metadata", "xds.virtual_host_name"],
    ...["xds.listener_direction", "xds.listener_metadata", "xds.filter_chain_name", "xds.upstream_host_metadata"],
  ],
  requests: [
    ...["request.protocol", "request.path", "request.method", "request.host", "request.id", "request.headers.x"],
    ...["request.headers_bytes", "request.duration", "response.headers.x", "response.backend_latency"],
  ],
  plugins: [
    ...["plugin_name", "plugin_root_id", "plugin_vm_id", "filter_state.x", "upstream_filter_state.x", "nothing"],
    "metadata",
  ],
};

const ENDS: Readonly<
  Record<string, { script?: Script; steps?: readonly Step[]; cluster?: NetworkScenario["cluster"] }>
> = {
  "an unknown cluster": { cluster: "missing" },
  "the upstream refuses the connection": { cluster: "refused" },
  "paused until the third chunk": {
    script: ["downstream_data:1 return 1", "downstream_data:2 return 1"],
    steps: three,
  },
  "the upstream's bytes paused": { script: ["upstream_data:1 return 1"], steps: replies },
  "the client resets the connection": { steps: [{ client: "a" }, { reset: "client" }] },
  "the upstream resets the connection": { steps: [{ client: "a" }, { reset: "upstream" }] },
  "the upstream ends first": {
    steps: [
      { upstream: "", end: true },
      { client: "", end: true },
    ],
  },
  "the plugin closes the connection": { script: ["downstream_data close_stream 2"] },
  "the plugin closes the connection when the upstream sends bytes": { script: ["upstream_data close_stream 3"] },
};

function read(paths: readonly string[]): string[] {
  return ALL_PHASES.flatMap((phase) => paths.map((path) => `${phase} get_property "${path.replaceAll(".", "\\0")} %`));
}

const everywhere: NetworkScenario[] = [
  scenario(
    "headers, which connections do not have",
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
    plugins: [[...(what.script ?? []), ...read(PROPERTIES["progress"]!)]],
    cluster: what.cluster ?? ("upstream" as const),
    steps: what.steps ?? TALK,
  })),
  scenario("a property that the plugin sets", [
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
  { name: "three plugins in a chain", plugins: [READ, READ, READ] },
  {
    name: "three plugins that each write",
    plugins: ["a", "b", "c"].map((name) =>
      DATA.map((phase, index) => `${phase}:more set_buffer_bytes ${index + 2} 100 0 "${name}`),
    ),
  },
  {
    name: "the second plugin pauses until the third chunk",
    plugins: [READ, ["downstream_data:1 return 1", "downstream_data:2 return 1"], READ],
    steps: [...three, ...replies, { client: "", end: true }, { upstream: "", end: true }],
  },
  {
    name: "the second plugin pauses, and the first writes each time",
    plugins: [['downstream_data:more set_buffer_bytes 2 100 0 "+'], ["downstream_data:1 return 1"], READ],
    steps: [...three],
  },
  {
    name: "the second plugin pauses the upstream's bytes",
    plugins: [READ, ["upstream_data:1 return 1"], READ],
    steps: [{ client: "x" }, ...replies],
  },
  {
    name: "the second plugin pauses the new connection",
    plugins: [
      READ,
      ["new_connection return 1", "new_connection set_tick_period_milliseconds 20", ...RESUME_BY_TICK],
      READ,
    ],
  },
  { name: "the second plugin closes the connection", plugins: [READ, ["downstream_data close_stream 2"], READ] },
  { name: "the second plugin closes the new connection", plugins: [READ, ["new_connection close_stream 2"], READ] },
  {
    name: "the second plugin closes the connection when the upstream sends bytes",
    plugins: [READ, ["upstream_data close_stream 3"], READ],
  },
  {
    name: "the second plugin continues in a call's callback",
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
    steps: [...three, ...replies],
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
      name: `call: a trap while bytes are paused, ${JSON.stringify(policy)}`,
      plugins: [{ script: ["downstream_data return 1", `downstream_data:1 ${CALL}`, "call trap"], ...policy }],
      steps: again,
    },
  ]),
  scenario("paused until an item is in a queue", [
    ...['downstream_data register_shared_queue "q _', "downstream_data keep $queue_token", "downstream_data return 1"],
    ...['downstream_data enqueue_shared_queue $queue_token "item', "queue dequeue_shared_queue $queue_token %"],
    ...["queue set_effective_context $stream", "queue get_buffer_bytes 2 0 100 %", "queue continue_stream 2"],
  ]),
  scenario(
    "the upstream's bytes paused, and written in a timer's callback",
    [
      ...["upstream_data:1 return 1", "upstream_data:1 set_tick_period_milliseconds 10"],
      ...[
        "tick set_tick_period_milliseconds 0",
        "tick set_effective_context $stream",
        "tick get_buffer_bytes 3 0 100 %",
      ],
      'tick set_buffer_bytes 3 100 0 "!',
    ],
    [{ client: "x" }, ...replies],
  ),
];

const CLOSE_BY_TICK: Script = [
  "tick set_tick_period_milliseconds 0",
  "tick set_effective_context $stream",
  "tick close_stream 2",
];
const ending: NetworkScenario[] = [
  ...DATA.flatMap((phase) => [
    scenario(`${phase}: closed in a timer's callback while bytes are paused`, [
      ...[`${phase} return 1`, `${phase} set_tick_period_milliseconds 10`, ...CLOSE_BY_TICK],
    ]),
    scenario(`${phase}: closed at the end`, [`${phase}:end close_stream 2`, ...READ]),
    scenario(`${phase}: closed in a timer's callback after the end`, [
      ...[`${phase}:end set_tick_period_milliseconds 10`, ...CLOSE_BY_TICK],
    ]),
    ...(["client", "upstream"] as const).flatMap((who) => [
      scenario(
        `${phase}: bytes are paused, and the ${who} resets the connection`,
        [`${phase} return 1`],
        [...[{ client: "a" }, { upstream: "b" }, { reset: who }]],
      ),
      scenario(
        `${phase}: bytes are paused, and the ${who} ends`,
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
    scenario(`the ${who} ends, and the other side resets the connection`, READ, [
      ...[{ client: "a" }, { upstream: "b" }],
      ...(who === "client"
        ? [{ client: "", end: true as const }, { reset: "upstream" as const }]
        : [{ upstream: "", end: true as const }, { reset: "client" as const }]),
    ]),
    scenario(`the ${who} ends, and then resets the connection`, READ, [
      ...[{ client: "a" }, { upstream: "b" }],
      ...(who === "client"
        ? [{ client: "", end: true as const }, { reset: "client" as const }]
        : [{ upstream: "", end: true as const }, { reset: "upstream" as const }]),
    ]),
  ]),
];

/** Sets the cluster of a connection: Envoy's TCP proxy reads this filter state. */
const toCluster = (cluster: string, phase = "new_connection"): Script => [
  `${phase} call_foreign_function "set_envoy_filter_state "\\x0a\\x17envoy.tcp_proxy.cluster\\x12\\x0${cluster.length}${cluster} __`,
];
const elsewhere: NetworkScenario[] = [
  { name: "a plugin chooses a cluster that refuses the connection", plugins: [[...toCluster("refused"), ...READ]] },
  { name: "a plugin chooses an unknown cluster", plugins: [[...toCluster("missing"), ...READ]] },
  {
    name: "a second plugin chooses another cluster",
    plugins: [toCluster("refused"), toCluster("upstream")],
    cluster: "missing",
  },
  { name: "a plugin chooses a cluster too late", plugins: [toCluster("refused", "downstream_data")] },
];

const shared: NetworkScenario[] = [
  { name: "two plugins in one VM", plugins: [READ, ['downstream_data set_buffer_bytes 2 0 1 "J']], oneVm: true },
  {
    name: "two plugins in one VM: one resumes the connection that the other has paused",
    // `$stream` is the context that began last: the second plugin's.
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
  scenario("a plugin without capabilities for data callbacks", {
    script: READ,
    capabilities: ["proxy_log", "proxy_on_context_create", "proxy_on_configure", "proxy_on_new_connection", "malloc"],
  }),
];

/** All scenarios for connections. */
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
