import type { RedirectSpec } from "../spec/gateway-spec.js";
import { byteString, type HeaderMap } from "../host/index.js";

/** The URL for the location of a redirect: the request's own, with the parts of the redirect. */
export function redirectUrl(request: HeaderMap, { scheme, host, port, path }: RedirectSpec = {}): string {
  const current = request.get(":scheme") ?? "";
  const nextScheme = byteString(scheme ?? current);
  const nextPort = port === undefined ? "" : `:${port}`;
  const nextHost = host === undefined ? keptHost(request, nextScheme, nextPort) : byteString(host);
  return `${nextScheme}://${nextHost}${nextPort}${nextPath(request.get(":path") ?? "", path)}`;
}

/** The request's host, without its port when the redirect has another, or when it is the old scheme's default. */
function keptHost(request: HeaderMap, nextScheme: string, nextPort: string): string {
  const authority = request.get(":authority") ?? "";
  const [port] = /:[^:\]]*$/.exec(authority) ?? [];
  if (port === undefined) return authority;
  const protocol = request.get("x-forwarded-proto") ?? "";
  const isDefault = port === { http: ":80", https: ":443" }[protocol];
  const drops = nextPort !== "" || (nextScheme !== protocol && isDefault);
  return drops ? authority.slice(0, -port.length) : authority;
}

function nextPath(current: string, path: string | undefined): string {
  if (path === undefined || path === "") return current;
  const query = current.indexOf("?");
  return byteString(path) + (path.includes("?") || query < 0 ? "" : current.slice(query));
}
