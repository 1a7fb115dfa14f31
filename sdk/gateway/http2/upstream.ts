import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { HeaderMap } from "../../host/index.js";
import { requestProblem } from "../http1/request-problem.js";
import type { Outgoing, UpstreamEvents } from "../outgoing.js";
import { Reads } from "../reads.js";
import { HOP } from "../request-headers.js";
import { CONNECT_TIMEOUT_MS, startTimer } from "../timer.js";
import type { ResetReason } from "../../host/message/upstream-failures.js";
import { outgoing, pairsOf, sendTrailers } from "./fields.js";
import { Incoming } from "./incoming.js";

/** The connection to an upstream that speaks HTTP/2 without TLS. All requests share the connection. */
export class Http2Upstream {
  private current: Http2Session | undefined;
  private isRetired = false;

  constructor(
    private readonly address: string,
    private readonly port: number,
  ) {}

  open(events: UpstreamEvents): Outgoing {
    if (!this.current?.isOpen) this.current = new Http2Session(this.address, this.port);
    this.current.isRetired = this.isRetired;
    return new Http2Request(this.current, events);
  }

  /** Closes the connection after its requests. Further requests get another connection. */
  retire(): void {
    this.isRetired = true;
    this.current?.session.close();
  }

  stop(): void {
    this.current?.session.destroy();
  }
}

class Http2Session {
  readonly session: ClientHttp2Session;
  connectedAt: bigint | undefined;
  timedOut = false;
  /** The connection closes after its requests. */
  isRetired = false;

  constructor(address: string, port: number) {
    const host = address.includes(":") ? `[${address}]` : address;
    this.session = connect(`http://${host}:${port}`);
    const stopTimer = startTimer(CONNECT_TIMEOUT_MS, () => {
      this.timedOut = true;
      this.session.destroy();
    });
    this.session.once("connect", () => {
      this.connectedAt = process.hrtime.bigint();
      stopTimer();
    });
    this.session.on("error", () => {});
    this.session.on("close", stopTimer);
    // An idle connection does not keep the process alive.
    this.session.unref();
  }

  /** Whether the connection accepts requests. After a GOAWAY, it does not. */
  get isOpen(): boolean {
    return !this.session.closed && !this.session.destroyed;
  }
}

class Http2Request implements Outgoing {
  private readonly began = process.hrtime.bigint();
  private stream: ClientHttp2Stream | undefined;
  private reads: Reads | undefined;
  private sentTrailers: HeaderMap | undefined;
  private over = false;
  /** The upstream has sent END_STREAM. */
  private hasEnded = false;

  constructor(
    private readonly connection: Http2Session,
    private readonly events: UpstreamEvents,
  ) {}

  get local(): { address: string; waited: bigint } | undefined {
    const { session, connectedAt } = this.connection;
    if (connectedAt === undefined || session.destroyed) return undefined;
    const waited = connectedAt > this.began ? connectedAt - this.began : 0n;
    return { address: `${session.socket.localAddress}:${session.socket.localPort}`, waited };
  }

  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean {
    const problem = requestProblem(map);
    if (problem !== undefined) {
      this.refuse(problem);
      return true;
    }
    try {
      // HTTP/2 switches protocols in another way, which the gateway does not support.
      if (tunnel) throw new Error("no tunnel through HTTP/2");
      const headers = outgoing(map);
      for (const name of HOP) delete headers[name];
      this.stream = this.connection.session.request(headers, { endStream: end, waitForTrailers: !end });
    } catch {
      // Deferred, because the caller does not have the request object yet.
      queueMicrotask(() => this.fail("protocol error"));
      return true;
    }
    this.listen(this.stream);
    return true;
  }

  data(bytes: Buffer, end: boolean): boolean {
    if (!this.stream?.writable) return true;
    const ready = bytes.length === 0 || this.stream.write(bytes);
    if (end) this.stream.end();
    return ready;
  }

  trailers(map: HeaderMap): boolean {
    this.sentTrailers = map;
    if (this.stream?.writable) this.stream.end();
    return true;
  }

  flow(paused: boolean): void {
    this.reads?.set("client", paused);
  }

  abort(): void {
    this.over = true;
    this.stream?.close(constants.NGHTTP2_CANCEL);
  }

  /** Ends a request that cannot be sent. Like Envoy, reports the problem only when the connection is established. */
  private refuse(problem: string): void {
    const { session, connectedAt } = this.connection;
    const report = () => {
      if (this.over) return;
      this.over = true;
      this.events.refused(problem);
    };
    if (connectedAt !== undefined) return report();
    session.once("connect", report);
    session.once("close", () =>
      this.fail(this.connection.timedOut ? "connection timeout" : "remote connection failure"),
    );
  }

  private listen(stream: ClientHttp2Stream): void {
    const { events } = this;
    this.watchEnd(stream);
    this.reads = new Reads(stream);
    // Node's types lack the last argument.
    const onHeaders = (event: string, listener: (_: object, flags: number, raw: string[]) => void) =>
      stream.on(event, listener as () => void);
    stream.on("headers", () => events.interim?.());
    onHeaders("response", (_, flags, raw) => {
      if (this.over) return;
      const end = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      if (end) this.over = true;
      const pairs = pairsOf(raw);
      const status = Number(pairs.find(([name]) => name === ":status")?.[1]);
      const headers = pairs.filter(([name]) => name !== ":status");
      events.response({ method: "", target: "", version: 1, status, headers }, end);
      if (end) this.finish(stream);
    });
    const incoming = {
      data: (bytes: Buffer, end: boolean) => {
        if (this.over) return;
        if (!end) return events.data(bytes);
        this.end(stream, () => events.end(undefined, bytes));
      },
      trailers: (raw: readonly string[]) => {
        if (!this.over) this.end(stream, () => events.end(pairsOf(raw)));
      },
    };
    new Incoming(stream, incoming, () => this.hasEnded);
    stream.on("drain", () => events.drained());
    stream.on("wantTrailers", () => {
      if (sendTrailers(stream, this.sentTrailers)) return;
      this.fail("protocol error");
      stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
    });
    stream.on("error", () => {});
    stream.on("close", () => this.closed(stream));
  }

  /**
   * Notes END_STREAM. Node emits "end" for a reset without error, too. It pushes the end of the bytes in both cases, but
   * marks the stream as closed before, if a reset is the reason.
   *
   * Source: `onStreamClose` in lib/internal/http2/core.js.
   */
  private watchEnd(stream: ClientHttp2Stream): void {
    const push = stream.push.bind(stream);
    stream.push = (bytes, encoding) => {
      if (bytes === null && !stream.closed) this.hasEnded = true;
      return push(bytes, encoding);
    };
  }

  private end(stream: ClientHttp2Stream, report: () => void): void {
    this.over = true;
    report();
    this.finish(stream);
  }

  /**
   * Stops the rest of a request whose response ended first. To an upstream, a reset without error could look like the end of
   * the request.
   */
  private finish(stream: ClientHttp2Stream): void {
    if (!stream.writableEnded) stream.close(constants.NGHTTP2_CANCEL);
  }

  private closed(stream: ClientHttp2Stream): void {
    const { connection } = this;
    if (connection.isRetired) connection.session.close();
    // `Incoming` reports the end of a complete message a moment later.
    if (this.hasEnded && stream.rstCode === constants.NGHTTP2_NO_ERROR) return;
    if (connection.timedOut) this.fail("connection timeout");
    else if (connection.connectedAt === undefined) this.fail("remote connection failure");
    else if (connection.session.destroyed) this.fail("connection termination");
    else if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) this.fail("remote refused stream reset");
    else this.fail("remote reset");
  }

  private fail(reason: ResetReason): void {
    if (this.over) return;
    this.over = true;
    this.events.reset(reason);
  }
}
