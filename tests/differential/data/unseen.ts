import { guest, request } from "../guest.js";

// Requests that the gateway rejects before any header callback: plugins get only the last callbacks of the stream. Also
// similar requests that the gateway accepts.

const upgrade = (protocol: string) =>
  [
    ["connection", "upgrade"],
    ["upgrade", protocol],
  ] as const;

const READ = ["request_headers|response_headers get_header_map_pairs 0 %", "log get_property response.code %"];

const scenarios = [
  guest("an upgrade, and the next request", READ, {
    steps: [request({ headers: upgrade("websocket") }), request()],
  }),
  guest("an upgrade with a body", READ, { steps: [request({ headers: upgrade("websocket"), body: "abc" })] }),
  guest("an unknown upgrade", READ, { steps: [request({ headers: upgrade("other") })] }),
  guest("h2c, which is not an upgrade", READ, { steps: [request({ headers: upgrade("h2c") })] }),
  guest("CONNECT without a route", READ, { steps: [request({ method: "CONNECT", target: "a.example:443" })] }),
  guest("a local reply to CONNECT", [...READ, 'request_headers send_local_response 403 " "no { -1'], {
    steps: [request({ method: "CONNECT", target: "a.example:443" })],
  }),
  guest("OPTIONS *, and the next request", READ, { steps: [request({ method: "OPTIONS", target: "*" }), request()] }),
];

export default scenarios;
