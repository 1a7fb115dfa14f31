import { environmentVariable } from "../proxywasm/environment";
import { getProperty, readProperty } from "../proxywasm/property";

// The kind of the gateway, and the state of a message on its way through it, read from the gateway's attributes.

/** 1: the host can hold headers; -1: it cannot; 0: not known yet. */
let holdsHeaders: i32 = 0;

/** Whether the gateway is Higress. No other gateway has the property. */
export function isHigress(context: u32): bool {
  return readProperty(context, ["plugin_vm_memory"]).exists();
}

/** Whether the host calls the body callbacks of a message whose headers it holds. */
export function canHoldHeaders(): bool {
  if (holdsHeaders == 0) {
    const can =
      environmentVariable("ALLOW_ON_HEADERS_STOP_ITERATION") == "true" || getProperty(["plugin_vm_memory"]).exists();
    holdsHeaders = can ? 1 : -1;
  }
  return holdsHeaders > 0;
}

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

/** Whether an upstream has made the response, not a filter or the gateway itself. */
export function isFromUpstream(stream: u32): bool {
  return readProperty(stream, ["response", "code_details"]).string() == "via_upstream";
}
