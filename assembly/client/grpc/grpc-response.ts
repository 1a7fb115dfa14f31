import { Pairs } from "../../abi/pairs";

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
    private trailingPairs: Pairs | null = null,
  ) {}

  /** Whether the status is 0. */
  get ok(): bool {
    return this.status == 0;
  }

  /**
   * Returns the metadata with which the server has ended a gRPC stream, as `[name, value]`, in order, with `grpc-status`.
   * Values of names that end with `-bin` are base64.
   *
   * @returns the metadata; an empty array for a stream that broke off, and for calls, because Envoy reports no metadata of
   * calls
   * @example
   * ```ts
   * function onEnd(ctx: PluginContext, config: Config, response: GrpcResponse, log: Log): void {
   *   const metadata = response.trailingMetadata();
   *   for (let i = 0; i < metadata.length; i++) log.info(metadata[i][0] + ": " + metadata[i][1]);
   * }
   * ```
   */
  trailingMetadata(): string[][] {
    const pairs = this.trailingPairs;
    return pairs === null ? [] : pairs.list();
  }

  /** Returns the bytes of the response message, without gRPC's frame; empty at the end of a stream and after an error. */
  bytes(): ArrayBuffer {
    return this.body;
  }
}
