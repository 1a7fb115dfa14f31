import { MapType } from "../abi/enums";
import {
  EXECUTION_PHASE,
  IS_BINARY_REQUEST_BODY,
  IS_BINARY_RESPONSE_BODY,
  IS_FROM_UPSTREAM,
  IS_WEBSOCKET,
  REQUEST_MAP,
} from "../abi/features";
import { HOST, METHOD, PATH, SCHEME } from "../abi/used";
import { listContains } from "../net/list-contains";
import { decodePath } from "../net/percent";
import { pathOf } from "../net/request-target";
import { Headers } from "../proxywasm/headers";
import { readXdsProperty } from "../proxywasm/property";
import { RequestHeaders } from "../proxywasm/request-headers";
import { ResponseHeaders } from "../proxywasm/response-headers";
import { Trailers } from "../proxywasm/trailers";
import { ExecutionPhase } from "./execution-phase";
import { isFromUpstream } from "./gateway-state";
import { isBinary } from "./media-type";
import { StreamExtras } from "./stream-extras";
import { StreamValues } from "./stream-values";

/** The headers and trailers of a request and its response, and what is known about the two messages. */
export abstract class MessageInfo extends StreamValues {
  // Not of type RequestHeaders: asc compiles the methods of a class that a field names, also without any object of it.
  private request: Headers | null = null;
  private response: ResponseHeaders | null = null;
  private extra: StreamExtras | null = null;
  private areMapsClosed: bool = false;
  private isResponseWithoutBody: bool = false;

  /** @internal */
  constructor(
    /** The number of the stream context. It is unique in this VM while the stream exists. */
    readonly id: u32,
  ) {
    super();
  }

  /**
   * The headers of the request. They exist in the request-headers hook, while the gateway holds them (`Action.Pause`,
   * `Action.HoldHeaders`), and in the stream-done hook.
   */
  get requestHeaders(): Headers {
    return this.requestMap();
  }

  /**
   * The headers of the response. They exist in the response-headers hook, while the gateway holds them (`Action.Pause`,
   * `Action.HoldHeaders`), and in the stream-done hook.
   */
  get responseHeaders(): Headers {
    return this.responseMap();
  }

  /** The trailers of the request. They exist in the request-trailers hook. */
  get requestTrailers(): Headers {
    return new Trailers(this.id, MapType.RequestTrailers);
  }

  /** The trailers of the response. They exist in the response-trailers hook. */
  get responseTrailers(): Headers {
    return new Trailers(this.id, MapType.ResponseTrailers);
  }

  /** The method of the request as it reached this plugin. Valid in every hook. */
  get method(): string {
    return this.requestMap().part(METHOD);
  }

  /** The scheme of the request as it reached this plugin: `http` or `https`. Valid in every hook. */
  get scheme(): string {
    return this.requestMap().part(SCHEME);
  }

  /**
   * The host of the request as it reached this plugin, with a port if the header has one: `example.com:8080`. Valid in
   * every hook.
   */
  get host(): string {
    return this.requestMap().part(HOST);
  }

  /** The path and query of the request as they reached this plugin. Valid in every hook. */
  get path(): string {
    return this.requestMap().part(PATH);
  }

  /** The path without its query, as written in the request: `/a%20b` of `/a%20b?c=1`. Valid in every hook. */
  get rawPathWithoutQuery(): string {
    return pathOf(this.path);
  }

  /**
   * The path without its query, decoded: `/a b` of `/a%20b?c=1`. A path with a `%` that two hexadecimal digits do not
   * follow stays as written. `%2F` becomes `/`, which an upstream may read as another path. Valid in every hook.
   *
   * @example
   * ```ts
   * if (ctx.pathWithoutQuery == "/health") return;
   * ```
   */
  get pathWithoutQuery(): string {
    const path = this.rawPathWithoutQuery;
    const decoded = decodePath(path);
    return decoded === null ? path : decoded;
  }

  /**
   * The name of the route of the request; "" if the request has no route. On Higress it is the name of the Ingress. If a
   * plugin changes the request headers, the new route is visible only after the request has left the last plugin.
   */
  get routeName(): string {
    return readXdsProperty(this.id, "route_name").string();
  }

  /**
   * The name of the cluster that the request goes to; "" if it has no cluster. The cluster changes with the route, see
   * `routeName`.
   */
  get clusterName(): string {
    return readXdsProperty(this.id, "cluster_name").string();
  }

  /**
   * Whether the request asks for a WebSocket: `connection` lists `upgrade`, and `upgrade` lists `websocket`. Over HTTP/2,
   * Envoy shows an extended CONNECT as such a request. Valid in every hook, as the request reached this plugin.
   *
   * @example
   * ```ts
   * if (ctx.isWebsocket) ctx.sendResponse(403, [], "no WebSockets");
   * ```
   */
  get isWebsocket(): bool {
    return this.extras().isWebsocket;
  }

  /**
   * Whether Higress's Go wrapper would treat the request body as binary: the request has a `content-encoding`, or its
   * `content-type` contains `octet-stream` or `grpc`. Such a body reaches the hook on the whole body all the same; see
   * `OnlyTextBodies`. Valid in every hook, as the request reached this plugin.
   */
  get isBinaryRequestBody(): bool {
    return this.extras().isBinaryRequestBody;
  }

  /**
   * As `isBinaryRequestBody`, for the response. Valid in the hooks on the response, as it reached this plugin; false
   * before the response arrives.
   */
  get isBinaryResponseBody(): bool {
    return this.extras().isBinaryResponseBody;
  }

  /**
   * Whether an upstream has sent the response: the opposite of `isLocalReply`, but false before the response exists.
   *
   * @example
   * ```ts
   * if (ctx.isResponseFromUpstream) ctx.responseHeaders.set("x-source", "upstream");
   * ```
   */
  get isResponseFromUpstream(): bool {
    return this.extras().isFromUpstream;
  }

  /**
   * The part of the stream that the gateway has passed to the plugin last. In a call handler, this is the part that had
   * arrived before the response of the call.
   */
  get executionPhase(): ExecutionPhase {
    return this.extras().phase;
  }

  /** @internal Reads facts from the request headers for all hooks, if the plugin uses them. */
  readRequestFacts(): void {
    if (IS_WEBSOCKET) {
      const headers = this.requestMap();
      this.extras().isWebsocket =
        listContains(headers.get("upgrade"), "websocket") && listContains(headers.get("connection"), "upgrade");
    }
    if (IS_BINARY_REQUEST_BODY) this.extras().isBinaryRequestBody = isBinary(this.requestMap());
  }

  /**
   * @internal Reads facts about the response for all hooks, if the plugin uses them.
   *
   * @param isReply whether the response is this plugin's local reply
   */
  readResponseFacts(isReply: bool): void {
    if (IS_BINARY_RESPONSE_BODY) this.extras().isBinaryResponseBody = isBinary(this.responseMap());
    if (IS_FROM_UPSTREAM) this.extras().isFromUpstream = !isReply && isFromUpstream(this.id);
  }

  /** @internal Notes which part of the stream has arrived, if the plugin asks for it. */
  enterPhase(phase: ExecutionPhase): void {
    if (EXECUTION_PHASE) this.extras().phase = phase;
  }

  /** @internal The state of methods that few plugins use. */
  extras(): StreamExtras {
    let extra = this.extra;
    if (extra === null) {
      extra = new StreamExtras();
      this.extra = extra;
    }
    return extra;
  }

  /** @internal The stream ends: from now on reads of missing headers are not reported. */
  closeMaps(): void {
    this.areMapsClosed = true;
    const request = this.request;
    if (REQUEST_MAP && request !== null) request.close();
    const response = this.response;
    if (response !== null) response.close();
  }

  /** @internal */
  requestMap(): RequestHeaders {
    let request = this.request;
    if (request === null) {
      request = new RequestHeaders(this.id);
      if (this.areMapsClosed) request.close();
      this.request = request;
    }
    return changetype<RequestHeaders>(request);
  }

  /** @internal Notes whether the response that arrives has a body. */
  beginResponseMap(hasBody: bool): void {
    this.isResponseWithoutBody = !hasBody;
    const response = this.response;
    if (response !== null) response.bodyFollows = hasBody;
  }

  /** @internal */
  responseMap(): ResponseHeaders {
    let response = this.response;
    if (response === null) {
      response = new ResponseHeaders(this.id);
      response.bodyFollows = !this.isResponseWithoutBody;
      if (this.areMapsClosed) response.close();
      this.response = response;
    }
    return response;
  }
}
