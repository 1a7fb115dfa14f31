import type { HeaderMap } from "../host/index.js";

const SCHEME = /^https?$/i;

/** Gives a request a scheme where a plugin has left none, or one that is none: as its client's proxy says, or "http". */
export function setScheme(map: HeaderMap): void {
  if (SCHEME.test(map.get(":scheme") ?? "")) return;
  const forwarded = map.get("x-forwarded-proto") ?? "";
  map.set(":scheme", SCHEME.test(forwarded) ? forwarded : "http");
}
