import type { RouteSpec } from "../spec/gateway-spec.js";
import { re2 } from "../spec/re2.js";
import { byteString, readableText, type HeaderMap } from "../host/index.js";
import { changeHeaders } from "./header-changes.js";
import { replace } from "./replace.js";
import type { Route } from "./routes.js";

/**
 * Changes a request for its upstream: headers, host and path, as the route asks for.
 *
 * @param isSilent the upstream does not get the original host and path
 */
export function rewriteRequest(map: HeaderMap, { spec, clusterChanges }: Route, isSilent: boolean): void {
  changeHeaders(map, clusterChanges?.requestHeaders);
  changeHeaders(map, spec.requestHeaders);
  if (spec.hostRewrite !== undefined) {
    const host = map.get(":authority");
    if (!isSilent && host !== undefined) replace(map, "x-envoy-original-host", host);
    map.set(":authority", byteString(spec.hostRewrite));
  }
  rewritePath(map, spec, spec.prefixRewrite, isSilent);
}

/** Replaces the matched part of the path, or each match of the route's regular expression. */
export function rewritePath(
  map: HeaderMap,
  spec: RouteSpec,
  prefixRewrite: string | undefined,
  isSilent: boolean,
): void {
  const target = map.get(":path");
  if (target === undefined || (prefixRewrite === undefined && !spec.regexRewrite)) return;
  if (!isSilent) replace(map, "x-envoy-original-path", target);
  const [path = ""] = target.split("?", 1);
  if (prefixRewrite !== undefined) {
    const matched = spec.path ?? spec.pathSeparatedPrefix ?? spec.prefix;
    const rest = target.slice(matched === undefined ? path.length : byteString(matched).length);
    map.set(":path", byteString(prefixRewrite) + rest);
  } else {
    const { pattern, substitution } = spec.regexRewrite!;
    const changed = byteString(re2(pattern).replaceAll(readableText(path), substitution));
    map.set(":path", changed + target.slice(path.length));
  }
}
