/**
 * The return value of a hook: what happens to the message next. The SDK translates it into the ABI's value for the callback
 * and the host.
 *
 * @example
 * ```ts
 * ProcessRequestHeadersBy<Config>((ctx, config, log) => {
 *   if (ctx.requestHeaders.has("x-user")) return Action.Continue;
 *   ctx.sendResponse(401, [], "unauthorized");
 *   return Action.Pause;
 * });
 * ```
 */
export enum Action {
  /** The message continues to the next filter, and finally to the upstream or the client. */
  Continue = 0,
  /** The message stops until the plugin calls `resumeRequest` or `resumeResponse`, or sends a local reply. */
  Pause = 1,
  /**
   * For the headers hook of a plugin with a hook on the whole body: the headers wait for the body hook. The body hook can
   * then change the headers, or send a local reply before the upstream or the client has seen anything. For a message
   * without a body, `HoldHeaders` acts as `Continue`.
   *
   * A gateway that can hold headers does so for every hook on a whole body: Higress, and an Envoy whose filter sets
   * `allow_on_headers_stop_iteration: true` and whose VM has `ALLOW_ON_HEADERS_STOP_ITERATION=true` in its environment.
   * On other gateways the message would hang. There `HoldHeaders` acts as `Continue`, and the SDK logs one warning.
   */
  HoldHeaders = 2,
}
