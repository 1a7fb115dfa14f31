import type { RedisSettings } from "../../host/index.js";
import { redisResult, type RedisAnswer, type RedisResult } from "./redis-reply.js";
import type { TestHost } from "../upstreams/test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { fromLatin1, shown } from "../message/text.js";

/**
 * A command that the plugin has sent to a Redis server. `answer` sends the reply.
 *
 * @example
 * const call = request.redisCalls[0]!;
 * expect(call).toMatchObject({ cluster: "cache", command: ["GET", "user:mia"] });
 * call.answer("admin");
 */
export class TestRedisCall {
  /** The cluster, without options such as "?db=1". */
  readonly cluster: string;
  /** The words of the command, as UTF-8. */
  readonly command: readonly string[];
  /** The command in Redis's protocol, as the plugin sent it. */
  readonly bytes: Uint8Array;
  /** The number of the database that the plugin has chosen. */
  readonly database: number;
  readonly username: string;
  readonly password: string;
  /** The time limit in milliseconds on the plugin's clock; 0 for no limit. */
  readonly timeoutMs: number;
  /** "cancelled": the plugin ended before the reply. */
  state: "waiting" | "answered" | "cancelled" = "waiting";
  readonly #host: TestHost;
  readonly #done: (reply: Buffer | undefined) => void;
  #stopTimer = () => {};

  /** @internal */
  constructor(
    sent: { cluster: string; command: readonly string[]; query: Buffer },
    { database, username, password, timeoutMs }: RedisSettings,
    host: TestHost,
    done: (reply: Buffer | undefined) => void,
  ) {
    this.cluster = sent.cluster;
    this.command = sent.command;
    this.bytes = new Uint8Array(sent.query);
    this.database = database;
    this.username = fromLatin1(username);
    this.password = fromLatin1(password);
    this.timeoutMs = timeoutMs;
    this.#host = host;
    this.#done = done;
    if (timeoutMs > 0) this.#stopTimer = host.clock.start(timeoutMs, () => this.settle({ fails: "timeout" }), false);
  }

  /**
   * Replies as the server. The plugin's hook for the reply runs at once.
   *
   * @param answer a reply, or `{ fails: "unreachable" }`
   * @throws TestKitError when the command has its reply, or was cancelled; TypeError for a wrong reply; PluginTrap when
   *   the plugin traps
   * @example
   * call.answer(["a", "b"]);
   */
  answer(answer: RedisAnswer): void {
    const result = redisResult(answer, "call.answer");
    if (this.state !== "waiting") {
      const why = this.state === "answered" ? "has its reply already" : "was cancelled";
      const text = `the command ${this.command[0]} to ${this.cluster} ${why}`;
      throw withTimeline(text, this.#host.timeline, this.answer);
    }
    this.#host.run(() => this.settle(result));
  }

  /** @internal Delivers the reply, unless the command has one. */
  settle(result: RedisResult): void {
    if (this.state !== "waiting") return;
    this.state = "answered";
    this.#stopTimer();
    const reply = "resp" in result ? result.resp : undefined;
    const text = "fails" in result ? `fails: ${result.fails}` : `replies ${shown(result.resp.toString())}`;
    this.#host.note("message", `${this.cluster} ${text}`);
    this.#done(reply);
  }

  /** @internal */
  cancel(): void {
    if (this.state === "waiting") this.state = "cancelled";
    this.#stopTimer();
  }
}
