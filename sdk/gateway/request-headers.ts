import { HeaderMap, type Pair } from "../host/index.js";
import { HttpError } from "./http1/error.js";
import { valuesOf } from "./http1/framing.js";
import type { Head } from "./http1/message.js";
import { replace } from "./replace.js";

/** The characters that Envoy accepts in a host. */
const AUTHORITY = /^[!$-.0-;=@-[\]_a-z~]*$/;
const ABSOLUTE =
  /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:[\w.!~*'()%;:&=+$,-]*@)?(?<authority>(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?<port>\d+))?)(?<rest>[/?#][!-~]*)?$/i;
const WITH_PORT = /^(?<authority>(?:[a-z0-9.-]+|\[[0-9a-f:.]+\]):(?<port>\d+))$/i;
/** Envoy rejects a `connection` header with this many names. */
const MOST_NAMED = 10;
/** Headers for one connection only. They are not forwarded. */
export const HOP = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/**
 * The headers of an HTTP/1 request for the filter chain: pseudo-headers from the first line, and no headers for the
 * connection only. `Edge` adds the gateway's own headers.
 *
 * @param upgrade the protocol that the request switches to, if the gateway allows the switch
 * @throws HttpError for a missing or wrong host, and for a target that is neither a path nor a URL
 */
export function requestHeaders(head: Head, upgrade: string | undefined): HeaderMap {
  const map = new HeaderMap("request");
  for (const [name, value] of withoutHop(head.headers)) map.add(name, value);
  sanitize(map);
  const target = targetOf(head);
  if (target.authority !== undefined) map.set(":authority", target.authority);
  checkAuthority(map);
  if (target.scheme !== undefined) map.set(":scheme", target.scheme);
  if (target.path !== undefined) map.set(":path", target.path);
  map.set(":method", head.method);
  checkMethod(map);
  if (upgrade !== undefined) {
    map.set("connection", "upgrade");
    map.set("upgrade", upgrade);
  }
  if (expectsContinue(head.headers)) map.remove("expect");
  return map;
}

/** Removes headers that Envoy does not accept from clients. */
export function sanitize(map: HeaderMap): void {
  const te = map.get("te");
  // Envoy forwards only this word of the header.
  if (te?.split(",").some((word) => word.trim() === "trailers")) replace(map, "te", "trailers");
  else if (te) map.remove("te");
  if (!isReferer(map.get("referer") ?? "")) map.remove("referer");
}

/** @throws HttpError for a missing or wrong host */
export function checkAuthority(map: HeaderMap): void {
  const authority = map.get(":authority");
  if (authority === undefined) throw new HttpError(400, "the host is missing", "missing_host_header");
  if (!AUTHORITY.test(authority)) {
    throw new HttpError(400, `the host ${JSON.stringify(authority)} is not valid`, "http.invalid_authority");
  }
}

/** @throws HttpError for QUERY without a content type */
export function checkMethod(map: HeaderMap): void {
  if (map.get(":method") === "QUERY" && !map.has("content-type")) {
    throw new HttpError(400, "QUERY has no content-type", "query_missing_content_type");
  }
}

/** Whether a client sends its body only after a response with status 100. */
export function expectsContinue(headers: readonly Pair[]): boolean {
  const values = valuesOf(headers, "expect").filter((value) => value !== "");
  return values.length === 1 && values[0]!.toLowerCase() === "100-continue";
}

/** A request's headers without those for the connection only: the ones in `HOP`, and those that `connection` names. */
function withoutHop(headers: readonly Pair[]): Pair[] {
  const named = valuesOf(headers, "connection").flatMap((value) =>
    value.split(",").map((word) => word.trim().toLowerCase()),
  );
  const isForged = (name: string) => name.startsWith(":") || /^x-forwarded-(for|host|proto)$/.test(name);
  if (named.length >= MOST_NAMED || named.some(isForged)) {
    throw new HttpError(400, `connection names ${named.join(", ")}`, "http1.connection_header_rejected");
  }
  const kept = ["te", "http2-settings"];
  const removed = new Set([...HOP, ...named.filter((name) => !kept.includes(name))]);
  if (valuesOf(headers, "upgrade").some((value) => value.toLowerCase() === "h2c") && named.includes("upgrade")) {
    removed.add("http2-settings");
  }
  return headers.filter(([name]) => !removed.has(name.toLowerCase()));
}

/** Whether Envoy forwards the value of `referer`: a URL without a user and without a fragment. */
function isReferer(text: string): boolean {
  if (ABSOLUTE.test(text)) return !/#|^[^/]*:\/\/[^/?]*@/.test(text);
  return /^(?:[\w\-.~%!$&'()*+,;=@?]*|[\w\-.~%!$&'()*+,;=@?]*\/[\w\-.~%!$&'()*+,;=@?:/]*)$/.test(text);
}

function targetOf({ method, target }: Head): { path?: string; authority?: string; scheme?: string } {
  if (target.startsWith("/") && method !== "CONNECT") return { path: target };
  // Envoy accepts more behind the asterisk here, and rejects all paths without a slash later.
  if (target.startsWith("*") && method === "OPTIONS") return { path: target };
  const absolute = (method === "CONNECT" ? WITH_PORT : ABSOLUTE).exec(target)?.groups;
  if (!absolute || Number(absolute["port"] ?? 0) > 65535) {
    throw new HttpError(400, `the target ${JSON.stringify(target)} is not valid`, "http1.invalid_url");
  }
  const { scheme = "", authority = "", rest = "" } = absolute;
  if (method === "CONNECT") return { authority };
  if (!/^https?$/i.test(scheme)) {
    throw new HttpError(400, `the target ${JSON.stringify(target)} is not valid`, "http1.invalid_scheme");
  }
  return { scheme: scheme.toLowerCase(), authority, path: rest === "" ? "/" : rest };
}
