import { readProperty } from "../proxywasm/property";

// The state of a message on its way through the gateway, read from the gateway's attributes.

/**
 * Whether another filter still holds the headers of a request back from the router. The router counts an attempt as soon
 * as the headers reach it. False if the gateway does not provide the count.
 *
 * Source: Envoy 1.40, `Router::Filter::decodeHeaders`.
 */
export function routerLacksHeaders(stream: u32): bool {
  const attempts = readProperty(stream, ["upstream", "request_attempt_count"]);
  return attempts.exists() && attempts.i64() == 0;
}

/**
 * Whether the upstream can send no more of a response: it has sent the last byte, or no upstream made the response. Filters
 * between the upstream and the plugin may still hold a part of the response.
 *
 * Source: Envoy 1.40, where `response.backend_latency` exists once the upstream has sent its last byte.
 */
export function responseHasEnded(stream: u32): bool {
  if (readProperty(stream, ["response", "backend_latency"]).exists()) return true;
  const details = readProperty(stream, ["response", "code_details"]);
  return details.exists() && details.string() != "via_upstream";
}
