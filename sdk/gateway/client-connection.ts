import type { Socket } from "node:net";
import { gatewayReply, HeaderMap, ResponseFlag, type ConnectionInfo, type Pair, type Sink } from "../host/index.js";
import { HttpError } from "./http1/error.js";
import { requestFraming, upgradeOf, hasWord, valuesOf } from "./http1/framing.js";
import type { Framing, Head } from "./http1/message.js";
import { MessageParser } from "./http1/parser.js";
import { reasonPhrase } from "./http1/reason.js";
import { MessageWriter } from "./http1/writer.js";
import { Exchange, type ClientSide } from "./exchange.js";
import type { HttpListener } from "./http-listener.js";
import type { OpenConnection } from "./listener.js";
import { Reads } from "./reads.js";
import { expectsContinue, HOP, requestHeaders } from "./request-headers.js";

/** How long a client has to read the last response before its connection is closed. */
const LINGER_MS = 1000;

/** Stands for a request whose head could not be read. */
const UNREADABLE: Head = { method: "", target: "", status: 0, version: 1, headers: [] };

interface Current {
  exchange: Exchange;
  head: Head;
  tunnel: boolean;
  /** The whole request has been received. */
  ended: boolean;
  close: boolean;
  /** The gateway itself has cut the connection. */
  broken: boolean;
}

/** An HTTP/1 connection of a client. It serves one request after the other, each with its own stream. */
export class ClientConnection implements OpenConnection {
  private readonly parser: MessageParser;
  private readonly reads: Reads;
  private readonly writer: MessageWriter;
  private current: Current | undefined;
  private isClosing = false;
  /** The head of the request that is being read. */
  private newest = UNREADABLE;

  constructor(
    private readonly socket: Socket,
    private readonly listener: HttpListener,
    private readonly info: ConnectionInfo,
    /** Called once when the connection is closed. */
    gone: () => void,
  ) {
    this.reads = new Reads(socket);
    this.writer = new MessageWriter(socket);
    this.parser = new MessageParser("request", {
      head: (head) => this.head(head),
      data: (bytes) => this.current?.exchange.stream.requestData(bytes, false),
      end: (trailers) => this.requestEnded(trailers),
    });
    socket.on("data", (bytes: Buffer) => this.parse(() => this.parser.push(bytes)));
    socket.on("drain", () => this.current?.exchange.flow(false));
    // Like Envoy, treats a half-closed connection as closed.
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.current && !this.current.broken) this.current.exchange.abandon("downstream_remote_disconnect");
      this.drop();
      gone();
    });
    socket.resume();
  }

  get active(): number {
    return this.current === undefined ? 0 : 1;
  }

  /** Closes the connection after the request in flight. */
  retire(): void {
    if (this.current) this.current.close = true;
    else this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
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
    const { settings } = this.listener;
    this.newest = head;
    const wanted = head.method === "CONNECT" ? "CONNECT" : upgradeOf(head);
    const isUpgrade = wanted !== undefined && wanted.toLowerCase() !== "h2c";
    const allowed = isUpgrade && settings.allowsUpgrade(wanted);
    const framing = allowed ? "until-close" : requestFraming(head);
    const map = requestHeaders(head, allowed && wanted !== "CONNECT" ? wanted : undefined);
    if (head.version === 1 && expectsContinue(head.headers)) {
      this.socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    const end = head.method !== "CONNECT" && (framing === "none" || framing === 0);
    const { exchange } = this.begin(head, {
      tunnel: allowed,
      ended: end,
      close: wantsClose(head) || (isUpgrade && !allowed),
    });
    const problem = exchange.updateRequest(map);
    // A CONNECT without a route is handled like any request without a route.
    const isRefused = isUpgrade && !allowed && (wanted !== "CONNECT" || settings.routes.find(map)?.name !== undefined);
    if (problem) exchange.refuse(map, problem);
    else if (isRefused) exchange.refuse(map, gatewayReply(403, "", "upgrade_failed"));
    else exchange.stream.requestHeaders(map, end);
    return framing;
  }

  private begin(head: Head, how: Pick<Current, "tunnel" | "ended" | "close">): Current {
    const client: ClientSide = {
      downstream: this.downstream(),
      slow: (reason, paused) => this.reads.set(reason, paused),
      finished: () => this.responseEnded(),
      broken: () => {
        if (this.current) this.current.broken = true;
        this.socket.destroy();
      },
    };
    const protocol = `HTTP/1.${head.version}`;
    const { bufferLimit } = this.listener.settings;
    const exchange = new Exchange(this.listener, this.info, client, { protocol, bufferLimit, tunnel: how.tunnel });
    this.current = { exchange, head, broken: false, ...how };
    return this.current;
  }

  /** The sink that writes the response to the socket. */
  private downstream(): Sink {
    const pauseIfFull = (ready: boolean) => {
      if (!ready) this.current?.exchange.flow(true);
    };
    return {
      headers: (map, end) => pauseIfFull(this.writeHead(map, end)),
      data: (bytes, end) => pauseIfFull(this.writer.data(bytes.take(), end)),
      trailers: (map) => pauseIfFull(this.writer.trailers(map)),
    };
  }

  private writeHead(map: HeaderMap, end: boolean): boolean {
    const current = this.current!;
    const { head, tunnel } = current;
    if (!current.ended && !tunnel) current.close = true;
    // Envoy closes the connection after each local reply with status 400, even one of a plugin.
    if (current.exchange.stream.info.localReply?.status === 400) current.close = true;
    const status = Number(map.get(":status"));
    const isTunnel = tunnel && (status === 101 || (head.method === "CONNECT" && status < 300));
    if (tunnel && !isTunnel) current.close = true;
    // Plugins see these headers. The client gets them only when the protocol is switched.
    for (const name of tunnel && status === 101 ? ["transfer-encoding"] : HOP) map.remove(name);
    if (!map.has("date")) map.add("date", new Date().toUTCString());
    current.exchange.updateResponse(map);
    // HTTP/1.0 has no chunks, so only the end of the connection ends a body without a content-length.
    if (head.version === 0 && !end && !map.has("content-length")) current.close = true;
    if (this.listener.isDraining) current.close = true;
    if (current.close) map.set("connection", "close");
    else if (head.version === 0) map.set("connection", "keep-alive");
    if (!this.socket.destroyed) current.exchange.responded(status);
    return this.writer.response(map, { end, toHead: head.method === "HEAD", tunnel: isTunnel, version: head.version });
  }

  private requestEnded(trailers: Pair[] | undefined): void {
    const { current } = this;
    if (!current) return;
    if (!current.ended) {
      current.ended = true;
      if (trailers) current.exchange.stream.requestTrailers(new HeaderMap("request trailers", trailers));
      else current.exchange.stream.requestData(Buffer.alloc(0), true);
    }
    // A response that ended earlier has cleared `current`; see `responseEnded`.
  }

  private responseEnded(): void {
    const { current } = this;
    if (!current) return;
    const close = current.close || !current.ended || current.tunnel;
    this.drop();
    this.reads.set("filters", false);
    this.reads.set("upstream", false);
    if (close) return this.close();
    // Deferred, because the parser may be running.
    queueMicrotask(() => this.parse(() => this.parser.resume()));
  }

  /** Ends the stream. */
  private drop(): void {
    const { current } = this;
    if (!current) return;
    this.current = undefined;
    this.newest = UNREADABLE;
    current.exchange.end();
  }

  /** Closes the connection later, because unread bytes of the client would make the system drop the response. */
  private close(): void {
    this.isClosing = true;
    this.socket.end();
    setTimeout(() => this.socket.destroy(), LINGER_MS).unref();
  }

  /** Responds to bytes that are not HTTP. Plugins that have not seen the headers only get the end of the stream. */
  private refuse({ status, details, isProtocolError }: HttpError): void {
    const begun = this.current;
    if (begun?.exchange.stream.info.responseHeaders) return void this.socket.destroy();
    // The method of a request that breaks HTTP's rules is not known.
    const head = isProtocolError ? { ...UNREADABLE, version: this.parser.version } : this.newest;
    const current = begun ?? this.begin(head, { tunnel: false, ended: false, close: true });
    current.close = true;
    const { stream } = current.exchange;
    if (!begun) current.exchange.note(partsOf(this.newest));
    if (isProtocolError) stream.info.responseFlags |= ResponseFlag.DownstreamProtocolError;
    const reply = gatewayReply(status, isProtocolError ? reasonPhrase(status) : "", details);
    if (begun) stream.sendLocalReply(reply);
    else stream.rejectRequest(new HeaderMap("request", [[":method", current.head.method]]), reply);
  }
}

/** The parts of a request that was not accepted, under the names of pseudo-headers. */
function partsOf({ method, target, headers }: Head): Map<string, string> {
  return new Map([
    [":method", method],
    [":path", target],
    [":authority", valuesOf(headers, "host")[0] ?? ""],
  ]);
}

/** Whether a client wants its connection closed after the response. */
function wantsClose({ version, headers }: Head): boolean {
  if (version === 0) return !hasWord(headers, "connection", "keep-alive");
  return hasWord(headers, "connection", "close") || hasWord(headers, "proxy-connection", "close");
}
