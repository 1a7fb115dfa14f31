import { adopt } from "../../abi/entry";
import { Status } from "../../abi/enums";
import { PendingCall } from "../../context/calls";
import { cancelGrpcCall, dispatchGrpcCall, dispatchGrpcStream, GrpcTarget } from "../../proxywasm/grpc-call";
import { reported } from "../../proxywasm/log";
import { statusName } from "../../proxywasm/status";
import { headersFault, isVisible } from "../../proxywasm/syntax";
import { quoted } from "../../text/quoted";
import { Caller } from "../../wrapper/caller";
import { HttpContext } from "../../wrapper/http-context";
import { Log } from "../../wrapper/log";
import { Cluster } from "../cluster";
import { GrpcResponse } from "./grpc-response";
import { GrpcStream, StreamOf } from "./grpc-stream";

/** A call handler of a gRPC call, see `CallHandler`. */
export type GrpcHandler<E, X extends Caller = HttpContext> = (ctx: X, env: E, response: GrpcResponse, log: Log) => void;

/** A function that runs for each message of a gRPC stream. */
export type GrpcMessageHandler<E, X extends Caller = HttpContext> = (
  ctx: X,
  env: E,
  stream: GrpcStream,
  message: ArrayBuffer,
  log: Log,
) => void;

class GrpcCall<E, X extends Caller> extends PendingCall {
  constructor(
    token: u32,
    private ctx: X,
    private env: E,
    private done: GrpcHandler<E, X>,
  ) {
    super(token);
  }

  override get isWanted(): bool {
    return !this.ctx.isOver;
  }

  override abandon(): void {
    cancelGrpcCall(this.id);
  }

  override deliverGrpcMessage(message: ArrayBuffer): void {
    this.finish(new GrpcResponse(0, "", message));
  }

  override deliverGrpcEnd(status: i32, message: string): void {
    this.finish(new GrpcResponse(status, message, new ArrayBuffer(0)));
  }

  private finish(response: GrpcResponse): void {
    const ctx = this.ctx;
    ctx.callDone();
    if (!adopt(ctx.id)) return;
    ctx.begin();
    const done = this.done;
    done(ctx, this.env, response, ctx.log);
    ctx.warnIfStuck();
  }
}

/**
 * Calls the methods of a gRPC service. The plugin encodes and decodes the messages: the SDK has no Protocol Buffers. Calls and
 * their handlers follow the rules of `HttpClient`: a handler runs only while the request that made the call still exists, and
 * a call or a stream of a request that is over is cancelled.
 *
 * @example
 * ```ts
 * const auth = new GrpcClient(new FQDNCluster("auth.default.svc.cluster.local", 9000), "auth.v1.Auth");
 *
 * function checkRequest(ctx: HttpContext, config: Config, log: Log): Action {
 *   const message = encodeText(ctx.requestHeaders.getOr("authorization", ""));
 *   const error = auth.call<Config>(ctx, config, "Check", [["x-tenant", config.tenant]], message, onChecked);
 *   if (error !== null) ctx.sendResponse(503, [], "authorization is unavailable");
 *   return Action.Pause;
 * }
 *
 * function onChecked(ctx: HttpContext, config: Config, response: GrpcResponse, log: Log): void {
 *   if (response.ok) ctx.resumeRequest();
 *   else ctx.sendResponse(403, [], "forbidden");
 * }
 * ```
 */
export class GrpcClient {
  /**
   * @param cluster the cluster of the server, which speaks HTTP/2. Its host name becomes the `:authority` of calls.
   * @param service the full name of the service: `package.Service`
   */
  constructor(
    private cluster: Cluster,
    private service: string,
  ) {}

  /**
   * Calls a method with one message; the server responds with one message.
   *
   * @param ctx the request, the connection or the plugin that makes the call
   * @param env a value that `done` gets as its second argument
   * @param metadata `[name, value]` pairs. The value of a name that ends with `-bin` is base64.
   * @param message the bytes of the message, without gRPC's frame
   * @param done the call handler, which runs when the call has ended
   * @param timeoutMs the longest wait for the response in milliseconds; 0 means no limit
   * @returns null if the call was sent. Otherwise an error with the reason, which is also logged, and `done` does not run.
   */
  call<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    method: string,
    metadata: string[][],
    message: ArrayBuffer,
    done: GrpcHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    const fault = this.fault(method, metadata);
    if (fault !== null) return reported(this.notSent(method) + fault);
    const sent = dispatchGrpcCall(this.target(method), metadata, message, timeoutMs);
    if (sent.status != Status.Ok) return reported(this.notSent(method) + reasonOf(sent.status));
    ctx.addCall(new GrpcCall<E, X>(sent.token, ctx, env, done));
    return null;
  }

  /**
   * Begins a stream of a method. The stream exists until the server ends it, the plugin cancels it, or the request, the
   * connection or the plugin that began it is over. It has no timeout.
   *
   * @param onMessage runs for each message of the server
   * @param onEnd runs when the server has ended the stream or the stream has failed; not after `cancel`
   * @returns the stream; its `error` is not null if the stream was not begun, which is also logged
   *
   * @example
   * ```ts
   * const watcher = new GrpcClient(new DnsCluster("watch", "watch.example.com", 443), "watch.v1.Watch");
   *
   * function parseConfiguration(ctx: PluginContext, json: Json, config: Config): Error | null {
   *   const stream = watcher.stream<Config, PluginContext>(ctx, config, "Watch", [], onMessage, onEnd);
   *   if (stream.error === null) stream.send(encodeText(config.tenant), true);
   *   return stream.error;
   * }
   *
   * function onMessage(ctx: PluginContext, config: Config, stream: GrpcStream, message: ArrayBuffer, log: Log): void {
   *   config.name = decodeText(message);
   * }
   *
   * function onEnd(ctx: PluginContext, config: Config, response: GrpcResponse, log: Log): void {
   *   log.warn("the watch has ended with status " + response.status.toString());
   * }
   * ```
   */
  stream<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    method: string,
    metadata: string[][],
    onMessage: GrpcMessageHandler<E, X>,
    onEnd: GrpcHandler<E, X>,
  ): GrpcStream {
    const fault = this.fault(method, metadata);
    if (fault !== null) return new GrpcStream(0, reported(this.notSent(method) + fault));
    const sent = dispatchGrpcStream(this.target(method), metadata);
    if (sent.status != Status.Ok) {
      return new GrpcStream(0, reported(this.notSent(method) + reasonOf(sent.status)));
    }
    const stream = new GrpcStream(sent.token, null);
    ctx.addCall(new StreamOf<E, X>(stream, ctx, env, onMessage, onEnd));
    return stream;
  }

  private target(method: string): GrpcTarget {
    return new GrpcTarget(this.cluster.clusterName(), this.cluster.hostName(), this.service, method);
  }

  /** The reason why this call must not be sent, or null. */
  private fault(method: string, metadata: string[][]): string | null {
    if (!isVisible(this.service) || this.service.includes("/")) {
      return "the service " + quoted(this.service) + " is not a name";
    }
    if (!isVisible(method) || method.includes("/")) return "the method " + quoted(method) + " is not a name";
    const host = this.cluster.hostName();
    if (host.length > 0 && !isVisible(host)) return "the host " + quoted(host) + " is invalid";
    return headersFault(metadata);
  }

  private notSent(method: string): string {
    const cluster = quoted(this.cluster.clusterName());
    return "gRPC call " + this.service + "/" + method + " not sent to cluster " + cluster + ": ";
  }
}

function reasonOf(status: Status): string {
  return status == Status.BadArgument ? "the gateway has no such cluster" : statusName(status);
}
