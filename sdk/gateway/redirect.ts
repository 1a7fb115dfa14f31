import type { HeaderMap } from "../host/index.js";
import { valuesOf } from "./http1/framing.js";
import type { Head } from "./http1/message.js";
import { replace } from "./replace.js";

const REDIRECT = 302;
const TARGET = /^(?<scheme>https?):\/\/(?<authority>[^/?#]+)(?<path>\/[^#]*)?(?:#|$)/i;

/**
 * Changes a request to the target of a redirect, as Envoy's router does.
 *
 * @returns the previous headers, to undo the change; undefined when the response is not a redirect to follow: it has
 *   another status, no absolute URL, or another scheme
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
