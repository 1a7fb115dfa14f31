import { readProperty } from "../proxywasm/property";

// What attributes say of the way of a message through the gateway.

/**
 * Whether the router waits for the headers of a request: some filter still holds them. The router counts an attempt as
 * soon as the headers reach it. A gateway that does not tell is trusted.
 *
 * Source: Envoy 1.40, `Router::Filter::decodeHeaders`.
 */
export function routerLacksHeaders(stream: u32): bool {
  const attempts = readProperty(stream, ["upstream", "request_attempt_count"]);
  return attempts.exists() && attempts.i64() == 0;
}

/**
 * Whether nothing more of a response can come from the upstream: it has sent its last byte, or there is none. Filters
 * between the upstream and the plugin may still hold some of it.
 *
 * Source: Envoy 1.40, where `response.backend_latency` exists from the last byte of the upstream on.
 */
export function responseHasEnded(stream: u32): bool {
  if (readProperty(stream, ["response", "backend_latency"]).exists()) return true;
  const details = readProperty(stream, ["response", "code_details"]);
  return details.exists() && details.string() != "via_upstream";
}
