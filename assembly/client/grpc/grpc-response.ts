/**
 * The result of a gRPC call, or the end of a gRPC stream.
 *
 * @example
 * ```ts
 * function onChecked(ctx: HttpContext, config: Config, response: GrpcResponse, log: Log): void {
 *   if (response.ok) ctx.resumeRequest();
 *   else ctx.sendResponse(403, [], "forbidden: " + response.message);
 * }
 * ```
 */
export class GrpcResponse {
  /** @internal */
  constructor(
    /**
     * The gRPC status: 0 is success; 1 to 16 are the errors of gRPC, and a server may send other numbers. 14 (unavailable) if
     * the server cannot be reached, or after a timeout.
     */
    readonly status: i32,
    /** The text that explains the status; "" for success. Envoy adds details of its own. */
    readonly message: string,
    private body: ArrayBuffer,
  ) {}

  /** Whether the status is 0. */
  get ok(): bool {
    return this.status == 0;
  }

  /** Returns the bytes of the response message, without gRPC's frame; empty at the end of a stream and after an error. */
  bytes(): ArrayBuffer {
    return this.body;
  }
}
