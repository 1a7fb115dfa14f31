import { connect, type Socket } from "node:net";
import type { RedisSettings } from "../host/index.js";
import { command, RedisFrameError, replyEnd } from "./redis-framing.js";
import { startTimer } from "./timer.js";

interface Waiting {
  done: (reply: Buffer | undefined) => void;
  stopTimer?: () => void;
}

/**
 * A connection to a Redis server. Replies arrive in the order of the queries. An idle connection does not keep the
 * process alive.
 */
export class RedisConnection {
  isClosed = false;
  private isRetired = false;
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
    if (password !== "") this.sendSetup(command("AUTH", ...(username === "" ? [] : [username]), password));
    if (database !== 0) this.sendSetup(command("SELECT", String(database)));
  }

  /**
   * Sends a query. Calls `done` once, with the reply, or with undefined when the connection fails.
   *
   * @returns a function that cancels the call of `done`
   */
  send(query: Buffer, done: (reply: Buffer | undefined) => void): () => void {
    const one: Waiting = { done };
    const { timeoutMs } = this.settings;
    if (timeoutMs > 0) one.stopTimer = startTimer(timeoutMs, () => this.close());
    this.socket.ref();
    this.waiting.push(one);
    this.socket.write(query);
    return () => void (one.done = () => {});
  }

  /** Closes the connection after the replies to all queries. */
  retire(): void {
    this.isRetired = true;
    if (this.waiting.length === 0) this.close();
  }

  /** Closes the connection. Queries without a reply fail. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.destroy();
    for (const { done, stopTimer } of this.waiting.splice(0)) {
      stopTimer?.();
      done(undefined);
    }
  }

  /** Sends a command of the gateway itself. When it fails, the replies to the next queries say why. */
  private sendSetup(bytes: Buffer): void {
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
      if (this.waiting.length > 0) return;
      this.socket.unref();
      if (this.isRetired) this.close();
    } catch (error) {
      if (!(error instanceof RedisFrameError)) throw error;
      this.close();
    }
  }
}
