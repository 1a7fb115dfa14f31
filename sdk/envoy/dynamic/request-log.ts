import { StringDecoder } from "node:string_decoder";
import type { ListenerSpec } from "../../spec/gateway-spec.js";
import type { RequestLine } from "../../spec/request-line.js";

const FILE_ACCESS_LOG = "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";
const FILTER_STATE = "type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config";
/** The name of the filter that keeps what the client sent. Plugins may change the headers. */
export const REQUEST_FILTER = "as_proxy_wasm.request";
/** The filter that sent a local reply. */
const OWNER = "envoy.filters.network.http_connection_manager.local_reply_owner";
const KEPT = { method: ":METHOD", authority: ":AUTHORITY", path: ":PATH" } as const;

/** The first filter of a chain. It keeps the method, the authority and the path before plugins change them. */
export function requestFilter(): object {
  const on_request_headers = Object.entries(KEPT).map(([name, header]) => ({
    object_key: `${REQUEST_FILTER}.${name}`,
    factory_key: "envoy.string",
    format_string: { text_format_source: { inline_string: `%REQ(${header})%` }, omit_empty_values: true },
  }));
  return { name: REQUEST_FILTER, typed_config: { "@type": FILTER_STATE, on_request_headers } };
}

/** An access log that writes a line of JSON to Envoy's standard output for each request. */
export function requestAccessLog({ name }: ListenerSpec): object {
  const kept = Object.entries(KEPT).flatMap(([name, header]) => [
    [name, `%FILTER_STATE(${REQUEST_FILTER}.${name}:PLAIN)%`],
    // For requests that Envoy rejects before the first filter.
    [`${name}_at_end`, `%REQ(${header})%`],
  ]);
  const json_format = {
    listener: name.replaceAll("%", "%%"),
    ...(Object.fromEntries(kept) as object),
    route: "%ROUTE_NAME%",
    status: "%RESPONSE_CODE%",
    duration: "%DURATION%",
    microseconds: "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%",
    owner: `%FILTER_STATE(${OWNER}:PLAIN)%`,
    details: "%RESPONSE_CODE_DETAILS%",
  };
  return {
    name: "envoy.access_loggers.stdout",
    typed_config: { "@type": FILE_ACCESS_LOG, log_format: { json_format } },
  };
}

/** The values of a line. Missing values are null. */
type Line = Record<
  "listener" | "method" | "authority" | "path" | "method_at_end" | "authority_at_end" | "path_at_end",
  string | null
> &
  Record<"route" | "owner" | "details", string | null> &
  Record<"status" | "duration" | "microseconds", number | null>;

/** Names of Envoy's own filters. A direct response of a route comes from the router. */
const OWN_FILTER = /^envoy\.filters\./;

/** Turns Envoy's standard output into request lines. */
export class RequestLines {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  constructor(private readonly onRequest: (line: RequestLine) => void) {}

  add(output: Buffer): void {
    const lines = (this.rest + this.decoder.write(output)).split("\n");
    this.rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith("{")) this.onRequest(this.requestLine(JSON.parse(line) as Line));
    }
  }

  private requestLine(line: Line): RequestLine {
    const listener = line.listener ?? "";
    const { owner } = line;
    return {
      listener,
      method: line.method ?? line.method_at_end ?? "",
      authority: line.authority ?? line.authority_at_end ?? "",
      path: line.path ?? line.path_at_end ?? "",
      route: line.route ?? "",
      status: line.status ?? 0,
      ms: typeof line.microseconds === "number" ? line.microseconds / 1000 : (line.duration ?? 0),
      ...(owner && !OWN_FILTER.test(owner) ? { plugin: owner } : {}),
      details: line.details ?? "",
    };
  }
}
