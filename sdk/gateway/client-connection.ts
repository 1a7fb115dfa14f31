import type { Socket } from "node:net";
import {
  gatewayReply,
  HeaderMap,
  HttpStream,
  ResponseFlag,
  StreamInfo,
  type ConnectionInfo,
  type Pair,
  type Sink,
} from "../host/index.js";
import { HttpError } from "./http1/error.js";
import { requestFraming, upgradeOf, hasWord } from "./http1/framing.js";
import { MessageParser, type Framing, type Head } from "./http1/parser.js";
import { reasonPhrase } from "./http1/reason.js";
import { MessageWriter } from "./http1/writer.js";
import type { HttpListener } from "./http-listener.js";
import type { OpenConnection } from "./listener.js";
import { Reads } from "./reads.js";
import { HOP, requestHeaders } from "./request-headers.js";
import { Router } from "./router.js";

/** How long a client may take to see an answer after which its connection is closed. */
const LINGER_MS = 1000;

interface Current {
  stream: HttpStream;
  router: Router;
  head: Head;
  tunnel: boolean;
  /** The whole request has come. */
  ended: boolean;
  close: boolean;
  /** The gateway itself has cut the connection. */
  broken: boolean;
}

/** A client's connection: its requests, one after the other, each with its stream. */
export class ClientConnection implements OpenConnection {
  private readonly parser: MessageParser;
  private readonly reads: Reads;
  private readonly writer: MessageWriter;
  private current: Current | undefined;
  private isClosing = false;
  private version = 1;

  constructor(
    private readonly socket: Socket,
    private readonly listener: HttpListener,
    private readonly info: ConnectionInfo,
  ) {
    this.reads = new Reads(socket);
    this.writer = new MessageWriter(socket);
    this.parser = new MessageParser("request", {
      head: (head) => this.head(head),
      data: (bytes) => this.current?.stream.requestData(bytes, false),
      end: (trailers) => this.requestEnded(trailers),
    });
    socket.on("data", (bytes: Buffer) => this.parse(() => this.parser.push(bytes)));
    socket.on("drain", () => this.current?.router.flow(false));
    // A client that sends no more is gone, as for Envoy.
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.current && !this.current.broken) this.abandon(this.current.stream);
      this.drop();
      listener.gone(this);
    });
  }

  /** Whether a request is being answered. */
  get isActive(): boolean {
    return this.current !== undefined;
  }

  /** Ends after the request that is being answered, or at once. */
  retire(): void {
    if (this.current) this.current.close = true;
    else this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private abandon({ info }: HttpStream): void {
    info.codeDetails = "downstream_remote_disconnect";
    info.responseFlags |= ResponseFlag.DownstreamConnectionTermination;
    this.listener.abandoned++;
  }

  private parse(run: () => void): void {
    if (this.isClosing) return;
    try {
      run();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.refuse(error);
    }
  }

  private head(head: Head): Framing {
    const { listener } = this;
    this.version = head.version;
    const wanted = head.method === "CONNECT" ? "CONNECT" : upgradeOf(head);
    const isUpgrade = wanted !== undefined && wanted.toLowerCase() !== "h2c";
    const allowed = isUpgrade && listener.allowsUpgrade(wanted);
    const framing = allowed ? "until-close" : requestFraming(head);
    const map = requestHeaders(head, allowed && wanted !== "CONNECT" ? wanted : undefined);
    if (head.version === 1 && hasWord(head.headers, "expect", "100-continue")) {
      this.socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    const end = head.method !== "CONNECT" && (framing === "none" || framing === 0);
    const router = new Router(listener.clusters, allowed, (paused) => this.reads.set("upstream", paused));
    const stream = this.open(router);
    const close = wantsClose(head) || (isUpgrade && !allowed);
    this.current = { stream, router, head, tunnel: allowed, ended: end, close, broken: false };
    stream.info.protocol = `HTTP/1.${head.version}`;
    // A CONNECT without a route goes the way of every request without one.
    const isRefused = isUpgrade && !allowed && (wanted !== "CONNECT" || listener.routes.find(map) !== undefined);
    const isPath = map.get(":path")?.startsWith("/") ?? true;
    if (isRefused) stream.refuse(map, gatewayReply(403, "", "upgrade_failed"));
    else if (!isPath) stream.refuse(map, gatewayReply(404, "", "absolute_path_rejected"));
    else stream.requestHeaders(map, end);
    return framing;
  }

  private open(router: Router): HttpStream {
    const { listener } = this;
    const { clock } = listener.services;
    const info = new StreamInfo({ wall: clock.wall(), monotonic: clock.monotonic() }, this.info, (headers) =>
      listener.routes.find(headers),
    );
    const filters = listener.plugins.map((plugin) => plugin.newFilter());
    const stream = new HttpStream(
      filters.filter((one) => one !== undefined),
      {
        upstream: router,
        downstream: this.downstream(),
        requestFlow: (paused) => this.reads.set("filters", paused),
        responseFlow: (paused) => router.flow(paused),
        finished: () => this.responseEnded(),
        broken: () => {
          if (this.current) this.current.broken = true;
          this.socket.destroy();
        },
      },
      info,
      listener.bufferLimit,
    );
    router.stream = stream;
    return stream;
  }

  /** Takes the response for the socket. */
  private downstream(): Sink {
    const wrote = (ready: boolean) => {
      if (!ready) this.current?.router.flow(true);
    };
    return {
      headers: (map, end) => wrote(this.writeHead(map, end)),
      data: (bytes, end) => wrote(this.writer.data(bytes.take(), end)),
      trailers: (map) => wrote(this.writer.trailers(map)),
    };
  }

  private writeHead(map: HeaderMap, end: boolean): boolean {
    const current = this.current!;
    const { head, tunnel } = current;
    if (!current.ended && !tunnel && current.stream.info.codeDetails !== "via_upstream") current.close = true;
    const status = Number(map.get(":status"));
    const isTunnel = tunnel && (status === 101 || (head.method === "CONNECT" && status < 300));
    if (tunnel && !isTunnel) current.close = true;
    // Plugins have seen them; to the client they say nothing, unless the protocol is switched.
    for (const name of tunnel && status === 101 ? ["transfer-encoding"] : HOP) map.remove(name);
    if (!map.has("date")) map.add("date", new Date().toUTCString());
    setInPlace(map, "server", "envoy");
    // Without chunks only the connection's end says where such a body ends.
    if (head.version === 0 && !end && !map.has("content-length")) current.close = true;
    if (current.close) map.set("connection", "close");
    else if (head.version === 0) map.set("connection", "keep-alive");
    return this.writer.response(map, { end, toHead: head.method === "HEAD", tunnel: isTunnel, version: head.version });
  }

  private requestEnded(trailers: Pair[] | undefined): void {
    const { current } = this;
    if (!current) return;
    if (!current.ended) {
      current.ended = true;
      if (trailers) current.stream.requestTrailers(new HeaderMap("trailers", trailers));
      else current.stream.requestData(Buffer.alloc(0), true);
    }
    // An answer that came before is through by now; see `responseEnded`.
  }

  private responseEnded(): void {
    const { current } = this;
    if (!current) return;
    const close = current.close || !current.ended || current.tunnel;
    this.drop();
    this.reads.set("filters", false);
    this.reads.set("upstream", false);
    if (close) return this.close();
    // Not at once: the parser may be at work.
    queueMicrotask(() => this.parse(() => this.parser.resume()));
  }

  /** Ends the stream. */
  private drop(): void {
    const { current } = this;
    if (!current) return;
    this.current = undefined;
    current.router.abort();
    current.stream.info.endedAt = this.listener.services.clock.monotonic();
    current.stream.destroy();
  }

  /** Closes when the client has had time to read: bytes that nobody reads would make the system cut the answer off. */
  private close(): void {
    this.isClosing = true;
    this.socket.end();
    setTimeout(() => this.socket.destroy(), LINGER_MS).unref();
  }

  private refuse(error: HttpError): void {
    const { current } = this;
    if (current?.stream.info.responseHeaders) return void this.socket.destroy();
    this.drop();
    const reason = reasonPhrase(error.status);
    const text = error.withBody ? reason : "";
    const type = text === "" ? "" : "content-type: text/plain\r\n";
    const date = `date: ${new Date().toUTCString()}\r\nserver: envoy\r\nconnection: close\r\n`;
    const head = `HTTP/1.${this.version} ${error.status} ${reason}\r\n`;
    this.socket.write(`${head}content-length: ${text.length}\r\n${type}${date}\r\n${text}`, "latin1");
    this.close();
  }
}

/** Whether a client wants its connection closed after the answer. */
function wantsClose({ version, headers }: Head): boolean {
  if (version === 0) return !hasWord(headers, "connection", "keep-alive");
  return hasWord(headers, "connection", "close") || hasWord(headers, "proxy-connection", "close");
}

/** Puts a value where the first of that name is, or at the end. */
function setInPlace(map: HeaderMap, name: string, value: string): void {
  if (!map.has(name)) return map.add(name, value);
  const pairs = map.entries();
  const first = pairs.findIndex(([one]) => one === name);
  map.replaceAll(
    pairs.flatMap((pair, index) => (index === first ? [[name, value]] : pair[0] === name ? [] : [pair])) as Pair[],
  );
}
