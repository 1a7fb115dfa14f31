import type { DirectResponse } from "../../../sdk/envoy/index.js";
import { guest, request } from "../guest.js";

// Direct responses of routes. Some of them have a location header that depends on the request.

const RESPONSES: readonly DirectResponse[] = [
  { status: 200, body: "a" },
  { status: 201, body: "a" },
  { status: 201 },
  { status: 301 },
  { status: 304 },
  { status: 308, body: "a", headers: [["x-a", "1"]] },
  { status: 399 },
  { status: 400 },
  { status: 201, headers: [["location", "/mine"]] },
  {
    status: 302,
    headers: [
      ["Location", "/one"],
      ["location", "/two"],
    ],
  },
];

const READ = ["response_headers get_header_map_pairs 2 %"];

const scenarios = [
  ...RESPONSES.map((directResponse, index) =>
    guest(`${index + 1}: ${JSON.stringify(directResponse)}`, READ, {
      routes: [{ name: "direct", prefix: "/", directResponse }],
      steps: [
        request({ target: "/a/b?c=d", headers: [["host", "h.example:8080"]] }),
        request({ target: "http://other.example/x", method: "HEAD" }),
      ],
    }),
  ),
  guest(
    "after path, authority and scheme have changed",
    [
      'request_headers replace_header_map_value 0 ":path "/new?x',
      'request_headers replace_header_map_value 0 ":authority "new.example',
      'request_headers replace_header_map_value 0 ":scheme "https',
      ...READ,
    ],
    { routes: [{ prefix: "/", directResponse: { status: 201 } }] },
  ),
  guest(
    "after the path was removed, so that no route matches",
    ['request_headers remove_header_map_value 0 ":path', ...READ],
    {
      routes: [{ prefix: "/", directResponse: { status: 201 } }],
    },
  ),
  ...["request_headers", "response_headers"].map((phase) =>
    guest(
      `a local reply of 400 in ${phase}, and the next request`,
      [...READ, `${phase} send_local_response 400 " "no { -1`],
      {
        routes: [{ prefix: "/", cluster: "upstream" }],
        oneConnection: true,
        steps: [request()],
      },
    ),
  ),
];

export default scenarios;
