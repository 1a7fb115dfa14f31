// The headers that Envoy 1.40 keeps once per map: it joins repeated values with a comma. Source: each header was sent twice
// through a real Envoy; those that an edge Envoy removes from requests are from its documentation.

const BOTH = ["cache-control", "content-encoding", "content-type", "proxy-status", "via", "x-request-id"];
const MORE = ["connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

const REQUEST = [
  ...[":authority", ":method", ":path", ":protocol", ":scheme", "accept", "accept-encoding"],
  ...["access-control-request-headers", "access-control-request-method", "access-control-request-private-network"],
  ...["authentication", "authorization", "expect", "grpc-accept-encoding", "grpc-timeout", "if-match"],
  ...["if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "referer", "te"],
  ...["user-agent", "x-client-trace-id", "x-envoy-attempt-count", "x-envoy-decorator-operation"],
  ...["x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node", "x-envoy-expected-rq-timeout-ms"],
  ...["x-envoy-external-address", "x-envoy-force-trace", "x-envoy-hedge-on-per-try-timeout", "x-envoy-internal"],
  ...["x-envoy-ip-tags", "x-envoy-is-timeout-retry", "x-envoy-max-retries", "x-envoy-original-host"],
  ...["x-envoy-original-path", "x-envoy-original-url", "x-envoy-retriable-header-names"],
  ...["x-envoy-retriable-status-codes", "x-envoy-retry-grpc-on", "x-envoy-retry-on", "x-envoy-upstream-alt-stat-name"],
  ...["x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-upstream-rq-timeout-alt-response"],
  ...["x-envoy-upstream-rq-timeout-ms", "x-envoy-upstream-stream-duration-ms", "x-forwarded-client-cert"],
  ...["x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"],
];

const RESPONSE = [
  ...[":status", "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods"],
  ...["access-control-allow-origin", "access-control-allow-private-network", "access-control-expose-headers"],
  ...["access-control-max-age", "age", "date", "etag", "expires", "grpc-message", "grpc-status", "last-modified"],
  ...["location", "server", "vary", "x-envoy-attempt-count", "x-envoy-decorator-operation", "x-envoy-degraded"],
  ...["x-envoy-immediate-health-check-fail", "x-envoy-ratelimited", "x-envoy-upstream-canary"],
  ...["x-envoy-upstream-healthchecked-cluster", "x-envoy-upstream-service-time"],
];

/** The names whose values are joined, by kind of map. */
export const INLINE_HEADERS = {
  request: new Set([...BOTH, ...MORE, ...REQUEST]),
  response: new Set([...BOTH, ...MORE, ...RESPONSE]),
  trailers: new Set(["grpc-message", "grpc-status"]),
  "request trailers": new Set<string>(),
} as const;
