import type { Scenario } from "../../scenarios/scenario.js";
import { everything, guest, PARTNERS, request, THROUGH_ALL } from "../guest.js";

// Every host call, with valid and invalid arguments, in every callback.

/** An address outside the memory. */
const OUTSIDE = "-16";

const MAPS = ["0", "1", "2", "3", "4", "5", "6", "7"];
const BUFFERS = ["0", "1", "2", "3", "4", "5", "6", "7"];

const CALLS: Readonly<Record<string, readonly string[]>> = {
  log: ['2 "text', '0 "trace', '5 "critical', '6 "text', '-1 "text', '2 "', `2 ${OUTSIDE} 32`, "2 0 0"],
  get_log_level: ["#", OUTSIDE],
  get_status: ["# %", `${OUTSIDE} %`, `# ${OUTSIDE} ${OUTSIDE}`],
  get_current_time_nanoseconds: ["_", OUTSIDE],
  set_effective_context: ["$root", "$stream", "99", "0", "-1", "$id"],
  done: [""],
  get_header_map_value: [
    ...MAPS.flatMap((map) => [`${map} "x-a %`, `${map} "x-r %`, `${map} "none %`]),
    ...['0 "X-A %', '0 "x-b %', '0 ":path %', '0 "host %', '0 ":authority %', '2 ":status %', '2 "set-cookie %'],
    ...['1 "x-t %', '3 "x-rt %', '6 "x-call %', '6 ":status %', '7 "x-ct %', '8 "x-a %', '-1 "x-a %', '0 " %'],
    ...[`0 ${OUTSIDE} 32 %`, `0 "x-a ${OUTSIDE} ${OUTSIDE}`, `8 ${OUTSIDE} 32 %`],
  ],
  get_header_map_pairs: [...MAPS.map((map) => `${map} %`), "8 %", "-1 %", `0 ${OUTSIDE} ${OUTSIDE}`],
  get_header_map_size: [
    ...["0", "1", "3", "4", "5", "7", "8", "-1"].map((map) => `${map} #`),
    "2 _",
    "6 _",
    `0 ${OUTSIDE}`,
  ],
  add_header_map_value: [
    ...MAPS.map((map) => `${map} "x-added "1`),
    ...['0 "X-Upper "2', '0 "x-a "2', '8 "x-a "1', '-1 "x-a "1', `0 ${OUTSIDE} 32 "1`, `0 "x-a ${OUTSIDE} 32`],
  ],
  replace_header_map_value: [
    ...MAPS.map((map) => `${map} "x-replaced "1`),
    ...['0 "x-b "one', '2 "set-cookie "one', '8 "x-a "1', '-1 "x-a "1', `0 ${OUTSIDE} 32 "1`, `0 "x-a ${OUTSIDE} 32`],
  ],
  remove_header_map_value: [
    ...MAPS.map((map) => `${map} "x-none`),
    ...['0 "x-b', '2 "set-cookie', '1 "x-t', '3 "x-rt', '8 "x-a', '-1 "x-a', `0 ${OUTSIDE} 32`],
  ],
  set_header_map_pairs: [
    ...["4", "5", "6", "7"].map((map) => `${map} {x-all=1`),
    ...["1 {x-t2=1", "3 {x-rt2=1,x-rt2=2", "8 {x-all=1", "-1 {x-all=1", `0 ${OUTSIDE} 32`],
  ],
  get_buffer_bytes: [
    ...BUFFERS.flatMap((type) => [`${type} 0 4 %`]),
    ...["0 1 2 %", "0 0 2147483647 %", "0 99 1 %", "0 -1 1 %", "0 1 -1 %", "1 1 2 %", "4 1 100 %", "4 100 1 %"],
    ...["6 0 5 %", "9 0 1 %", "-1 0 1 %", `0 0 4 ${OUTSIDE} ${OUTSIDE}`, `6 0 4 ${OUTSIDE} ${OUTSIDE}`],
  ],
  get_buffer_status: [...BUFFERS.map((type) => `${type} # #`), "9 # #", "-1 # #", `0 ${OUTSIDE} #`, `4 # ${OUTSIDE}`],
  set_buffer_bytes: [
    ...["2", "3", "4", "5", "6", "7", "8", "9", "-1"].map((type) => `${type} 0 1 "x`),
    ...[
      '0 0 0 "<',
      '0 2147483647 0 ">',
      '0 1 1 "?',
      '1 0 0 "<',
      '1 2147483647 0 ">',
      '1 1 1 "?',
      `0 0 0 ${OUTSIDE} 32`,
    ],
  ],
  get_property: [
    ...["request\\0path", "request\\0method", "request\\0host", "request\\0scheme", "request\\0url_path"],
    ...["request\\0query", "request\\0protocol", "request\\0headers\\0x-b", "request\\0useragent", "request\\0referer"],
    ...["request\\0size", "request\\0total_size", "response\\0code", "response\\0code_details", "response\\0flags"],
    ...["response\\0size", "response\\0headers\\0x-r", "response\\0trailers\\0x-rt", "response\\0grpc_status"],
    ...["connection\\0mtls", "connection\\0requested_server_name", "connection\\0tls_version", "destination\\0address"],
    ...["upstream\\0local_address", "upstream\\0transport_failure_reason", "xds\\0route_name", "xds\\0cluster_name"],
    ...["xds\\0virtual_host_name", "xds\\0listener_direction", "xds\\0route_metadata", "xds\\0cluster_metadata"],
    ...["plugin_name", "plugin_root_id", "listener_direction", "node\\0id", "node\\0cluster", "cluster_name"],
    ...[
      "route_name",
      "none",
      "request",
      "request\\0none",
      "request\\0path\\0more",
      "",
      "\\0",
      "metadata",
      "filter_state",
    ],
  ]
    .map((path) => `"${path} %`)
    .concat([`${OUTSIDE} 32 %`, `"plugin_name ${OUTSIDE} ${OUTSIDE}`]),
  set_property: ['"key "value', '"a\\0b "value', '"key "other', '"empty "', `${OUTSIDE} 32 "v`, `"key ${OUTSIDE} 32`],
  get_shared_data: ['"none % #', `${OUTSIDE} 32 % #`, `"none ${OUTSIDE} ${OUTSIDE} #`],
  set_shared_data: [
    ...['"mine "1 0', '"mine "2 99', '"empty " 0', '"fresh$ "1 7', `${OUTSIDE} 32 "1 0`, `"mine ${OUTSIDE} 32 0`],
  ],
  register_shared_queue: ['"queue _', '"other _', `${OUTSIDE} 32 #`, `"queue ${OUTSIDE}`, '" _'],
  resolve_shared_queue: ['"none "queue #', '" "none #', '" "queue _', `${OUTSIDE} 32 "queue #`, `" ${OUTSIDE} 32 #`],
  enqueue_shared_queue: ['99999 "item', `99999 ${OUTSIDE} 32`],
  dequeue_shared_queue: ["99999 %", `99999 ${OUTSIDE} ${OUTSIDE}`],
  define_metric: [
    ...['0 "counter #', '1 "gauge #', '2 "histogram #', '0 "counter #', '3 "bad #', '-1 "bad #', '0 " #'],
    ...[`0 ${OUTSIDE} 32 #`, `0 "counter ${OUTSIDE}`],
  ],
  increment_metric: ["0 1", "4 1", "5 1", "6 1", "7 1", "99 1", "-1 -1"],
  record_metric: ["0 1", "4 1", "5 1", "6 1", "7 1", "99 1", "-1 -1"],
  get_metric: ["0 ##", "4 ##", "5 ##", "6 ##", "7 ##", "99 ##", `4 ${OUTSIDE}`],
  call_foreign_function: [
    ...['"none "args __', '"compress "aaaaaaaaaa %', '"uncompress "garbage __', '"clear_route_cache " __', '" " __'],
    ...['"compress "aaaa 0 0', `${OUTSIDE} 32 " __`, `"compress ${OUTSIDE} 32 __`],
    ...['"expr_create "request.path %', '"expr_create "( %', '"expr_delete "x %', '"expr_evaluate "xxxx %'],
    ...['"declare_property "garbage %', '"set_envoy_filter_state "garbage %', '"sign "garbage %'],
    ...['"verify_signature "garbage %'],
  ],
  continue_stream: ["2", "3", "4", "-1"],
  close_stream: ["2", "3", "4", "-1"],
  http_call: [
    ...['"nowhere {:method=GET,:path=/,:authority=a " { 100 #', '"auth {:path=/,:authority=a " { 100 #'],
    ...['"auth {:method=GET,:authority=a " { 100 #', '"auth {:method=GET,:path=/ " { 100 #', '"auth { " { 100 #'],
    ...['"auth {:method=GET,:path=/,:authority=a " { -1 #', '" {:method=GET,:path=/,:authority=a " { 100 #'],
    ...[`${OUTSIDE} 32 { " { 100 #`, `"auth ${OUTSIDE} 32 " { 100 #`, `"auth { ${OUTSIDE} 32 { 100 #`],
    ...[`"auth { " ${OUTSIDE} 32 100 #`, `"auth {:method=GET,:path=/,:authority=a " { 100 ${OUTSIDE}`],
  ],
  grpc_call: [
    '"none "service "method { "request 100 #',
    `${OUTSIDE} 32 "s "m { "r 100 #`,
    `"none "s "m { "r 100 ${OUTSIDE}`,
  ],
  grpc_stream: ['"none "service "method { #', `${OUTSIDE} 32 "s "m { #`, `"none "s "m { ${OUTSIDE}`],
  grpc_send: ['0 "m 0', '1 "m 0', '2 "m 1', '99 "m 0', `2 ${OUTSIDE} 32 0`],
  grpc_cancel: ["0", "1", "2", "4", "99"],
  grpc_close: ["0", "1", "2", "4", "99"],
};

const scenarios: Scenario[] = Object.entries(CALLS).map(([name, calls]) =>
  guest(`${name}, in every callback`, [...calls.map((args) => `* ${name} ${args}`.trimEnd()), ...THROUGH_ALL], {
    ...{ ...PARTNERS, vmConfiguration: calls.map((args) => `start ${name} ${args}`.trimEnd()).join("\n") },
    steps: [request(everything)],
  }),
);

export default scenarios;
