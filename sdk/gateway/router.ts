import type { DirectResponse, RedirectSpec, RouteSpec } from "../spec/gateway-spec.js";
import {
  gatewayReply,
  HeaderMap,
  ResponseFlag,
  type ByteBuffer,
  type HttpStream,
  type Pair,
  type Sink,
} from "../host/index.js";
import type { Head } from "./http1/message.js";
import { problemDetails } from "./http1/request-problem.js";
import { changeHeaders } from "./header-changes.js";
import { follow } from "./redirect.js";
import { redirectUrl } from "./redirect-url.js";
import { replace } from "./replace.js";
import { rewritePath, rewriteRequest } from "./rewrite.js";
import { RetryPolicy } from "./retry-policy.js";
import { setExpectedTimeout, takeTimeouts } from "./router-headers.js";
import type { Route } from "./routes.js";
import { setScheme } from "./scheme.js";
import { Tries, type SentRequest, type TriesEvents } from "./tries.js";
import { Tunnel } from "./tunnel.js";
import type { UpstreamEvents } from "./outgoing.js";
import type { Upstream } from "./upstream.js";
import {
  resetDetails,
  resetText,
  TIMEOUT_DETAILS,
  TIMEOUT_TEXT,
  type ResetReason,
} from "../host/message/upstream-failures.js";

const DEFAULT_TIMEOUT_MS = 15_000;

/** Envoy's text for a connection that the upstream refuses. */
export const REFUSED = "delayed connect error: Connection refused";

const TOO_LARGE_DETAILS = "request_payload_exceeded_retry_buffer_limit";

const RESET_FLAGS: Readonly<Record<ResetReason, bigint>> = {
  "remote connection failure": ResponseFlag.UpstreamConnectionFailure,
  "connection timeout": ResponseFlag.UpstreamConnectionFailure,
  "connection termination": ResponseFlag.UpstreamConnectionTermination,
  "protocol error": ResponseFlag.UpstreamProtocolError,
  "remote reset": ResponseFlag.UpstreamRemoteReset,
  "remote refused stream reset": ResponseFlag.UpstreamRemoteReset,
};

/**
 * The headers of an upstream's response for the filter chain or a call result. Headers for the connection are included.
 *
 * @param keepAlive whether `keep-alive` is included, which Envoy shows when the client speaks HTTP/2
 */
export function responseMap(head: Head, keepAlive = false): HeaderMap {
  const isBare = head.status < 200 || head.status === 204;
  const headers = head.headers.filter(
    ([name]) => (keepAlive || !/^keep-alive$/i.test(name)) && !(isBare && /^content-length$/i.test(name)),
  );
  return new HeaderMap("response", [[":status", String(head.status)], ...headers]);
}

/** Adds the time that an upstream took, from `began` (a value of `performance.now()`) until now. */
export function addServiceTime(map: HeaderMap, began: number): void {
  replace(map, "x-envoy-upstream-service-time", String(Math.floor(performance.now() - began)));
}

export interface RouterOptions {
  /** The request is to become a tunnel. */
  tunnel: boolean;
  /** How many bytes of a body are kept for a retry. */
  bufferLimit: number;
  /** The gateway sends neither the time limit to the upstream nor the time taken to the client. */
  isSilent: boolean;
}

/** The end of the filter chain: sends a request to the cluster of its route, and passes the response back. */
export class Router implements Sink {
  stream!: HttpStream;
  private out: Tries | undefined;
  /** The route of the request, even after a plugin has made the gateway find another one. */
  private route: Route | undefined;
  private timesOutEmpty = false;
  private began = 0;
  private sentAt: bigint | undefined;
  private latency: bigint | undefined;
  private responded = false;
  private isOver = false;

  constructor(
    private readonly clusters: ReadonlyMap<string, Upstream>,
    private readonly slowClient: (paused: boolean) => void,
    /** Called with each header that Envoy's router acts on and this one does not. */
    private readonly onUnsupported: (name: string) => void,
    private readonly options: RouterOptions,
    /** Starts the request again, with all plugins. Returns false when the request was redirected too often. */
    private readonly restart: (request: SentRequest, most: number) => boolean,
  ) {}

  headers(map: HeaderMap, end: boolean): void {
    const route = this.stream.info.route as Route | undefined;
    if (!route) return this.noRoute();
    const { cluster = "" } = route;
    const { redirect, directResponse, timeoutMs, connect } = route.spec;
    if (redirect) return this.redirect(map, route, redirect);
    if (directResponse) return this.direct(route, directResponse);
    const upstream = this.override() ?? this.clusters.get(cluster);
    if (!upstream) {
      this.flag(ResponseFlag.NoClusterFound);
      return this.reply(route.spec.clusterNotFoundStatus ?? 503, "", "cluster_not_found");
    }
    const { retry } = route.spec;
    const timeouts = takeTimeouts(
      map,
      { timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS, perTryMs: retry?.perTryTimeoutMs },
      this.onUnsupported,
    );
    if (this.options.tunnel) timeouts.timeoutMs = 0;
    timeouts.isSilent = this.options.isSilent;
    // Envoy sets the header before the changes of the route.
    setExpectedTimeout(map, timeouts);
    this.route = route;
    rewriteRequest(map, route, this.options.isSilent);
    setScheme(map);
    const policy = RetryPolicy.take(map, retry);
    this.timesOutEmpty = timeouts.isEmpty;
    this.stream.info.upstreamAddress = `${upstream.address}:${upstream.port}`;
    this.stream.info.transportFailure ??= "";
    this.stream.info.upstreamLocal = () => this.out?.local?.address;
    this.began = performance.now();
    const open = (events: UpstreamEvents) =>
      connect ? new Tunnel(upstream.address, upstream.port, events) : upstream.open(events);
    this.out = new Tries(open, policy, timeouts, this.options.bufferLimit, this.events(route.spec));
    this.wrote(this.out.headers(map, end, this.options.tunnel), end);
  }

  data(bytes: ByteBuffer, end: boolean): void {
    const chunk = bytes.take();
    if (this.out && !this.isOver) this.wrote(this.out.data(chunk, end), end);
  }

  trailers(map: HeaderMap): void {
    if (this.out && !this.isOver) this.wrote(this.out.trailers(map), true);
  }

  /**
   * The host that a plugin has chosen instead of the cluster's. It must be the host of one of the gateway's clusters.
   */
  private override(): Upstream | undefined {
    const { overrideHost } = this.stream.info;
    return [...this.clusters.values()].find(({ address, port }) => `${address}:${port}` === overrideHost);
  }

  private response(head: Head, end: boolean): void {
    if (this.isOver) return;
    this.responded = true;
    if (this.out?.exhausted) this.flag(ResponseFlag.UpstreamRetryLimitExceeded);
    const map = responseMap(head, this.stream.info.protocol === "HTTP/2");
    // The header is only set when the whole request was sent.
    const { tunnel, isSilent } = this.options;
    if (!tunnel && !isSilent && this.sentAt !== undefined) addServiceTime(map, this.began);
    this.note();
    this.route?.changeResponse?.(map);
    if (end) {
      this.finish();
      this.stream.info.backendLatency = this.latency;
    }
    this.stream.responseHeaders(map, end);
  }

  /** Sets the properties about the upstream of the response. */
  private note(): void {
    const { info } = this.stream;
    info.codeDetails = "via_upstream";
    info.upstreamReadyDuration = this.out?.local?.waited;
    this.latency = this.sentAt === undefined ? undefined : process.hrtime.bigint() - this.sentAt;
  }

  private end(trailers: Pair[] | undefined, last: Buffer = Buffer.alloc(0)): void {
    if (this.isOver) return;
    this.finish();
    this.stream.info.backendLatency = this.latency;
    if (trailers) this.stream.responseTrailers(new HeaderMap("trailers", trailers));
    else this.stream.responseData(last, true);
  }

  private reset(reason: ResetReason): void {
    if (this.isOver) return;
    this.finish();
    this.flag(RESET_FLAGS[reason]);
    const { info } = this.stream;
    const isRetried = (this.out?.count ?? 0) > 1;
    if (this.out?.exhausted) this.flag(ResponseFlag.UpstreamRetryLimitExceeded);
    if (reason === "remote connection failure") info.transportFailure = REFUSED;
    const status = reason === "protocol error" ? 502 : 503;
    const more = info.transportFailure ? `|${info.transportFailure.replaceAll(" ", "_")}` : "";
    // The reply replaces a response that a filter still holds. A response that has begun is cut.
    this.reply(status, resetText(reason, isRetried), resetDetails(this.responded ? "after" : "before", reason, more));
  }

  private refused(problem: string): void {
    if (this.isOver) return;
    this.finish();
    // Envoy sets this flag, although the client did nothing wrong.
    this.flag(ResponseFlag.DownstreamProtocolError);
    this.reply(503, Buffer.from(problem, "latin1"), problemDetails(problem));
  }

  private events({ internalRedirects: most = 0 }: RouteSpec): TriesEvents {
    return {
      ...(most > 0 ? { redirects: (head: Head, request: SentRequest) => this.redirected(head, request, most) } : {}),
      began: () => void this.stream.info.upstreamAttempts++,
      timedOut: (perTry) => this.timedOut(perTry),
      tooLarge: () => {
        this.finish();
        this.reply(507, "exceeded request buffer limit while retrying upstream", TOO_LARGE_DETAILS);
      },
      interim: () => (this.responded = true),
      response: (head, end) => this.response(head, end),
      data: (bytes) => {
        if (!this.isOver) this.stream.responseData(bytes, false);
      },
      end: (trailers, last) => this.end(trailers, last),
      reset: (reason) => this.reset(reason),
      refused: (problem) => this.refused(problem),
      drained: () => this.slowClient(false),
    };
  }

  /** Pauses or resumes the upstream's response. */
  flow(paused: boolean): void {
    if (!this.isOver) this.out?.flow(paused);
  }

  /** Cancels the request, because the client has its response, gets a local reply or has disconnected. */
  abort(): void {
    if (this.isOver) return;
    this.finish();
    this.out?.abort();
  }

  private redirected(head: Head, request: SentRequest, most: number): boolean {
    const { info } = this.stream;
    const { route } = info;
    const before = follow(request.map, head);
    if (!before) return false;
    info.clearRoute();
    info.updateRoute();
    if (info.route) {
      info.responseCode = head.status;
      info.codeDetails = "internal_redirect";
      if (this.restart(request, most)) return true;
    }
    request.map.replaceAll(before);
    info.setRoute(route);
    return false;
  }

  private wrote(ready: boolean, end: boolean): void {
    if (!ready) this.slowClient(true);
    if (end) this.sentAt = process.hrtime.bigint();
  }

  private timedOut(perTry: boolean): void {
    if (this.isOver) return;
    this.finish();
    this.flag(ResponseFlag.UpstreamRequestTimeout);
    if (this.out?.exhausted) this.flag(ResponseFlag.UpstreamRetryLimitExceeded);
    const details = perTry ? "upstream_per_try_timeout" : TIMEOUT_DETAILS;
    this.reply(this.timesOutEmpty ? 204 : 504, this.timesOutEmpty ? "" : TIMEOUT_TEXT, details);
  }

  private finish(): void {
    this.isOver = true;
  }

  private redirect(map: HeaderMap, route: Route, redirect: RedirectSpec): void {
    const { status = 301, prefixRewrite } = redirect;
    rewritePath(map, route.spec, prefixRewrite, this.options.isSilent);
    this.direct(route, { status }, redirect);
  }

  private direct(route: Route, { status, body = "", headers = [] }: DirectResponse, redirect?: RedirectSpec): void {
    const map = new HeaderMap("response");
    // Envoy sets the location before it changes the headers.
    if (status === 201 || (status >= 300 && status < 400)) {
      map.add("location", redirectUrl(this.stream.info.requestHeaders!, redirect));
    }
    const { add = [], ...changes } = route.spec.responseHeaders ?? {};
    changeHeaders(map, { ...changes, add: [...headers, ...add] });
    this.stream.sendLocalReply(gatewayReply(status, body, "direct_response", [...map.entries()]));
  }

  private noRoute(): void {
    this.flag(ResponseFlag.NoRouteFound);
    this.reply(404, "", "route_not_found");
  }

  private flag(flag: bigint): void {
    this.stream.info.responseFlags |= flag;
  }

  private reply(status: number, body: string | Buffer, details: string): void {
    this.stream.sendLocalReply(gatewayReply(status, body, details));
  }
}
