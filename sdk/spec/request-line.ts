/** The facts about a finished request that a gateway reports. Both engines report them. */
export interface RequestLine {
  /** The name of the listener. */
  listener: string;
  method: string;
  /** The host name of the request; empty without one. */
  authority: string;
  /** The path with the query, before plugins change the path. */
  path: string;
  /** The name of the route; empty without one. */
  route: string;
  /** The status code that the client got; 0 when the client got none. */
  status: number;
  /** From the first byte of the request to the last byte of the response, in milliseconds. */
  ms: number;
  /** The name of the plugin that sent a local reply; undefined when an upstream or the gateway itself responded. */
  plugin?: string;
  /** Envoy's response code details, such as "via_upstream"; empty when unknown. */
  details: string;
}
