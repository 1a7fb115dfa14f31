import type { RequestStep, Scenario } from "../../scenarios/scenario.js";
import { guest, request } from "../guest.js";

// Local replies to different requests, and after a plugin has changed the request.

const GRPC = ["content-type", "application/grpc"] as const;
const REQUESTS: Readonly<Record<string, Omit<RequestStep, "expect">>> = {
  HEAD: { method: "HEAD" },
  GET: {},
  POST: { body: "ab" },
  gRPC: { method: "POST", headers: [GRPC] },
  "gRPC with a suffix": { method: "POST", headers: [["content-type", "application/grpc+proto"]] },
  "gRPC-Web": { method: "POST", headers: [["content-type", "application/grpc-web"]] },
  "gRPC by HEAD": { method: "HEAD", headers: [GRPC] },
};
const steps = Object.values(REQUESTS).map((one) => request(one));

const set = (name: string, value: string) => `replace_header_map_value 0 "${name} "${value}`;
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  "that stays as it is": [],
  "that becomes HEAD": [set(":method", "HEAD")],
  "that becomes GET": [set(":method", "GET")],
  "that becomes POST": [set(":method", "POST")],
  "that loses its method": ['remove_header_map_value 0 ":method'],
  "that becomes gRPC": [set("content-type", "application/grpc")],
  "that becomes gRPC by HEAD": [set("content-type", "application/grpc"), set(":method", "HEAD")],
  "that becomes text": [set("content-type", "text/plain")],
  "that loses its content type": ['remove_header_map_value 0 "content-type'],
};

const REPLIES: Readonly<Record<string, readonly string[]>> = {
  "a reply to a request": ['request_headers send_local_response 403 " "no { -1'],
  "a reply to a request, from the response": ['response_headers send_local_response 403 " "no { -1'],
  "a reply without a body to a request": ['request_headers send_local_response 403 " " { -1'],
  "a reply with a gRPC status to a request": ['request_headers send_local_response 403 " "no { 3'],
  "a reply with gRPC headers to a request": [
    'request_headers send_local_response 403 " "no {grpc-status=5,grpc-message=x,content-type=text/html -1',
  ],
};
const READS = ["response_headers get_header_map_pairs 2 %", 'log get_property "response\\0grpc_status %'];

const changed = Object.entries(CHANGES).flatMap(([change, lines]) => [
  ...Object.entries(REPLIES).map(([reply, more]) =>
    guest(`${reply} ${change}`, [...lines.map((line) => `request_headers ${line}`), ...more, ...READS], { steps }),
  ),
  guest(`a dead upstream for a request ${change}`, [...lines.map((line) => `request_headers ${line}`), ...READS], {
    steps,
    clusters: { gone: "dead" },
    routes: [{ prefix: "/", cluster: "gone" }],
  }),
]);

/** Calls without a response: the gateway makes a local reply, for gRPC calls with a gRPC status. */
const FAILING = { dead: "gone", slow: "slow", broken: "broken" } as const;
const calls = Object.entries(FAILING).flatMap(([how, cluster]) =>
  ["GET", "HEAD"].flatMap((method) =>
    ["", "application/grpc", "application/grpc+proto", "application/grpc-web", "text/plain"].map((type) =>
      guest(
        `a call by ${method} ${type === "" ? "" : `of ${type} `}to an upstream that is ${how}`,
        [
          `request_headers http_call "${cluster} {:method=${method},:path=/,:authority=a${type === "" ? "" : `,content-type=${type}`} " { 150 _`,
          ...["request_headers return 4", "call get_status # %", "call get_header_map_pairs 6 %"],
          ...["call get_buffer_bytes 4 0 1000 %", "call set_effective_context $stream", "call continue_stream 0"],
        ],
        { clusters: { gone: "dead", slow: { hang: true }, broken: { reset: true } } },
      ),
    ),
  ),
);

const STATUSES = [
  ...["\\x20200", "200\\x20", "\\x09200\\x0d", "\\x0b200", "+200", "\\x20+200\\x20", "0200", "000000000000000000200"],
  ...["++200", "-200", "200.0", "2e2", "0x200", "200a", "20\\x200", "\\xa0200", "abc", "", "+", "\\x20"],
];
const statuses = guest(
  "status codes that a plugin can write",
  [
    ...STATUSES.map((status, index) => `response_headers:${index + 1} replace_header_map_value 2 ":status "${status}`),
    `response_headers:${STATUSES.length + 1} remove_header_map_value 2 ":status`,
    ...['log get_property "response\\0code_details %', 'log get_property "response\\0code %'],
    ...['log get_property "response\\0flags %', 'log get_header_map_value 2 ":status %'],
  ],
  { steps: [...STATUSES, ""].map(() => request()) },
);
const noStatus = guest(
  "a response without a status code, to each request",
  ['response_headers remove_header_map_value 2 ":status', 'log get_property "response\\0code_details %'],
  { steps },
);

const METHODS: Readonly<Record<string, readonly string[]>> = {
  "with its path": [],
  "without a path": ['remove_header_map_value 0 ":path'],
  "without a host": ['remove_header_map_value 0 ":authority'],
};
const connects = Object.entries(METHODS).map(([how, lines]) =>
  guest(
    `a request that becomes CONNECT ${how}`,
    [
      'request_headers replace_header_map_value 0 ":method "CONNECT',
      ...lines.map((line) => `request_headers ${line}`),
      'log get_property "response\\0code_details %',
    ],
    { steps: [request(), request({ body: "ab" })] },
  ),
);
const connectCalls = guest(
  "a call by CONNECT",
  [
    'request_headers http_call "cold-connect {:method=CONNECT,:path=/,:authority=a " { 300 _',
    ...["request_headers return 4", "call get_header_map_pairs 6 %", "call get_buffer_bytes 4 0 100 %"],
    ...["call set_effective_context $stream", "call continue_stream 0"],
  ],
  { clusters: { "cold-connect": {} } },
);

const PATHS = ["?q=1", "a", "", "a/b?c", "*", "//", "http://x/y", "/"];
const paths = ["", "/", "a"].map((prefix) =>
  guest(
    `paths on a route with the prefix "${prefix}"`,
    [
      ...PATHS.map((path, index) => `request_headers:${index + 1} replace_header_map_value 0 ":path "${path}`),
      `request_headers:${PATHS.length + 1} remove_header_map_value 0 ":path`,
      'log get_property "response\\0code_details %',
    ],
    { routes: [{ name: "r", prefix, cluster: "upstream" }], steps: [...PATHS, ""].map(() => request()) },
  ),
);

const scenarios: Scenario[] = [...changed, ...calls, statuses, noStatus, ...connects, connectCalls, ...paths];

export default scenarios;
