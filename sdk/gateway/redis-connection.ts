import { connect, type Socket } from "node:net";
import type { RedisSettings } from "../host/index.js";
import { command, RedisFrameError, replyEnd } from "./redis-framing.js";
import { startTimer } from "./timer.js";

interface Waiting {
  done: (reply: Buffer | undefined) => void;
  stopTimer?: () => void;
}

/** A connection to a Redis server. Queries go at once, replies come in their order. One that is idle keeps no process. */
export class RedisConnection {
  isClosed = false;
  private readonly socket: Socket;
  private readonly waiting: Waiting[] = [];
  private received: Buffer = Buffer.alloc(0);

  constructor(
    address: string,
    port: number,
    private readonly settings: RedisSettings,
  ) {
    this.socket = connect({ host: address, port, noDelay: true });
    this.socket.on("data", (bytes: Buffer) => this.receive(bytes));
    this.socket.on("error", () => {});
    this.socket.on("close", () => this.close());
    const { username, password, database } = settings;
    if (password !== "") this.own(command("AUTH", ...(username === "" ? [] : [username]), password));
    if (database !== 0) this.own(command("SELECT", String(database)));
  }

  /** `done` hears the reply once, or that there is none. What comes back makes it hear nothing. */
  send(query: Buffer, done: (reply: Buffer | undefined) => void): () => void {
    const one: Waiting = { done };
    const { timeoutMs } = this.settings;
    if (timeoutMs > 0) one.stopTimer = startTimer(timeoutMs, () => this.close());
    this.socket.ref();
    this.waiting.push(one);
    this.socket.write(query);
    return () => void (one.done = () => {});
  }

  /** Ends it; what still waits hears that there is no reply. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.destroy();
    for (const { done, stopTimer } of this.waiting.splice(0)) {
      stopTimer?.();
      done(undefined);
    }
  }

  /** A command of the gateway itself: if it fails, the queries behind it will say why. */
  private own(bytes: Buffer): void {
    this.waiting.push({ done: () => {} });
    this.socket.write(bytes);
  }

  private receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    try {
      for (let end = replyEnd(this.received, 0); end !== undefined; end = replyEnd(this.received, 0)) {
        const reply = this.received.subarray(0, end);
        this.received = this.received.subarray(end);
        const one = this.waiting.shift();
        one?.stopTimer?.();
        one?.done(reply);
      }
      if (this.waiting.length === 0) this.socket.unref();
    } catch (error) {
      if (!(error instanceof RedisFrameError)) throw error;
      this.close();
    }
  }
}
