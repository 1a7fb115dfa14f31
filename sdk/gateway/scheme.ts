import type { HeaderMap } from "../host/index.js";

const SCHEME = /^https?$/i;

/** Sets the scheme of a request when a plugin has removed it or set a wrong one: from x-forwarded-proto, or "http". */
export function setScheme(map: HeaderMap): void {
  if (SCHEME.test(map.get(":scheme") ?? "")) return;
  const forwarded = map.get("x-forwarded-proto") ?? "";
  map.set(":scheme", SCHEME.test(forwarded) ? forwarded : "http");
}
