import type { UpstreamResponse } from "../../support/upstream.js";
import type { Scenario } from "../../scenarios/scenario.js";
import { CUT_MS, everything, guest, request } from "../guest.js";

// HTTP calls to upstreams, and their results.

const CALL = '"auth {:method=GET,:path=/auth,:authority=auth.example " {';
const read = ["# %"].flatMap((status) => [
  `call get_status ${status}`,
  "call get_header_map_pairs 6 %",
  "call get_header_map_pairs 7 %",
  "call get_buffer_bytes 4 0 1000 %",
  'call get_header_map_value 0 "x-a %',
]);
const resume = ["call set_effective_context $stream", 'call get_header_map_value 0 "x-a %', "call continue_stream 0"];
const calling = (how: string, timeout = 1000, phase = "request_headers") => [
  `${phase} http_call ${how} ${timeout} #`,
  `${phase} return ${phase === "request_headers" ? 4 : 1}`,
];

const responses: Readonly<Record<string, UpstreamResponse>> = {
  "an empty response": { status: 204 },
  "a response with trailers": { body: "b", trailers: [["x-t", "1"]] },
  "a response in chunks": { chunks: ["a", "b", "c"], chunkDelayMs: 20 },
  "a response with status code 500": { status: 500, body: "no" },
  "a response with repeated headers": {
    headers: [
      ["x-m", "1"],
      ["x-m", "2"],
      ["set-cookie", "a"],
      ["set-cookie", "b"],
    ],
    body: "b",
  },
  "an incomplete response": { headers: [["content-length", "10"]], body: "short", cut: true },
  "a connection that is reset": { reset: true },
  "no response": { hang: true },
  "a late response": { delayMs: 400, body: "late" },
};

const results = Object.entries(responses).map(([name, response]) =>
  guest(name, [...calling(CALL, 200), ...read, ...resume], { clusters: { auth: response }, steps: [request()] }),
);

const HOW: Readonly<Record<string, string>> = {
  "with a body": '"auth {:method=POST,:path=/auth,:authority=a,content-type=text/plain "body {',
  "with a body and a wrong content-length": '"auth {:method=POST,:path=/,:authority=a,content-length=99 "body {',
  "with trailers": '"auth {:method=POST,:path=/,:authority=a "body {x-t=1',
  "with host": '"auth {:method=GET,:path=/,host=h " {',
  "with many headers": '"auth {:method=GET,:path=/,:authority=a,x-a=1,x-a=2,X-Upper=3,cookie=a,cookie=b " {',
  "with HEAD": '"auth {:method=HEAD,:path=/,:authority=a " {',
  "with a scheme": '"auth {:method=GET,:path=/,:authority=a,:scheme=https " {',
  "with an invalid path": '"auth {:method=GET,:path=nothing,:authority=a " {',
  "with an unknown method": '"auth {:method=foo,:path=/,:authority=a " {',
  "to a dead cluster": '"gone {:method=GET,:path=/,:authority=a " {',
};
const sent = Object.entries(HOW).map(([name, how]) =>
  guest(`a call ${name}`, [...calling(how), ...read, ...resume], { clusters: { auth: { body: "b" }, gone: "dead" } }),
);

const notSent = [
  '"none {:method=GET,:path=/,:authority=a " {',
  '"auth {:path=/,:authority=a " {',
  '"auth {:method=GET,:authority=a " {',
  '"auth {:method=GET,:path=/ " {',
  '"auth "\\x01 " {',
].map((how, index) =>
  guest(`a call that is not sent, ${index + 1}`, [`request_headers http_call ${how} 100 #`], {
    clusters: { auth: {} },
  }),
);

const timeouts = ["0", "2147483647", "-1", "-2147483648"].map((timeout) =>
  guest(
    `a call with timeout ${timeout}`,
    [`request_headers http_call ${CALL} ${timeout} #`, "request_headers return 4", ...read, ...resume],
    {
      clusters: { auth: { body: "b" } },
      steps: [request({ limitMs: 500 })],
    },
  ),
);

const phases = [
  "request_body:end",
  "request_trailers",
  "response_headers",
  "response_body:end",
  "response_trailers",
].map((phase) =>
  guest(
    `the message waits for a call in ${phase}`,
    [
      ...calling(CALL, 500, phase).map((line) =>
        line.replace("response_headers return 1", "response_headers return 4"),
      ),
      ...["call set_effective_context $stream", `call continue_stream ${phase.startsWith("request") ? 0 : 1}`],
    ],
    { clusters: { auth: { body: "b" } }, steps: [request(everything)] },
  ),
);

const withoutPause = [
  "request_body:end",
  "response_headers",
  "response_body:end",
  "response_trailers",
  "log",
  "done",
  "delete",
].map((phase) =>
  guest(
    `a call in ${phase} without a pause`,
    [`${phase} http_call ${CALL} 500 #`, "call set_effective_context $stream", ...read],
    {
      clusters: { auth: { body: "b" } },
      steps: [request(everything)],
    },
  ),
);

const more: Scenario[] = [
  guest(
    "calls to a dead cluster fail in order",
    [1, 2, 3].map(() => `request_headers http_call "gone {:method=GET,:path=/,:authority=a " { 500 #`),
    { clusters: { gone: "dead" } },
  ),
  guest(
    "a call from a timer",
    [
      "request_headers set_tick_period_milliseconds 15",
      "request_headers return 4",
      "tick:1 set_tick_period_milliseconds 0",
      `tick:1 http_call ${CALL} 500 #`,
      ...read,
      ...resume,
    ],
    { clusters: { auth: { body: "b" } } },
  ),
  guest(
    "a call from the callback of a call",
    [
      ...calling(CALL),
      `call:1 http_call ${CALL} 500 #`,
      "call:2 set_effective_context $stream",
      "call:2 continue_stream 0",
    ],
    { clusters: { auth: { body: "b" } } },
  ),
  guest(
    "calls whose stream gets a local reply before they end",
    [
      ...calling(CALL),
      'request_headers send_local_response 403 " "no { -1',
      "call set_effective_context $stream",
      "call continue_stream 0",
    ],
    {
      clusters: { auth: { body: "b", delayMs: 30 } },
      steps: [request(), request({ headers: [["x-answer", '{"delayMs":100}']] })],
    },
  ),
  guest("a call whose client closes the connection", [...calling(CALL, 1000), ...read, ...resume], {
    clusters: { auth: { body: "b", delayMs: 300 } },
    steps: [request({ limitMs: 100 }), request()],
  }),
  guest(
    "a local reply in the callback of a call",
    [...calling(CALL), "call set_effective_context $stream", 'call send_local_response 401 "denied "no {x-d=1 -1'],
    { clusters: { auth: { status: 401 } } },
  ),
  guest(
    "a stream is closed in the callback of a call",
    [...calling(CALL), "call set_effective_context $stream", "call close_stream 0"],
    { clusters: { auth: {} }, steps: [request({ limitMs: CUT_MS })] },
  ),
  guest(
    "a call after the effective context was changed",
    [
      "request_headers set_effective_context $root",
      `request_headers http_call ${CALL} 500 #`,
      "request_headers set_effective_context $id",
      "request_headers return 4",
      ...resume,
    ],
    { clusters: { auth: { body: "b" } } },
  ),
  guest(
    "two calls at the same time",
    [
      `request_headers http_call ${CALL} 500 #`,
      ...calling(CALL),
      ...read,
      "call:2 set_effective_context $stream",
      "call:2 continue_stream 0",
    ],
    { clusters: { auth: { body: "b" } } },
  ),
];

const scenarios: Scenario[] = [...results, ...sent, ...notSent, ...timeouts, ...phases, ...withoutPause, ...more];

export default scenarios;
