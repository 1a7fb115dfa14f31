import type { RequestStep, Scenario } from "../../scenarios/scenario.js";
import { everything, guest, request } from "../guest.js";

// A plugin writes into bodies, headers and trailers at different times.

const WRITES: Readonly<Record<string, string>> = {
  "at the start": '0 0 "<',
  "at the end": '2147483647 0 ">',
  "instead of all bytes": '0 2147483647 "other',
  "instead of the first byte": '0 1 "X',
  "in the middle": '1 1 "X',
  "after two bytes": '2 0 ">',
  nothing: '0 0 "',
  "nothing instead of all bytes": '0 2147483647 "',
};

const withoutTrailers: Omit<RequestStep, "expect"> = {
  headers: [["x-answer", JSON.stringify({ chunks: ["re", "sponse"], chunkDelayMs: 60 })]],
  chunks: ["re", "quest"],
  chunkDelayMs: 60,
};
const sized: Omit<RequestStep, "expect"> = {
  body: "request",
  headers: [["x-answer", JSON.stringify({ body: "response" })]],
};
const REQUESTS = { "with trailers": everything, "in chunks": withoutTrailers, "with a length": sized };
const SIDES = ["request", "response"] as const;
const TWICE = [
  ["grpc-status", "1"],
  ["grpc-status", "2"],
  ["x-t", "1"],
  ["x-t", "2"],
] as const;

const writes = Object.entries(WRITES).flatMap(([where, args]) =>
  SIDES.flatMap((side, type) => [
    guest(`${side}: written ${where}, for each chunk`, [`${side}_body set_buffer_bytes ${type} ${args}`], {
      steps: Object.values(REQUESTS).map(request),
    }),
    guest(
      `${side}: written ${where}, when the body is complete`,
      [
        `${side}_headers remove_header_map_value ${2 * type} "content-length`,
        `${side}_body:more return 1`,
        ...["body:end", "trailers"].flatMap((part) => [
          `${side}_${part} get_buffer_bytes ${type} 0 100 %`,
          `${side}_${part} set_buffer_bytes ${type} ${args}`,
          `${side}_${part} get_buffer_status ${type} # #`,
        ]),
      ],
      { steps: Object.values(REQUESTS).map(request) },
    ),
  ]),
);

/** The headers are paused until the whole message has arrived. The body's callbacks run after the resume. */
const late = SIDES.map((side, type) =>
  guest(
    `${side}: trailers are added to a body that waited for its paused headers`,
    [
      ...[`${side}_headers return 4`, `${side}_headers set_tick_period_milliseconds 300`],
      ...["tick set_tick_period_milliseconds 0", "tick set_effective_context $stream"],
      ...[`tick continue_stream ${type}`, `${side}_body:end add_header_map_value ${2 * type + 1} "x-added "1`],
      `${side}_trailers get_header_map_pairs ${2 * type + 1} %`,
    ],
    { steps: Object.values(REQUESTS).map(request) },
  ),
);

const headers: Scenario[] = [
  guest(
    "a plugin sees a response's hop-by-hop headers, the client does not",
    ["response_headers|log get_header_map_pairs 2 %"],
    {
      clusters: {
        upstream: {
          headers: [
            ["connection", "keep-alive, x-hop"],
            ["keep-alive", "timeout=5"],
            ["proxy-connection", "keep-alive"],
            ["upgrade", "h2c"],
            ["x-hop", "1"],
            ["te", "trailers"],
          ],
          chunks: ["body"],
        },
      },
    },
  ),
  guest(
    "trailers are added to messages without trailers",
    [
      'request_body:end add_header_map_value 1 "x-added "1',
      'response_body:end add_header_map_value 3 "x-added "1',
      "request_trailers get_header_map_pairs 1 %",
      "response_trailers get_header_map_pairs 3 %",
    ],
    { steps: Object.values(REQUESTS).map(request) },
  ),
  guest(
    "trailers cannot be added before the end",
    [
      'request_headers|request_body:more add_header_map_value 1 "x-added "1',
      'response_headers|response_body:more add_header_map_value 3 "x-added "1',
    ],
    { steps: Object.values(REQUESTS).map(request) },
  ),
  ...[":path=/other,:method=PUT,:authority=other,:scheme=http,x-only=1", ":path=/other", "x-only=1", ""].map((pairs) =>
    guest(`request headers are replaced by {${pairs}`, [`request_headers set_header_map_pairs 0 {${pairs}`]),
  ),
  ...[":status=201,x-only=1", ":status=200,:status=201", "x-only=1", ""].map((pairs) =>
    guest(`response headers are replaced by {${pairs}`, [`response_headers set_header_map_pairs 2 {${pairs}`]),
  ),
  ...[
    "\\x00",
    "\\x01\\x00\\x00\\x00",
    "\\xff\\xff\\xff\\xff",
    "\\x01\\x00\\x00\\x00\\x05\\x00\\x00\\x00\\x01\\x00\\x00\\x00ab",
  ].map((bytes) =>
    guest(
      `trailers are replaced by bytes that are not header pairs: ${bytes}`,
      [`request_trailers set_header_map_pairs 1 "${bytes}`, "request_trailers get_header_map_pairs 1 %"],
      { steps: [request(everything)] },
    ),
  ),
  ...["204", "304", "100", "199", "600", "999", "0", "-1", "1000"].map((status) =>
    guest(`a local reply with status code ${status}`, [`request_headers send_local_response ${status} " "body { -1`]),
  ),
  ...["request_headers", "request_body", "response_headers"].flatMap((phase) =>
    [":status=299", ":Status=201,x-own=1,:status=abc", ":path=/x,:foo=1", "content-length=99", "connection=close"].map(
      (pairs) =>
        guest(
          `a local reply in ${phase} with {${pairs}`,
          [
            `${phase} send_local_response 403 " "body {${pairs} -1`,
            "response_headers get_header_map_pairs 2 %",
            'log get_property "response\\0code %',
          ],
          { steps: [request({ body: "abc" })] },
        ),
    ),
  ),
  ...[":method", ":path", ":authority", ":scheme", "host"].map((name) =>
    guest(`a request without ${name}`, [
      `request_headers remove_header_map_value 0 "${name}`,
      "request_headers get_header_map_pairs 0 %",
    ]),
  ),
  guest(
    "trailers with repeated names",
    ["request_trailers get_header_map_pairs 1 %", "response_trailers get_header_map_pairs 3 %"],
    {
      steps: [
        request({
          chunks: ["a"],
          trailers: TWICE,
          headers: [["x-answer", JSON.stringify({ chunks: ["b"], trailers: TWICE })]],
        }),
      ],
    },
  ),
  ...["abc", "0", "1", "99", "200", "2000", "", "204"].map((status) =>
    guest(`a response with :status ${status}`, [`response_headers replace_header_map_value 2 ":status "${status}`], {
      clusters: { upstream: { body: "b" } },
    }),
  ),
  ...[
    "content-length",
    "transfer-encoding",
    "connection",
    "date",
    "server",
    "content-type",
    "x-envoy-upstream-service-time",
  ].map((name) =>
    guest(`a plugin sets the response's ${name}`, [
      `response_headers replace_header_map_value 2 "${name} "7`,
      `response_headers add_header_map_value 2 "${name} "8`,
      "response_headers get_header_map_pairs 2 %",
    ]),
  ),
  ...[
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "x-request-id",
    "x-forwarded-for",
    "x-forwarded-proto",
    "expect",
  ].map((name) =>
    guest(`a plugin sets the request's ${name}`, [
      `request_headers replace_header_map_value 0 "${name} "7`,
      "request_headers get_header_map_pairs 0 %",
    ]),
  ),
];

const scenarios: Scenario[] = [...writes, ...late, ...headers];

export default scenarios;
