import { connect, type Socket } from "node:net";
import type { HeaderMap, Pair } from "../host/index.js";
import { hasWord, responseFraming } from "./http1/framing.js";
import type { Framing, Head } from "./http1/message.js";
import { MessageParser } from "./http1/parser.js";
import { requestProblem } from "./http1/request-problem.js";
import { MessageWriter } from "./http1/writer.js";
import { Http2Upstream } from "./http2/upstream.js";
import type { Outgoing, UpstreamEvents } from "./outgoing.js";
import { Reads } from "./reads.js";
import { CONNECT_TIMEOUT_MS, startTimer } from "./timer.js";
import type { ResetReason } from "../host/message/upstream-failures.js";

const MOST_IDLE = 100;

/** The connections to one upstream: kept open, by HTTP/1 with one request at a time on each. */
export class Upstream {
  private idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  private readonly http2: Http2Upstream | undefined;

  constructor(
    readonly address: string,
    readonly port: number,
    /** It speaks HTTP/2 without TLS. */
    http2 = false,
  ) {
    if (http2) this.http2 = new Http2Upstream(address, port);
  }

  /** Opens a request, on a connection that is free or on a new one. */
  open(events: UpstreamEvents): Outgoing {
    if (this.http2) return this.http2.open(events);
    let connection = this.idle.pop();
    while (connection && !connection.isOpen) connection = this.idle.pop();
    return (connection ?? this.connect()).begin(events);
  }

  stop(): void {
    this.http2?.stop();
    for (const connection of this.all) connection.destroy();
  }

  private connect(): Connection {
    const connection: Connection = new Connection(this.address, this.port, {
      free: () => {
        if (this.idle.length < MOST_IDLE) this.idle.push(connection);
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

  /** Its connection: our end of it, and how long the request waited for it, in nanoseconds. */
  get local(): { address: string; waited: bigint } | undefined {
    const { socket, connectedAt } = this.connection;
    if (connectedAt === undefined || socket.localAddress === undefined) return undefined;
    const waited = connectedAt > this.began ? connectedAt - this.began : 0n;
    return { address: `${socket.localAddress}:${socket.localPort}`, waited };
  }

  /** The method, which decides how the answer ends. */
  method = "";
  tunnel = false;
  private isRefused = false;

  /** Each write tells whether more may follow at once. */
  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean {
    this.method = map.get(":method") ?? "";
    this.tunnel = tunnel;
    const problem = requestProblem(map);
    if (problem !== undefined) {
      this.isRefused = true;
      this.connection.refuse(problem);
      return true;
    }
    const ready = this.writer.request(map, end, tunnel);
    if (end) this.finishSending();
    return ready;
  }

  data(bytes: Buffer, end: boolean): boolean {
    if (this.over || this.isRefused) return true;
    const ready = this.writer.data(bytes, end);
    if (end) this.finishSending();
    return ready;
  }

  trailers(map: HeaderMap): boolean {
    if (this.over || this.isRefused) return true;
    const ready = this.writer.trailers(map);
    this.finishSending();
    return ready;
  }

  /** Holds the answer back, or lets it come. */
  flow(paused: boolean): void {
    this.connection.reads.set("client", paused);
  }

  /** Gives the request up. */
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
  private answered = false;
  connectedAt: bigint | undefined;
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
      stopTimer();
    });
    this.socket.on("data", (bytes: Buffer) => this.receive(bytes));
    this.socket.on("drain", () => this.current?.events.drained());
    // Errors come in the order in which the requests were made, unlike what closes at the same time.
    this.socket.on("error", () => this.closed());
    this.socket.on("close", () => {
      stopTimer();
      this.pool.gone();
      this.closed();
    });
  }

  begin(events: UpstreamEvents): UpstreamRequest {
    this.answered = false;
    this.current = new UpstreamRequest(this, events);
    this.parser.resume();
    return this.current;
  }

  destroy(): void {
    this.current = undefined;
    this.socket.destroy();
  }

  /** Gives a request up that cannot be sent. As in Envoy, that shows when its connection stands, which ends with it. */
  refuse(problem: string): void {
    const tell = () => this.giveUp((events) => events.refused(problem));
    if (this.connectedAt === undefined) this.socket.once("connect", tell);
    else tell();
  }

  /** Gives the connection back when request and answer are both through. */
  checkFree(): void {
    if (!this.current?.sent || !this.answered) return;
    this.current = undefined;
    this.reads.set("client", false);
    if (this.keep && this.isOpen && this.parser.pending === 0) this.settle();
    else this.socket.destroy();
  }

  /** Gives the connection back in the next turn of the event loop: its end may have come with the answer. */
  private settle(): void {
    setImmediate(() => {
      if (this.isOpen) this.pool.free();
    });
  }

  /** Both sides may still send. */
  get isOpen(): boolean {
    return !this.socket.destroyed && !this.socket.readableEnded;
  }

  private receive(bytes: Buffer): void {
    // Nothing was asked.
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
    request.responded = true;
    const end = framing === "none" || framing === 0;
    if (end) this.answered = true;
    request.events.response(head, end);
    return framing;
  }

  private end(trailers: Pair[] | undefined): void {
    const request = this.current;
    if (!request) return;
    // An interim answer: the real one follows.
    if (!request.responded) return this.parser.resume();
    const ended = this.answered;
    this.answered = true;
    if (!ended) request.events.end(trailers);
    request.over = true;
    // The answer has come before the whole request was sent: the rest goes nowhere.
    if (request.sent) this.checkFree();
    else this.destroy();
  }

  private closed(): void {
    if (!this.current) return;
    if (this.current.responded && this.parser.finish()) return;
    if (this.timedOut) this.fail("connection timeout");
    // Something has come, which must not end in its middle.
    else if (this.parser.pending > 0 || this.current.responded) this.fail("protocol error");
    else this.fail(this.connectedAt !== undefined ? "connection termination" : "remote connection failure");
  }

  private fail(reason: ResetReason): void {
    this.giveUp((events) => events.reset(reason));
  }

  private giveUp(tell: (events: UpstreamEvents) => void): void {
    const request = this.current;
    this.destroy();
    if (!request || request.over) return;
    request.over = true;
    tell(request.events);
  }
}
