import { connect, type Socket } from "node:net";
import type { HeaderMap, Pair } from "../host/index.js";
import { hasWord, responseFraming, valuesOf } from "./http1/framing.js";
import type { Framing, Head } from "./http1/message.js";
import { MessageParser } from "./http1/parser.js";
import { requestProblem } from "./http1/request-problem.js";
import { MessageWriter } from "./http1/writer.js";
import { Http2Upstream } from "./http2/upstream.js";
import type { Outgoing, UpstreamEvents } from "./outgoing.js";
import { Reads } from "./reads.js";
import { CONNECT_TIMEOUT_MS, startTimer } from "./timer.js";
import type { ResetReason } from "../host/message/upstream-failures.js";

/** As many connections as Envoy opens to an upstream by default. */
const MAX_IDLE = 1024;
/** How much earlier than the upstream announces, a connection counts as closed. The gateway may be busy at that moment. */
const HINT_MARGIN_MS = 1500;

/** The connections to one upstream. They stay open; an HTTP/1 connection has one request at a time. */
export class Upstream {
  private idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  private readonly http2: Http2Upstream | undefined;
  private isRetired = false;

  constructor(
    readonly address: string,
    readonly port: number,
    /** Whether the upstream speaks HTTP/2 without TLS. */
    readonly isHttp2 = false,
  ) {
    if (isHttp2) this.http2 = new Http2Upstream(address, port);
  }

  /** Opens a request on an idle connection, or on a new one. */
  open(events: UpstreamEvents): Outgoing {
    if (this.http2) return this.http2.open(events);
    let connection = this.idle.pop();
    while (connection && !connection.isUsable) {
      connection.destroy();
      connection = this.idle.pop();
    }
    return (connection ?? this.connect()).begin(events);
  }

  /** Closes idle connections, and other connections after their requests. Further requests are possible. */
  retire(): void {
    this.isRetired = true;
    this.http2?.retire();
    for (const connection of this.idle.splice(0)) connection.destroy();
  }

  stop(): void {
    this.http2?.stop();
    for (const connection of this.all) connection.destroy();
  }

  private connect(): Connection {
    const connection: Connection = new Connection(this.address, this.port, {
      free: () => {
        if (!this.isRetired && this.idle.length < MAX_IDLE) this.idle.push(connection);
        else connection.destroy();
      },
      gone: () => {
        this.all.delete(connection);
        this.idle = this.idle.filter((one) => one !== connection);
      },
    });
    this.all.add(connection);
    return connection;
  }
}

/** A request on its way to an upstream. */
export class UpstreamRequest implements Outgoing {
  responded = false;
  sent = false;
  over = false;
  private readonly began = process.hrtime.bigint();
  private readonly writer: MessageWriter;

  constructor(
    private readonly connection: Connection,
    readonly events: UpstreamEvents,
  ) {
    this.writer = new MessageWriter(connection.socket);
  }

  /** The gateway's address of the connection, and how long the request waited for the connection, in nanoseconds. */
  get local(): { address: string; waited: bigint } | undefined {
    const { localAddress, connectedAt } = this.connection;
    if (connectedAt === undefined || localAddress === undefined) return undefined;
    const waited = connectedAt > this.began ? connectedAt - this.began : 0n;
    return { address: localAddress, waited };
  }

  /** The method, which decides how the response ends. */
  method = "";
  tunnel = false;
  private isUnsendable = false;

  /** Each write returns whether more can be written at once. */
  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean {
    this.method = map.get(":method") ?? "";
    this.tunnel = tunnel;
    const problem = requestProblem(map);
    if (problem !== undefined) {
      this.isUnsendable = true;
      this.connection.refuse(problem);
      return true;
    }
    const ready = this.writer.request(map, end, tunnel);
    if (end) this.finishSending();
    return ready;
  }

  data(bytes: Buffer, end: boolean): boolean {
    if (this.over || this.isUnsendable) return true;
    const ready = this.writer.data(bytes, end);
    if (end) this.finishSending();
    return ready;
  }

  trailers(map: HeaderMap): boolean {
    if (this.over || this.isUnsendable) return true;
    const ready = this.writer.trailers(map);
    this.finishSending();
    return ready;
  }

  /** Pauses or resumes the response. */
  flow(paused: boolean): void {
    this.connection.reads.set("client", paused);
  }

  /** Cancels the request. */
  abort(): void {
    if (this.over) return;
    this.over = true;
    this.connection.destroy();
  }

  private finishSending(): void {
    this.sent = true;
    this.connection.checkFree();
  }
}

class Connection {
  readonly socket: Socket;
  readonly reads: Reads;
  private readonly parser: MessageParser;
  private current: UpstreamRequest | undefined;
  private keep = true;
  private responseEnded = false;
  /** How many seconds the upstream keeps the idle connection open, if it says so. */
  private idleLimit: number | undefined;
  private idleSince = 0;
  connectedAt: bigint | undefined;
  /** The gateway's address and port of the connection, also after its end. */
  localAddress: string | undefined;
  private timedOut = false;

  constructor(
    address: string,
    port: number,
    private readonly pool: { free(): void; gone(): void },
  ) {
    this.socket = connect({ host: address, port, noDelay: true, allowHalfOpen: false });
    this.reads = new Reads(this.socket);
    this.parser = new MessageParser("response", {
      head: (head) => this.head(head),
      data: (bytes) => this.current?.events.data(bytes),
      end: (trailers) => this.end(trailers),
    });
    const stopTimer = startTimer(CONNECT_TIMEOUT_MS, () => {
      this.timedOut = true;
      this.socket.destroy();
    });
    this.socket.once("connect", () => {
      this.connectedAt = process.hrtime.bigint();
      const { localAddress, localPort } = this.socket;
      if (localAddress !== undefined) this.localAddress = `${localAddress}:${localPort}`;
      stopTimer();
    });
    this.socket.on("data", (bytes: Buffer) => this.receive(bytes));
    this.socket.on("drain", () => this.current?.events.drained());
    // Errors arrive in the order of the requests. Close events that happen together do not.
    this.socket.on("error", () => this.closed());
    this.socket.on("close", () => {
      stopTimer();
      this.pool.gone();
      this.closed();
    });
  }

  begin(events: UpstreamEvents): UpstreamRequest {
    this.responseEnded = false;
    this.current = new UpstreamRequest(this, events);
    this.parser.resume();
    return this.current;
  }

  destroy(): void {
    this.current = undefined;
    this.socket.destroy();
  }

  /**
   * Ends a request that cannot be sent, with its connection. Like Envoy, reports the problem only when the connection
   * is established.
   */
  refuse(problem: string): void {
    const report = () => this.giveUp((events) => events.refused(problem));
    if (this.connectedAt === undefined) this.socket.once("connect", report);
    else report();
  }

  /** Gives the connection back when the request is sent and the response has ended. */
  checkFree(): void {
    if (!this.current?.sent || !this.responseEnded) return;
    this.current = undefined;
    this.reads.set("client", false);
    if (this.keep && this.isOpen && this.parser.pending === 0) this.giveBack();
    else this.socket.destroy();
  }

  /**
   * Gives the connection back in the next turn of the event loop, because its end may arrive together with the
   * response.
   */
  private giveBack(): void {
    this.idleSince = performance.now();
    setImmediate(() => {
      if (this.isOpen) this.pool.free();
    });
  }

  /** Whether another request can be sent on the connection. */
  get isUsable(): boolean {
    const { idleLimit = Infinity, idleSince } = this;
    return this.isOpen && performance.now() < idleSince + idleLimit * 1000 - HINT_MARGIN_MS;
  }

  /** Whether both sides can still send. */
  get isOpen(): boolean {
    return !this.socket.destroyed && !this.socket.readableEnded;
  }

  private receive(bytes: Buffer): void {
    // The upstream sent bytes without a request.
    if (!this.current) return void this.socket.destroy();
    try {
      this.parser.push(bytes);
    } catch (error) {
      if ((error as Error).name !== "HttpError") throw error;
      this.fail("protocol error");
    }
  }

  private head(head: Head): Framing {
    const request = this.current!;
    const framing = responseFraming(head, request.method, request.tunnel);
    if (head.status >= 100 && head.status < 200 && head.status !== 101) {
      request.events.interim?.();
      return "none";
    }
    this.keep = head.version === 1 && !hasWord(head.headers, "connection", "close") && framing !== "until-close";
    this.idleLimit = hintOf(head);
    request.responded = true;
    const end = framing === "none" || framing === 0;
    if (end) this.responseEnded = true;
    request.events.response(head, end);
    return framing;
  }

  private end(trailers: Pair[] | undefined): void {
    const request = this.current;
    if (!request) return;
    // The end of an interim response: the final response follows.
    if (!request.responded) return this.parser.resume();
    const ended = this.responseEnded;
    this.responseEnded = true;
    if (!ended) request.events.end(trailers);
    request.over = true;
    // The response ended before the request: the rest of the request is dropped.
    if (request.sent) this.checkFree();
    else this.destroy();
  }

  private closed(): void {
    if (!this.current) return;
    if (this.current.responded && this.parser.finish()) return;
    if (this.timedOut) this.fail("connection timeout");
    // The response ended in the middle.
    else if (this.parser.pending > 0 || this.current.responded) this.fail("protocol error");
    else this.fail(this.connectedAt !== undefined ? "connection termination" : "remote connection failure");
  }

  private fail(reason: ResetReason): void {
    this.giveUp((events) => events.reset(reason));
  }

  private giveUp(report: (events: UpstreamEvents) => void): void {
    const request = this.current;
    this.destroy();
    if (!request || request.over) return;
    request.over = true;
    report(request.events);
  }
}

/** How many seconds an upstream keeps an idle connection open, from its header `keep-alive`; undefined if it does not say so. */
function hintOf({ headers }: Head): number | undefined {
  const seconds = valuesOf(headers, "keep-alive")
    .map((value) => /(?:^|[,\s])timeout=(\d{1,9})/i.exec(value)?.[1])
    .find((one) => one !== undefined);
  return seconds === undefined ? undefined : Number(seconds);
}
