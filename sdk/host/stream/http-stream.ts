import { ByteBuffer } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";
import {
  prepareReply,
  replyForm,
  type PluginReply,
  type PreparedReply,
  type ReplyForm,
} from "../message/local-reply.js";
import type { StreamInfo } from "../properties/stream-info.js";
import { FilterChain, type ActiveFilter, type ChainOwner, type Filter, type Sink } from "./filter-chain.js";

/** How many bytes of a body a chain may buffer by default. */
export const DEFAULT_BUFFER_LIMIT = 1024 * 1024;

/** A plugin in one request. */
export interface StreamFilter {
  readonly decoder: Filter;
  readonly encoder: Filter;
  attach(stream: HttpStream, request: ActiveFilter, response: ActiveFilter): void;
  log(): void;
  destroy(): void;
}

/** Body and response code details of the local reply when a plugin has removed the status of the response. */
const NO_STATUS = "missing required header: :status";
const NO_STATUS_DETAILS = "filter_removed_required_response_headers{missing_required_header:_:status}";

/** The surroundings of a stream: a gateway, or a test. */
export interface StreamSides {
  /** Takes the request behind the last filter. */
  upstream: Sink;
  /** Takes the response. */
  downstream: Sink;
  /** The client must pause because too many bytes of the request are buffered, or may continue. */
  requestFlow?(paused: boolean): void;
  /** The same for the upstream and the response. */
  responseFlow?(paused: boolean): void;
  /** A local reply takes the place of the upstream's response: nothing of that response may follow. */
  replied?(): void;
  /** The whole response has been sent. */
  finished(): void;
  /** The stream is reset: the client's connection must be closed. */
  broken(): void;
}

/**
 * A request and its response, which pass through the plugins of a gateway. The gateway passes parts in as they arrive,
 * and the sinks get the parts that come out. Everything happens synchronously, within the calls.
 *
 * @example
 * const stream = new HttpStream([plugin.newFilter()], sides, info);
 * stream.requestHeaders(new HeaderMap("request", [[":method", "GET"], [":path", "/"], [":authority", "h"]]), true);
 */
export class HttpStream {
  readonly request: FilterChain;
  readonly response: FilterChain;
  /** The whole response has been sent, or the stream was reset. */
  isOver = false;
  private encoded = false;
  private form: ReplyForm = { grpc: false, toHead: false };
  private prepared: (() => void) | undefined;
  private isDestroyed = false;

  constructor(
    private readonly filters: readonly StreamFilter[],
    private readonly sides: StreamSides,
    readonly info: StreamInfo,
    limit = DEFAULT_BUFFER_LIMIT,
  ) {
    const owner = (side: Pick<ChainOwner, "flow" | "tooLarge" | "passesAddedTrailers">): ChainOwner => ({
      ...{ limit, ...side },
      stopped: () => this.sendPrepared(),
    });
    const inner = [...filters];
    const outer = [...filters].reverse();
    this.request = new FilterChain(
      inner.map(({ decoder }) => decoder),
      this.router(),
      owner({
        passesAddedTrailers: true,
        flow: (paused) => sides.requestFlow?.(paused),
        tooLarge: () => this.sendLocalReply(gatewayReply(413, "Payload Too Large", "request_payload_too_large")),
      }),
    );
    this.response = new FilterChain(
      outer.map(({ encoder }) => encoder),
      this.codec(),
      owner({
        passesAddedTrailers: false,
        flow: (paused) => sides.responseFlow?.(paused),
        tooLarge: () => this.sendLocalReply(gatewayReply(500, "Internal Server Error", "response_payload_too_large")),
      }),
    );
    for (const [index, filter] of filters.entries()) {
      filter.attach(this, this.request.filters[index]!, this.response.filters[filters.length - 1 - index]!);
    }
  }

  requestHeaders(map: HeaderMap, end: boolean): void {
    if (this.isOver) return;
    this.info.requestHeaders = map;
    this.form = replyForm(map);
    // Plugins read the route of the original request, whatever they change first.
    this.info.updateRoute();
    this.request.headers(map, end);
  }

  requestData(bytes: Uint8Array, end: boolean): void {
    this.info.received += bytes.length;
    if (!this.isOver) this.request.data(new ByteBuffer(bytes), end);
  }

  requestTrailers(map: HeaderMap): void {
    if (!this.isOver) this.request.trailers(map);
  }

  responseHeaders(map: HeaderMap, end: boolean): void {
    if (this.isOver) return;
    this.info.responseHeaders = map;
    this.info.responseCode = codeOf(map);
    this.response.headers(map, end);
  }

  responseData(bytes: Uint8Array, end: boolean): void {
    if (!this.isOver) this.response.data(new ByteBuffer(bytes), end);
  }

  responseTrailers(map: HeaderMap): void {
    if (this.isOver) return;
    this.info.responseTrailers = map;
    this.response.trailers(map);
  }

  /**
   * Sends a local reply. Without a response from the upstream, the reply passes through the plugins. If a response has
   * arrived and none of it has been sent, the reply replaces it at once. If the response is partly sent, the stream is
   * reset.
   */
  sendLocalReply(reply: PluginReply): void {
    this.sendReply(reply, this.response.headersMap !== undefined);
  }

  /** Sends a local reply to a request that no plugin sees. Plugins only get the end of the stream. */
  rejectRequest(map: HeaderMap, reply: PluginReply): void {
    this.info.requestHeaders = map;
    this.form = replyForm(map);
    this.sendReply(reply, true);
  }

  /** Resets the stream. */
  reset(): void {
    if (this.isOver) return;
    this.stopChains();
    this.sides.broken();
  }

  /** Ends the stream for the plugins. Call it when the client has the response or has left. */
  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.stopChains();
    for (const filter of this.filters) filter.log();
    for (const filter of this.filters) filter.destroy();
  }

  private sendReply(reply: PluginReply, pastFilters: boolean): void {
    // The first of two local replies counts.
    if (this.isOver || this.prepared) return;
    if (this.request.isCalling) this.request.aborted = true;
    else if (this.response.isCalling) this.response.aborted = true;
    this.info.codeDetails = reply.details;
    if (this.encoded) return this.reset();
    this.info.localReply = reply;
    this.sides.replied?.();
    this.info.updateRoute();
    const { headers, body } = this.prepare(reply);
    const end = body.length === 0;
    this.info.responseHeaders = headers;
    if (pastFilters) {
      // No plugin sees a second response, or a response without a request.
      this.response.aborted = true;
      this.sendDirectly(headers, body, end);
      return;
    }
    const through = () => {
      this.request.aborted = true;
      this.response.headers(headers, end);
      if (!end) this.response.data(new ByteBuffer(body), true);
    };
    if (this.request.isCalling) this.prepared ??= through;
    else through();
  }

  private stopChains(): void {
    this.isOver = true;
    this.request.aborted = true;
    this.response.aborted = true;
  }

  private prepare(reply: PluginReply): PreparedReply {
    const { route } = this.info;
    const prepared = prepareReply(reply, this.form, (headers) => route?.changeResponse?.(headers));
    // For gRPC, this code differs from the one in the headers until the headers are sent.
    this.info.responseCode = reply.status & 0xffff;
    return prepared;
  }

  private sendPrepared(): void {
    const { prepared } = this;
    this.prepared = undefined;
    prepared?.();
  }

  private sendDirectly(headers: HeaderMap, body: Buffer, end: boolean): void {
    const codec = this.codec();
    codec.headers(headers, end);
    if (!end) codec.data(new ByteBuffer(body), true);
  }

  /** The sink behind the last filter of the request. A cleared route is found again here. */
  private router(): Sink {
    const { upstream } = this.sides;
    return {
      headers: (map, end) => {
        this.info.updateRoute();
        upstream.headers(map, end);
      },
      data: (bytes, end) => upstream.data(bytes, end),
      trailers: (map) => upstream.trailers(map),
    };
  }

  /** The sink behind the last filter of the response. */
  private codec(): Sink {
    const { sides } = this;
    const finish = (end: boolean) => {
      if (!end || this.isOver) return;
      this.stopChains();
      sides.finished();
    };
    return {
      headers: (map, end) => {
        const code = codeOf(map);
        if (code === undefined) return this.sendLocalReply(gatewayReply(502, NO_STATUS, NO_STATUS_DETAILS));
        this.info.responseCode = code;
        this.encoded = true;
        sides.downstream.headers(map, end);
        finish(end);
      },
      data: (bytes, end) => {
        this.info.sent += bytes.length;
        sides.downstream.data(bytes, end);
        finish(end);
      },
      trailers: (map) => {
        sides.downstream.trailers(map);
        finish(true);
      },
    };
  }
}

/**
 * The status of a response. Like Envoy, accepts spaces around the number and a plus sign; undefined if it is not a
 * number.
 */
function codeOf(headers: HeaderMap): number | undefined {
  const text = /^[\t-\r ]*\+?0*(\d{1,15})[\t-\r ]*$/.exec(headers.get(":status") ?? "")?.[1];
  return text === undefined ? undefined : Number(text);
}

/**
 * A local reply of the gateway itself.
 *
 * @example
 * stream.sendLocalReply(gatewayReply(404, "", "route_not_found"));
 */
export function gatewayReply(
  status: number,
  body: string | Buffer,
  details = "",
  headers: PluginReply["headers"] = [],
): PluginReply {
  return { status, body: Buffer.from(body), details, headers, grpcStatus: undefined };
}
