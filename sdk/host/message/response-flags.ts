/**
 * What went wrong with a request or a connection, as bits of the property `response.flags`. The numbers are Envoy's; of
 * its flags these are what the Node gateway can know.
 */
export const ResponseFlag = {
  UpstreamRequestTimeout: 1n << 2n,
  /** The upstream has broken a connection of TCP off, or reset a stream of HTTP/2. */
  UpstreamRemoteReset: 1n << 4n,
  /** There was no connection to the upstream. */
  UpstreamConnectionFailure: 1n << 5n,
  /** The upstream has closed the connection without an answer. */
  UpstreamConnectionTermination: 1n << 6n,
  NoRouteFound: 1n << 8n,
  /** The client is gone. */
  DownstreamConnectionTermination: 1n << 14n,
  /** There would have been another try, but no more were left; a connection of TCP is tried once. */
  UpstreamRetryLimitExceeded: 1n << 15n,
  /** The client's request breaks HTTP's rules. */
  DownstreamProtocolError: 1n << 18n,
  /** A plugin still waits for its first configuration. */
  NoFilterConfigFound: 1n << 21n,
  /** The upstream's answer is none, or ends in its middle. */
  UpstreamProtocolError: 1n << 23n,
  NoClusterFound: 1n << 24n,
} as const;
