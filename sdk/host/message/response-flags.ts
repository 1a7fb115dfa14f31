/**
 * The bits of the property `response.flags`: what went wrong with a request or a connection. The numbers are Envoy's. The
 * Node gateway sets these flags and no others.
 */
export const ResponseFlag = {
  UpstreamRequestTimeout: 1n << 2n,
  /** The upstream has reset a TCP connection or an HTTP/2 stream. */
  UpstreamRemoteReset: 1n << 4n,
  /** No connection to the upstream could be opened. */
  UpstreamConnectionFailure: 1n << 5n,
  /** The upstream has closed the connection without a response. */
  UpstreamConnectionTermination: 1n << 6n,
  NoRouteFound: 1n << 8n,
  /** The client has closed the connection. */
  DownstreamConnectionTermination: 1n << 14n,
  /** All retries are used up. A TCP connection is tried once. */
  UpstreamRetryLimitExceeded: 1n << 15n,
  /** The client's request is not valid HTTP. */
  DownstreamProtocolError: 1n << 18n,
  /** A plugin still waits for its first configuration. */
  NoFilterConfigFound: 1n << 21n,
  /** The upstream's response is not valid HTTP, or incomplete. */
  UpstreamProtocolError: 1n << 23n,
  NoClusterFound: 1n << 24n,
} as const;
