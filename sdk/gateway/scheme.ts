import type { HeaderMap } from "../host/index.js";

const SCHEME = /^https?$/i;

export type Scheme = "http" | "https";

/** Sets the scheme of a request without one, or with a wrong one: from x-forwarded-proto, or the scheme of the connection. */
export function setScheme(map: HeaderMap, ofConnection: Scheme = "http"): void {
  if (SCHEME.test(map.get(":scheme") ?? "")) return;
  const forwarded = map.get("x-forwarded-proto") ?? "";
  map.set(":scheme", SCHEME.test(forwarded) ? forwarded : ofConnection);
}
