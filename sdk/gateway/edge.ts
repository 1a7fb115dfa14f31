import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { ListenerSpec } from "../spec/gateway-spec.js";
import type { HeaderMap } from "../host/index.js";
import { replace } from "./replace.js";
import { setScheme, type Scheme } from "./scheme.js";

/** Headers that Envoy accepts from internal gateways only. It removes them from other requests. */
const INTERNAL = [
  ...["x-envoy-force-trace", "x-envoy-internal", "x-envoy-ip-tags", "x-envoy-max-retries", "x-envoy-original-url"],
  ...["x-envoy-retriable-header-names", "x-envoy-retriable-status-codes", "x-envoy-retry-grpc-on", "x-envoy-retry-on"],
  ...["x-envoy-upstream-alt-stat-name", "x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-upstream-rq-timeout-ms"],
  ...["x-envoy-upstream-rq-timeout-alt-response", "x-envoy-upstream-stream-duration-ms"],
  ...["x-envoy-hedge-on-per-try-timeout", "x-envoy-expected-rq-timeout-ms", "x-forwarded-client-cert"],
];
/** Further headers that a gateway with `useRemoteAddress` removes from requests. */
const FROM_OUTSIDE = [
  ...["x-envoy-decorator-operation", "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node"],
  ...["x-envoy-original-host", "x-envoy-original-path"],
];

/** Sets the headers about a request's client and its id, by the settings of a listener. */
export class Edge {
  constructor(private readonly spec: ListenerSpec) {}

  /** Whether the gateway leaves out the headers with timeouts and the time that an upstream took. */
  get isSilent(): boolean {
    return this.spec.suppressEnvoyHeaders ?? false;
  }

  /** Adds the id of the request to the response, if the listener is set to. */
  updateResponse(response: HeaderMap, request: HeaderMap | undefined): void {
    const id = this.spec.alwaysSetRequestIdInResponse ? request?.get("x-request-id") : undefined;
    if (id) replace(response, "x-request-id", id);
  }

  /**
   * Replaces the headers about the client in a request with the gateway's own, and removes headers that clients may not
   * set.
   *
   * @param scheme "https" for a connection with TLS
   * @param peer the client's end of the connection, "address:port"
   * @returns the address of the client that sent the request, in the same form
   */
  updateRequest(map: HeaderMap, peer: string, scheme: Scheme): string {
    const { useRemoteAddress = false, xffNumTrustedHops = 0, generateRequestId = true } = this.spec;
    // With useRemoteAddress, the peer itself is the first trusted proxy.
    const skipped = useRemoteAddress ? xffNumTrustedHops - 1 : xffNumTrustedHops;
    const forwarded = skipped < 0 ? undefined : forwardedAddress(map.get("x-forwarded-for"), skipped);
    if (useRemoteAddress) {
      const address = addressOf(peer);
      map.add("x-forwarded-for", isLoopback(address) ? localAddress() : address);
      if (xffNumTrustedHops === 0) replace(map, "x-forwarded-proto", scheme);
      for (const name of FROM_OUTSIDE) map.remove(name);
    }
    if (!map.has("x-forwarded-proto")) map.add("x-forwarded-proto", scheme);
    if (!map.has(":scheme")) setScheme(map, scheme);
    for (const name of INTERNAL) map.remove(name);
    if (useRemoteAddress) replace(map, "x-envoy-external-address", forwarded ?? addressOf(peer));
    const isNew = (useRemoteAddress && !this.spec.preserveExternalRequestId) || !map.get("x-request-id");
    if (generateRequestId && isNew) replace(map, "x-request-id", randomUUID());
    if (forwarded === undefined) return peer;
    return isIP(forwarded) === 6 ? `[${forwarded}]:0` : `${forwarded}:0`;
  }
}

/** An address of x-forwarded-for, counted from the end; undefined when the place has no address. */
function forwardedAddress(list: string | undefined, skipped: number): string | undefined {
  const address =
    list
      ?.split(",")
      .at(-1 - skipped)
      ?.trim() ?? "";
  return isIP(address) === 0 ? undefined : address;
}

function addressOf(peer: string): string {
  return peer.replace(/:\d*$/, "").replace(/^\[|\]$/g, "");
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(?:::ffff:)?127\./.test(address);
}

/** This machine's address in the network. Envoy uses it for clients on the same machine. */
function localAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}
