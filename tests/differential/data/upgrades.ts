import { guest, request } from "../guest.js";

// Upgrades that the gateway does not do: no hook sees such a request, but plugins learn that it is over.

const upgrade = (protocol: string) =>
  [
    ["connection", "upgrade"],
    ["upgrade", protocol],
  ] as const;

const READ = ["request_headers|response_headers get_header_map_pairs 0 %", "log get_property response.code %"];

const scenarios = [
  guest("a request that asks for one, and the next", READ, {
    steps: [request({ headers: upgrade("websocket") }), request()],
  }),
  guest("one with a body", READ, { steps: [request({ headers: upgrade("websocket"), body: "abc" })] }),
  guest("an unknown one", READ, { steps: [request({ headers: upgrade("other") })] }),
  guest("h2c, which is none", READ, { steps: [request({ headers: upgrade("h2c") })] }),
  guest("CONNECT without a route", READ, { steps: [request({ method: "CONNECT", target: "a.example:443" })] }),
  guest("an answer to CONNECT", [...READ, 'request_headers send_local_response 403 " "no { -1'], {
    steps: [request({ method: "CONNECT", target: "a.example:443" })],
  }),
];

export default scenarios;
