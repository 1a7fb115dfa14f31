/**
 * What a hook wants to happen next. It is an intent: the SDK turns it into the value that means this in that hook, on
 * every host.
 */
export enum Action {
  /** Go on: to the next filter, and in the end to the upstream or the client. */
  Continue = 0,
  /** Hold the message until the plugin calls `resumeRequest` or `resumeResponse`, or sends a local reply. */
  Pause = 1,
  /**
   * In a headers hook of a plugin with a hook on the whole body: the plugin needs the headers to wait for that hook, which
   * can then change them, or reply before the upstream or the client has seen anything. Without a body it is `Continue`.
   *
   * Gateways that can hold headers do so for every hook on a whole body: Higress, and an Envoy whose filter sets
   * `allow_on_headers_stop_iteration: true` and says so in the VM's environment, `ALLOW_ON_HEADERS_STOP_ITERATION=true`.
   * Elsewhere the message would hang, so there `HoldHeaders` is `Continue`, with a warning in the log, once.
   */
  HoldHeaders = 2,
}
