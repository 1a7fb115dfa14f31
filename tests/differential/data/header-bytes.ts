import type { Scenario } from "../../scenarios/scenario.js";
import { everything, guest, request } from "../guest.js";

// Plugins put unusual bytes into names and values of headers, at different places. Bytes that would end a line must not
// reach an upstream.

const BYTES = [..."\r\n\0\x01\b\t\v\f\x1b\x1f\x7f\x80\xe9", ...' "\\(),/:;<=>?@[]{}!#$%&*+-.^_`|~'].map(
  (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
);

const PLACES: Readonly<Record<string, (byte: string) => string>> = {
  "the middle of a value": (byte) => `add_header_map_value 0 "x-a "a${byte}b`,
  "the start of a value": (byte) => `add_header_map_value 0 "x-a "${byte}b`,
  "the end of a value": (byte) => `add_header_map_value 0 "x-a "a${byte}`,
  "a name": (byte) => `add_header_map_value 0 "x${byte}a "b`,
  "a pseudo-header's name": (byte) => `add_header_map_value 0 ":x${byte}a "b`,
  ":path": (byte) => `replace_header_map_value 0 ":path "/a${byte}b`,
  ":method": (byte) => `replace_header_map_value 0 ":method "GE${byte}T`,
  ":authority": (byte) => `replace_header_map_value 0 ":authority "a${byte}b`,
  ":scheme": (byte) => `replace_header_map_value 0 ":scheme "http${byte}`,
  "x-forwarded-proto": (byte) => `replace_header_map_value 0 "x-forwarded-proto "http${byte}`,
};

const READS = [
  "response_headers get_header_map_pairs 2 %",
  'log get_property "response\\0code_details %',
  'log get_property "response\\0flags %',
  'log get_property "request\\0scheme %',
];

/** The upstream of the tests cannot read a method with a space or a tab. */
const isReadable = (place: string, byte: string) => place !== ":method" || !["\\x20", "\\x09"].includes(byte);

const requests = Object.entries(PLACES).map(([place, call]) => {
  const bytes = BYTES.filter((byte) => isReadable(place, byte));
  return guest(
    `a request with unusual bytes in ${place}`,
    [...bytes.map((byte, index) => `request_headers:${index + 1} ${call(byte)}`), ...READS],
    { steps: bytes.map(() => request()) },
  );
});

/** Each call has a cluster of its own, so that the scenario decides whether there is a connection already. */
const CALL_PLACES: Readonly<Record<string, (byte: string) => string>> = {
  value: (byte) => `:method=GET,:path=/,:authority=a,x-a=b${byte}c`,
  name: (byte) => `:method=GET,:path=/,:authority=a,x${byte}a=b`,
  path: (byte) => `:method=GET,:path=/a${byte}b,:authority=a`,
  method: (byte) => `:method=GE${byte}T,:path=/,:authority=a`,
  authority: (byte) => `:method=GET,:path=/,:authority=a${byte}b`,
};
const ON_RESULT = [
  "call get_header_map_pairs 6 %",
  "call get_buffer_bytes 4 0 1000 %",
  "call set_effective_context $stream",
  "call continue_stream 0",
];
const CUTTING = ["\\x0d", "\\x0a", "\\x00", "\\x0d\\x0aX:\\x20y", "\\x7f"];

const calls = Object.entries(CALL_PLACES).flatMap(([place, pairs]) => {
  const make = (cluster: string, turn: number, text: string) =>
    `request_headers:${turn} http_call "${cluster} {${text} "body { 500 _`;
  const [cold, warm] = [`cold-${place}`, `warm-${place}`];
  return [
    guest(
      `a call with bytes that end a line in its ${place}, on a new connection`,
      [
        ...CUTTING.map((byte, index) => make(cold, index + 1, pairs(byte))),
        ...["request_headers return 4", ...ON_RESULT],
      ],
      { clusters: { [cold]: {} }, steps: CUTTING.map(() => request()) },
    ),
    ...CUTTING.map((byte, index) =>
      guest(
        `a call with bytes that end a line in its ${place}, on an open connection, ${index + 1}`,
        [
          ...[make(`${warm}-${index}`, 1, pairs("a")), "request_headers:1 return 4", ...ON_RESULT],
          make(`${warm}-${index}`, 2, pairs(byte)),
        ],
        { clusters: { [`${warm}-${index}`]: {} }, steps: [request(), request()] },
      ),
    ),
  ];
});

const ORDERS: Readonly<Record<string, readonly string[]>> = {
  "two values": ['add_header_map_value 0 "x-a "b\\n', 'add_header_map_value 0 "x-b "b\\n'],
  "a value, and the path": ['add_header_map_value 0 "x-a "b\\n', 'replace_header_map_value 0 ":path "/\\n'],
  "a value, without a method": ['add_header_map_value 0 "x-a "b\\n', 'remove_header_map_value 0 ":method'],
  "a value, without a host": ['add_header_map_value 0 "x-a "b\\n', 'remove_header_map_value 0 ":authority'],
  "a name and its value": ['add_header_map_value 0 "x\\x20a "b\\n'],
  "an empty name": ['add_header_map_value 0 " "b\\n'],
  "a name of one colon": ['add_header_map_value 0 ": "b'],
  "all headers at once": [
    "set_header_map_pairs 0 {:path=/x,:method=GET,:authority=a,:scheme=http,x-forwarded-proto=http,x-a=b\\nc",
  ],
};

const orders = Object.entries(ORDERS).map(([name, lines]) =>
  guest(`a request with unusual bytes in ${name}`, [...lines.map((line) => `request_headers ${line}`), ...READS], {
    steps: [
      request(),
      request({ method: "HEAD" }),
      request({ body: "abc" }),
      request({ headers: [["content-type", "application/grpc"]], body: "" }),
    ],
  }),
);

const others: Scenario[] = [
  // The order of the property's entries varies: only the number of bytes is compared.
  guest(
    "the property of all headers lists a name once",
    [
      'request_headers|log get_property "request\\0headers __',
      'response_headers|log get_property "response\\0headers __',
    ],
    { steps: [request(everything)] },
  ),
  guest(
    "unusual bytes in headers that can no longer be changed",
    ["request_headers return 1", 'request_body:end add_header_map_value 0 "x-a "b\\n', ...READS],
    { allowOnHeadersStopIteration: true, steps: [request(everything)] },
  ),
  guest(
    "unusual bytes in a request to a dead upstream",
    ['request_headers add_header_map_value 0 "x-a "b\\n', ...READS],
    {
      ...{ clusters: { gone: "dead" }, routes: [{ prefix: "/", cluster: "gone" }] },
    },
  ),
  guest(
    "a request after one that could not be sent",
    ['request_headers:1 add_header_map_value 0 "x-a "b\\n', ...READS],
    { oneConnection: true, steps: [request(), request()] },
  ),
  guest(
    "an invalid scheme becomes http",
    [
      'request_headers:1 replace_header_map_value 0 ":scheme "ftp',
      'request_headers:2 remove_header_map_value 0 ":scheme',
      'request_headers:3 replace_header_map_value 0 ":scheme "HTTPS',
      'request_headers:4 replace_header_map_value 0 "x-forwarded-proto "https',
      'request_headers:4 remove_header_map_value 0 ":scheme',
      'log get_property "request\\0scheme %',
      'log get_header_map_value 0 ":scheme %',
    ],
    { steps: [request(), request(), request(), request()] },
  ),
];

const scenarios: Scenario[] = [...requests, ...calls, ...orders, ...others];

export default scenarios;
