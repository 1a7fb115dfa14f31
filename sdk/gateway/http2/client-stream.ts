import { constants, type ServerHttp2Stream } from "node:http2";
import { gatewayReply, HeaderMap, type ConnectionInfo, type Pair, type Sink } from "../../host/index.js";
import { Exchange, targetOf } from "../exchange.js";
import type { HttpListener } from "../http-listener.js";
import { HttpError } from "../http1/error.js";
import { reasonPhrase } from "../http1/reason.js";
import { Reads } from "../reads.js";
import { expectsContinue, HOP } from "../request-headers.js";
import { outgoing, pairsOf, sendTrailers } from "./fields.js";
import { Incoming } from "./incoming.js";
import { hasUserInfo, http2Request, isTooLarge } from "./request.js";
import { STREAM_WINDOW } from "./server.js";

/** A request of an HTTP/2 client: one stream of its connection. */
export class ClientStream {
  private exchange: Exchange | undefined;
  private readonly reads: Reads;
  private requestEnded = false;
  /** Trailers to send after the body. */
  private trailers: HeaderMap | undefined;
  private responseEnded = false;
  private hasBody = false;

  constructor(
    private readonly http2: ServerHttp2Stream,
    private readonly listener: HttpListener,
    private readonly connection: ConnectionInfo,
    /** Called when the stream is closed. */
    private readonly over: () => void,
  ) {
    this.reads = new Reads(http2);
    http2.on("error", () => {});
    http2.on("drain", () => this.exchange?.flow(false));
    http2.on("wantTrailers", () => {
      if (!sendTrailers(http2, this.trailers)) http2.close(constants.NGHTTP2_PROTOCOL_ERROR);
      this.stopRequest();
    });
    http2.on("close", () => this.closed());
  }

  /** Begins the request with its headers, and the flags of their frame. */
  begin(pairs: readonly Pair[], flags: number): void {
    if (isTooLarge(pairs)) return this.reset(pairs, constants.NGHTTP2_INTERNAL_ERROR);
    if (hasUserInfo(pairs)) return this.reset(pairs, constants.NGHTTP2_CANCEL);
    const { settings } = this.listener;
    const isConnect = pairs.some(([name, value]) => name === ":method" && value === "CONNECT");
    const tunnel = isConnect && settings.allowsUpgrade("CONNECT");
    const how = { protocol: "HTTP/2", tunnel, bufferLimit: STREAM_WINDOW };
    const exchange = new Exchange(this.listener, this.connection, this.client(), how);
    this.exchange = exchange;
    exchange.note(new Map(pairs));
    let map: HeaderMap;
    try {
      map = http2Request(pairs, this.connection.tls ? "https" : "http");
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return this.refuse(pairs, error);
    }
    // The client may have reset the stream in the same packet.
    if (expectsContinue(pairs) && !this.isGone) this.http2.additionalHeaders({ ":status": 100 });
    const end = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    this.requestEnded = end;
    const problem = exchange.updateRequest(map);
    if (problem) return exchange.refuse(map, problem);
    const isRefused = isConnect && !tunnel && settings.routes.find(map)?.name !== undefined;
    if (isRefused) return exchange.refuse(map, gatewayReply(403, "", "upgrade_failed"));
    exchange.stream.requestHeaders(map, end);
    if (!end) this.listen(exchange);
  }

  /** Whether the stream is over, so that nothing can be written. */
  private get isGone(): boolean {
    return this.http2.destroyed || this.http2.closed;
  }

  private listen({ stream }: Exchange): void {
    new Incoming(this.http2, {
      data: (bytes, end) => {
        if (end) this.requestEnded = true;
        stream.requestData(bytes, end);
      },
      trailers: (raw) => {
        this.requestEnded = true;
        stream.requestTrailers(new HeaderMap("request trailers", pairsOf(raw)));
      },
    });
  }

  /** Ends a request that no plugin sees, without a response. */
  private reset(pairs: readonly Pair[], code: number): void {
    const { name, onRequest } = this.listener;
    this.listener.count("rq_total");
    onRequest?.({ listener: name, ...targetOf(new Map(pairs)), route: "", status: 0, ms: 0, details: "" });
    this.http2.close(code);
  }

  private refuse(pairs: readonly Pair[], { status, details, isProtocolError }: HttpError): void {
    const seen = pairs.filter(([name]) => name === ":method");
    const body = isProtocolError ? reasonPhrase(status) : "";
    this.exchange!.refuse(new HeaderMap("request", seen), gatewayReply(status, body, details));
  }

  private client(): ConstructorParameters<typeof Exchange>[2] {
    return {
      downstream: this.downstream(),
      slow: (reason, paused) => this.reads.set(reason, paused),
      finished: () => this.finished(),
      broken: () => {
        this.responseEnded = true;
        this.http2.close(constants.NGHTTP2_INTERNAL_ERROR);
      },
    };
  }

  /** The sink that writes the response to the client. */
  private downstream(): Sink {
    const pauseIfFull = (ready: boolean) => {
      if (!ready) this.exchange?.flow(true);
    };
    return {
      headers: (map, end) => this.respond(map, end),
      data: (bytes, end) => {
        const chunk = bytes.take();
        if (!this.http2.writable) return;
        if (chunk.length > 0) pauseIfFull(this.http2.write(chunk));
        if (end) this.http2.end();
      },
      trailers: (map) => {
        this.trailers = map;
        if (this.http2.writable) this.http2.end();
      },
    };
  }

  private respond(map: HeaderMap, end: boolean): void {
    for (const name of HOP) map.remove(name);
    if (!map.has("date")) map.add("date", new Date().toUTCString());
    this.exchange?.updateResponse(map);
    if (this.isGone) return;
    try {
      this.http2.respond(outgoing(map), { endStream: end, waitForTrailers: !end });
      this.exchange?.responded(Number(map.get(":status")));
      this.hasBody = this.http2.writable;
    } catch {
      // A plugin has set headers that HTTP/2 cannot carry.
      this.http2.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }

  private finished(): void {
    this.responseEnded = true;
    const { exchange } = this;
    this.exchange = undefined;
    exchange?.end();
    if (!this.hasBody) this.stopRequest();
  }

  /**
   * Stops the rest of the request after the response. Waits a turn, because a reset overtakes bytes that were just
   * written.
   */
  private stopRequest(): void {
    if (this.requestEnded) return;
    setImmediate(() => {
      if (!this.http2.closed) this.http2.close(constants.NGHTTP2_NO_ERROR);
    });
  }

  private closed(): void {
    const { exchange } = this;
    this.exchange = undefined;
    if (exchange) {
      if (!this.responseEnded) exchange.abandon("http2.remote_reset");
      exchange.end();
    }
    this.over();
  }
}
