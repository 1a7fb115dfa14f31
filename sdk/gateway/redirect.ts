import type { HeaderMap } from "../host/index.js";
import { valuesOf } from "./http1/framing.js";
import type { Head } from "./http1/message.js";
import { replace } from "./replace.js";

const REDIRECT = 302;
const TARGET = /^(?<scheme>https?):\/\/(?<authority>[^/?#]+)(?<path>\/[^#]*)?(?:#|$)/i;

/**
 * Leads a request where a response redirects it to, as Envoy's router does.
 *
 * @returns its headers as they were, to undo it; undefined where nothing was changed, because the response is no redirect
 * that can be followed: of another status, without an absolute URL, or to another scheme
 */
export function follow(map: HeaderMap, { status, headers }: Head): readonly (readonly [string, string])[] | undefined {
  if (status !== REDIRECT) return undefined;
  const { scheme, authority, path = "/" } = TARGET.exec(valuesOf(headers, "location")[0] ?? "")?.groups ?? {};
  if (scheme === undefined || authority === undefined) return undefined;
  const before = [...map.entries()];
  const current = map.get(":scheme") ?? "http";
  if (scheme.toLowerCase() !== current) return undefined;
  replace(map, "x-envoy-original-url", `${current}://${map.get(":authority") ?? ""}${map.get(":path") ?? ""}`);
  map.set(":authority", authority);
  map.set(":path", path);
  return before;
}
