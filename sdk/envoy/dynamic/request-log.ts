import { StringDecoder } from "node:string_decoder";
import type { ListenerSpec } from "../../spec/gateway-spec.js";
import type { RequestLine } from "../../spec/request-line.js";

/** The filter that sent a local reply. */
const OWNER = "envoy.filters.network.http_connection_manager.local_reply_owner";
/** Names of Envoy's own filters. A direct response of a route comes from the router. */
const OWN_FILTER = /^envoy\.filters\./;
/** Requests that are remembered at most: those in flight. */
const MOST_IN_FLIGHT = 100_000;

/**
 * The fields of the connection manager for an access log that writes two lines of JSON to Envoy's standard output for
 * each request: the first before plugins change the headers, the second at the end.
 */
export function requestAccessLog({ name }: ListenerSpec): { log: object; options: object } {
  const json_format = {
    event: "%ACCESS_LOG_TYPE%",
    connection: "%CONNECTION_ID%",
    start: "%START_TIME(%s.%9f)%",
    listener: name.replaceAll("%", "%%"),
    method: "%REQ(:METHOD)%",
    authority: "%REQ(:AUTHORITY)%",
    path: "%REQ(:PATH)%",
    route: "%ROUTE_NAME%",
    status: "%RESPONSE_CODE%",
    duration: "%DURATION%",
    microseconds: "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%",
    owner: `%FILTER_STATE(${OWNER}:PLAIN)%`,
    details: "%RESPONSE_CODE_DETAILS%",
  };
  const type = "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";
  return {
    log: { name: "envoy.access_loggers.stdout", typed_config: { "@type": type, log_format: { json_format } } },
    options: { flush_access_log_on_new_request: true },
  };
}

/** The values of a line. Missing values are null. */
type Line = Record<"listener" | "method" | "authority" | "path" | "route" | "owner" | "details", string | null> &
  Record<"status" | "duration" | "microseconds", number | null> & { event: string; connection: number; start: string };

/** Turns Envoy's standard output into request lines. */
export class RequestLines {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";
  /** The first lines of requests in flight. */
  private readonly begun = new Map<string, Line>();

  constructor(private readonly onRequest: (line: RequestLine) => void) {}

  add(output: Buffer): void {
    const lines = (this.rest + this.decoder.write(output)).split("\n");
    this.rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("{")) this.addLine(JSON.parse(line) as Line);
  }

  private addLine(line: Line): void {
    const key = `${line.connection} ${line.start}`;
    if (line.event === "DownstreamStart") {
      if (this.begun.size < MOST_IN_FLIGHT) this.begun.set(key, line);
      return;
    }
    // Envoy writes only the second line for a request that it rejects itself.
    const { method, authority, path } = this.begun.get(key) ?? line;
    this.begun.delete(key);
    const { owner } = line;
    this.onRequest({
      listener: line.listener ?? "",
      ...{ method: method ?? "", authority: authority ?? "", path: path ?? "" },
      route: line.route ?? "",
      status: line.status ?? 0,
      ms: line.microseconds === null ? (line.duration ?? 0) : line.microseconds / 1000,
      ...(owner && !OWN_FILTER.test(owner) ? { plugin: owner } : {}),
      details: line.details ?? "",
    });
  }
}
