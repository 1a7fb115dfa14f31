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
 * Whether nothing more can come of a response: the upstream has sent its last byte, or there is no upstream.
 *
 * Source: Envoy 1.40, where `response.backend_latency` exists from the last byte of the upstream on.
 */
export function responseHasEnded(stream: u32): bool {
  return (
    readProperty(stream, ["response", "backend_latency"]).exists() ||
    readProperty(stream, ["response", "code_details"]).string() != "via_upstream"
  );
}
