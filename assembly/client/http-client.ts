import { adopt } from "../abi/entry";
import { Status } from "../abi/enums";
import { Pairs } from "../abi/pairs";
import { encodeUtf8 } from "../abi/utf8";
import { PendingCall } from "../context/calls";
import { CallTarget } from "../proxywasm/call-target";
import { dispatchHttpCall } from "../proxywasm/http-call";
import { reported } from "../proxywasm/log";
import { statusName } from "../proxywasm/status";
import { headersFault, isVisible } from "../proxywasm/syntax";
import { lowerAscii } from "../text/ascii";
import { quoted } from "../text/quoted";
import { isToken } from "../text/token";
import { Caller } from "../wrapper/caller";
import { HttpContext } from "../wrapper/http-context";
import { Log } from "../wrapper/log";
import { Cluster } from "./cluster";
import { HttpResponse } from "./http-response";

/**
 * A call handler: the function that runs when a call is over. The call handler gets the context that made the call (a
 * request, if not said otherwise), and the `env` that the plugin passed with the call.
 */
export type CallHandler<E, X extends Caller = HttpContext> = (ctx: X, env: E, response: HttpResponse, log: Log) => void;

class HttpCall<E, X extends Caller> extends PendingCall {
  constructor(
    token: u32,
    private ctx: X,
    private env: E,
    private done: CallHandler<E, X>,
  ) {
    super(token);
  }

  override get isWanted(): bool {
    return !this.ctx.isOver;
  }

  override deliver(headers: Pairs, body: ArrayBuffer, trailers: Pairs | null): void {
    const ctx = this.ctx;
    ctx.callDone();
    if (!adopt(ctx.id)) return;
    ctx.begin();
    const done = this.done;
    done(ctx, this.env, new HttpResponse(headers, body, trailers), ctx.log);
    ctx.warnIfStuck();
  }
}

/**
 * Calls an upstream from a hook. The hook returns `Action.Pause`. When the response arrives, the call handler
 * resumes the message (`ctx.resumeRequest()`) or sends a local reply (`ctx.sendResponse(…)`). The call handler runs only
 * while the request that made the call still exists. A request may have several calls in flight.
 *
 * A call from a `PluginContext` (while the plugin starts, in a hook on a queue) or a `TcpContext` works in the same way: its
 * call handler gets that context. Name the context behind the type of `env`: `client.get<Config, PluginContext>(…)`. The
 * call handler of a plugin's call runs while the gateway has the plugin's configuration.
 *
 * AssemblyScript has no closures. Pass values that the call handler needs beside the context as `env`, of any type.
 *
 * @example
 * ```ts
 * const auth = new HttpClient(new FQDNCluster("auth.default.svc.cluster.local", 8080));
 *
 * function checkRequest(ctx: HttpContext, config: Config, log: Log): Action {
 *   const error = auth.get<Config>(ctx, config, "/check", [["x-user", "mia"]], onAuth);
 *   if (error !== null) ctx.sendResponse(503, [], "authorization is unavailable");
 *   return Action.Pause;
 * }
 *
 * function onAuth(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
 *   if (response.status == 200) ctx.resumeRequest();
 *   else ctx.sendResponse(401, [], "unauthorized");
 * }
 * ```
 */
export class HttpClient {
  constructor(private cluster: Cluster) {}

  /** Sends a GET; see `call`. */
  get<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "GET", url, headers, new ArrayBuffer(0), done, timeoutMs);
  }

  /** Sends a HEAD; see `call`. The response has no body. */
  head<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "HEAD", url, headers, new ArrayBuffer(0), done, timeoutMs);
  }

  /** Sends an OPTIONS; see `call`. */
  options<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "OPTIONS", url, headers, new ArrayBuffer(0), done, timeoutMs);
  }

  /** Sends a POST with a text as its body; see `call`. */
  post<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "POST", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /** Sends a PUT with a text as its body; see `call`. */
  put<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "PUT", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /** Sends a PATCH with a text as its body; see `call`. */
  patch<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "PATCH", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /** Sends a DELETE with a text as its body; see `call`. */
  delete<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "DELETE", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /** Sends a TRACE; see `call`. Its body should be "": a TRACE has no body (RFC 9110, 9.3.8). */
  trace<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "TRACE", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /** Sends a CONNECT with a text as its body; see `call`. Few upstreams accept one. */
  connect<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E, X>(ctx, env, "CONNECT", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /**
   * Sends a request to the cluster.
   *
   * @param ctx the request, the connection or the plugin that makes the call
   * @param env a value that `done` gets as its second argument
   * @param url a path with its query, or a URL with its host. The scheme is ignored: the cluster decides about TLS.
   * @param headers `[name, value]` pairs, without pseudo-headers and `host`; `ctx.requestHeaders.forwardable()` returns those of
   * the request. The host comes from the URL. If the URL has no host, it comes from the cluster, else from the request
   * (`ctx.host`).
   * @param body the body; empty for a request without a body
   * @param done the call handler, which runs when the response has arrived or the call has failed
   * @param timeoutMs the longest wait for the response in milliseconds; 0 means no limit
   * @param trailers `[name, value]` pairs that follow the body. Envoy 1.40 takes them, but does not send them.
   * @returns null if the request was sent. Otherwise an error with the reason (unknown cluster, invalid name or value),
   * which is also logged, and `done` does not run.
   *
   * @example
   * ```ts
   * const client = new HttpClient(new FQDNCluster("audit.dns", 443));
   *
   * function forwardBody(ctx: HttpContext, config: Config, body: Body, log: Log): Action {
   *   const headers = [["content-type", "application/json"]];
   *   const error = client.call<Config>(ctx, config, "PUT", "/bodies", headers, body.bytes(), onStored, 2000);
   *   return error === null ? Action.Pause : Action.Continue;
   * }
   *
   * function onStored(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
   *   if (response.failed) log.warn("the body was not stored");
   *   ctx.resumeRequest();
   * }
   * ```
   */
  call<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    method: string,
    url: string,
    headers: string[][],
    body: ArrayBuffer,
    done: CallHandler<E, X>,
    timeoutMs: u32 = 500,
    trailers: string[][] = [],
  ): Error | null {
    const cluster = this.cluster.clusterName();
    const target = new CallTarget(url);
    const path = target.path;
    let authority = target.authority;
    if (authority.length == 0) authority = this.cluster.hostName();
    if (authority.length == 0) authority = ctx.callHost();

    const fault = requestFault(method, authority, path, headers, trailers);
    if (fault !== null) return reported("call not sent to cluster " + quoted(cluster) + ": " + fault);
    const all: string[][] = [
      [":method", method],
      [":path", path],
      [":authority", authority],
    ];
    for (let i = 0; i < headers.length; i++) all.push(headers[i]);

    const sent = dispatchHttpCall(cluster, all, body, trailers, timeoutMs);
    if (sent.status != Status.Ok) {
      const why = sent.status == Status.BadArgument ? "the gateway has no such cluster" : statusName(sent.status);
      return reported("call not sent to cluster " + quoted(cluster) + ": " + why);
    }
    ctx.addCall(new HttpCall<E, X>(sent.token, ctx, env, done));
    return null;
  }
}

const OWN_PSEUDO_HEADERS =
  ": a call has pseudo-headers of its own; ctx.requestHeaders.forwardable() leaves out those of the request";

/** The reason why this request must not be sent, or null. */
function requestFault(
  method: string,
  authority: string,
  path: string,
  headers: string[][],
  trailers: string[][],
): string | null {
  if (!isToken(method)) return "the method " + quoted(method) + " is not a token";
  if (!isVisible(authority) || authority.includes("@")) return "the host " + quoted(authority) + " is invalid";
  if (!isVisible(path)) return "the path " + quoted(path) + " is invalid";
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i];
    if (header.length != 0 && header[0].startsWith(":")) return "header " + quoted(header[0]) + OWN_PSEUDO_HEADERS;
  }
  const fault = headersFault(headers);
  if (fault !== null) return fault;
  for (let i = 0; i < headers.length; i++) {
    if (lowerAscii(headers[i][0]) == "host") return "header host: set the host in the URL instead";
  }
  const last = headersFault(trailers);
  return last === null ? null : "trailers: " + last;
}
