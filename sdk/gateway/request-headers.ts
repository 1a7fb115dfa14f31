import { randomUUID } from "node:crypto";
import { HeaderMap, type Pair } from "../host/index.js";
import { HttpError } from "./http1/error.js";
import { hasWord } from "./http1/framing.js";
import type { Head } from "./http1/parser.js";

/** The characters that Envoy takes in a host. */
const AUTHORITY = /^[!$-.0-;=@-[\]_a-z~]*$/;
/** What is between two neighbours only. */
export const HOP = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings"];
/** What only a gateway inside may say to Envoy, so that it takes them from requests of others. */
const INTERNAL = [
  ...["x-envoy-force-trace", "x-envoy-internal", "x-envoy-ip-tags", "x-envoy-max-retries", "x-envoy-original-url"],
  ...["x-envoy-retriable-header-names", "x-envoy-retriable-status-codes", "x-envoy-retry-grpc-on", "x-envoy-retry-on"],
  ...["x-envoy-upstream-alt-stat-name", "x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-upstream-rq-timeout-ms"],
  ...["x-envoy-upstream-rq-timeout-alt-response", "x-envoy-upstream-stream-duration-ms"],
  ...["x-envoy-hedge-on-per-try-timeout", "x-envoy-expected-rq-timeout-ms", "x-forwarded-client-cert"],
];

/**
 * The headers of a request as filters see them: pseudo-headers from its first line, without what concerns the connection
 * only, with an id.
 *
 * @param upgrade the protocol that the request switches to, if the gateway allows it
 * @throws HttpError for a request without a host, or a target that is none
 */
export function requestHeaders(head: Head, upgrade: string | undefined): HeaderMap {
  const map = new HeaderMap("request");
  const takesTrailers = hasWord(head.headers, "te", "trailers");
  for (const [name, value] of withoutHop(head.headers)) {
    if (name.toLowerCase() !== "te") map.add(name, value);
    // Of what a client can do only this is passed on.
    else if (takesTrailers && !map.has("te")) map.add("te", "trailers");
  }
  const target = targetOf(head);
  if (target.authority !== undefined) map.set(":authority", target.authority);
  const authority = map.get(":authority");
  if (authority === undefined) throw new HttpError(400, "there is no host", false);
  if (!AUTHORITY.test(authority)) throw new HttpError(400, `the host is ${JSON.stringify(authority)}`);
  if (target.path !== undefined) map.set(":path", target.path);
  map.set(":method", head.method);
  map.set(":scheme", "http");
  if (upgrade !== undefined) {
    map.set("connection", "upgrade");
    map.set("upgrade", upgrade);
  }
  if (hasWord(head.headers, "expect", "100-continue")) map.remove("expect");
  for (const name of INTERNAL) map.remove(name);
  if (!map.has("x-forwarded-proto")) map.add("x-forwarded-proto", "http");
  if (!map.has("x-request-id")) map.add("x-request-id", randomUUID());
  return map;
}

/** A request's headers without those that end here: some by name, others because `connection` names them. */
function withoutHop(headers: readonly Pair[]): Pair[] {
  const named = headers
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((word) => word.trim().toLowerCase()));
  const gone = new Set([...HOP, ...named.filter((name) => name !== "te" && name !== "host")]);
  return headers.filter(([name]) => !gone.has(name.toLowerCase()));
}

function targetOf({ method, target }: Head): { path?: string; authority?: string } {
  if (method === "CONNECT") return { authority: target };
  if (target.includes("#")) throw new HttpError(400, "the target has a fragment", false);
  if (target.startsWith("/") || (target === "*" && method === "OPTIONS")) return { path: target };
  const absolute = /^https?:\/\/([^/?]+)(.*)$/i.exec(target);
  if (!absolute) throw new HttpError(400, `the target is ${JSON.stringify(target)}`);
  const [, authority, rest] = absolute as unknown as [string, string, string];
  return { authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}
