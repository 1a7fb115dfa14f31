import { adopt } from "../abi/entry";
import { Status } from "../abi/enums";
import { Pairs } from "../abi/pairs";
import { encodeUtf8 } from "../abi/utf8";
import { Callout } from "../context/callouts";
import { dispatchHttpCall } from "../proxywasm/callout";
import { reported } from "../proxywasm/log";
import { statusName } from "../proxywasm/status";
import { headersFault, isToken, isVisible, lowerAscii, quoted } from "../proxywasm/syntax";
import { HttpContext } from "../wrapper/http-context";
import { Log } from "../wrapper/log";
import { Cluster } from "./cluster";
import { HttpResponse } from "./http-response";

/** What runs when an answer has come: for the request that asked, with what was handed over then. */
export type ResponseHook<E> = (ctx: HttpContext, env: E, response: HttpResponse, log: Log) => void;

class HttpCallout<E> extends Callout {
  constructor(
    private ctx: HttpContext,
    private env: E,
    private done: ResponseHook<E>,
  ) {
    super();
  }

  override get isWanted(): bool {
    return !this.ctx.isOver;
  }

  override deliver(headers: Pairs, body: ArrayBuffer): void {
    const ctx = this.ctx;
    ctx.received();
    if (!adopt(ctx.id)) return;
    ctx.begin();
    const done = this.done;
    done(ctx, this.env, new HttpResponse(headers, body), ctx.log);
    ctx.warnIfStuck();
  }
}

/**
 * Calls an upstream from a hook. The hook returns `Action.Pause`, and what runs when the answer comes lets the message go
 * on (`ctx.resumeRequest()`) or answers it (`ctx.sendResponse(…)`). It runs for the request that asked, and only if that
 * is not over. Several calls may be on their way at once.
 *
 * There are no closures: what the answer's hook needs beside the context is handed over as `env`, of any type.
 *
 * @example
 * ```ts
 * const auth = new HttpClient(new FQDNCluster("auth.default.svc.cluster.local", 8080));
 *
 * function onRequestHeaders(ctx: HttpContext, config: AuthConfig, log: Log): Action {
 *   const error = auth.get(ctx, config, "/check", [["x-user", "mia"]], onAuth);
 *   if (error !== null) ctx.sendResponse(503, [], "no way to ask");
 *   return Action.Pause;
 * }
 *
 * function onAuth(ctx: HttpContext, config: AuthConfig, response: HttpResponse, log: Log): void {
 *   if (response.status == 200) ctx.resumeRequest();
 *   else ctx.sendResponse(401, [], "no");
 * }
 * ```
 */
export class HttpClient {
  constructor(private cluster: Cluster) {}

  /** Sends a GET; see `call`. */
  get<E>(
    ctx: HttpContext,
    env: E,
    url: string,
    headers: string[][],
    done: ResponseHook<E>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E>(ctx, env, "GET", url, headers, new ArrayBuffer(0), done, timeoutMs);
  }

  /** Sends a POST with a text as its body; see `call`. */
  post<E>(
    ctx: HttpContext,
    env: E,
    url: string,
    headers: string[][],
    body: string,
    done: ResponseHook<E>,
    timeoutMs: u32 = 500,
  ): Error | null {
    return this.call<E>(ctx, env, "POST", url, headers, encodeUtf8(body), done, timeoutMs);
  }

  /**
   * Sends a request.
   *
   * @param ctx the request that asks
   * @param env what `done` gets
   * @param url a path with its query, or a URL with its host; the scheme does not matter, TLS is the cluster's affair
   * @param headers `[name, value]` pairs, without pseudo-headers; `host` is taken from the URL, else from the cluster
   * @param done runs when the answer has come, or the call has failed
   * @param timeoutMs how long the answer may take, in milliseconds; 0: for ever
   * @returns null, or why it was not sent: an unknown cluster, a bad name or value. Then `done` does not run.
   */
  call<E>(
    ctx: HttpContext,
    env: E,
    method: string,
    url: string,
    headers: string[][],
    body: ArrayBuffer,
    done: ResponseHook<E>,
    timeoutMs: u32 = 500,
  ): Error | null {
    const cluster = this.cluster.clusterName();
    let authority = "";
    let path = url;
    const scheme = schemeLength(url);
    if (scheme > 0) {
      const end = authorityEnd(url, scheme);
      authority = url.substring(scheme, end);
      path = url.substring(end);
    }
    if (!path.startsWith("/")) path = "/" + path;
    const fragment = path.indexOf("#");
    if (fragment >= 0) path = path.substring(0, fragment);
    if (authority.length == 0) authority = this.cluster.hostName();
    if (authority.length == 0) authority = ctx.host;

    const fault = requestFault(method, authority, path, headers);
    if (fault !== null) return reported("not sent to cluster " + quoted(cluster) + ": " + fault);
    const all: string[][] = [
      [":method", method],
      [":path", path],
      [":authority", authority],
    ];
    for (let i = 0; i < headers.length; i++) all.push(headers[i]);

    const sent = dispatchHttpCall(cluster, all, body, timeoutMs);
    if (sent.status != Status.Ok) {
      const why = sent.status == Status.BadArgument ? "the gateway has no such cluster" : statusName(sent.status);
      return reported("not sent to cluster " + quoted(cluster) + ": " + why);
    }
    ctx.expect(sent.token, new HttpCallout<E>(ctx, env, done));
    return null;
  }
}

/** The length of `scheme://` at the beginning of a URL; 0 if there is none: in a query it is not one. */
function schemeLength(url: string): i32 {
  const end = url.indexOf("://");
  for (let i = 0; i < end; i++) {
    const c = url.charCodeAt(i) | 0x20;
    if (c < 0x61 || c > 0x7a) return 0;
  }
  return end > 0 ? end + 3 : 0;
}

/** Where the host of a URL ends. */
function authorityEnd(url: string, from: i32): i32 {
  let end = from;
  while (end < url.length) {
    const c = url.charCodeAt(end);
    if (c == 0x2f || c == 0x3f || c == 0x23) break; // / ? #
    end++;
  }
  return end;
}

/** What forbids to send this, or null. */
function requestFault(method: string, authority: string, path: string, headers: string[][]): string | null {
  if (!isToken(method)) return "the method " + quoted(method) + " is not a token";
  if (!isVisible(authority) || authority.includes("@")) return "the host " + quoted(authority) + " is none";
  if (!isVisible(path)) return "the path " + quoted(path) + " is none";
  const fault = headersFault(headers);
  if (fault !== null) return fault;
  for (let i = 0; i < headers.length; i++) {
    if (lowerAscii(headers[i][0]) == "host") return "header host: it is made from the URL, or from the cluster";
  }
  return null;
}
