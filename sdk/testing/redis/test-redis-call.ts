import type { RedisSettings } from "../../host/index.js";
import { redisResult, type RedisAnswer, type RedisResult } from "./redis-reply.js";
import type { TestHost } from "../upstreams/test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { fromLatin1, shown } from "../message/text.js";

/**
 * A command that the plugin has sent to a Redis server, and the means to answer it.
 *
 * @example
 * const call = request.redisCalls[0]!;
 * expect(call).toMatchObject({ cluster: "cache", command: ["GET", "user:mia"] });
 * call.answer("admin");
 */
export class TestRedisCall {
  /** The cluster that is asked, without options such as "?db=1". */
  readonly cluster: string;
  /** The words of the command, as UTF-8. */
  readonly command: readonly string[];
  /** The command as the plugin sent it. */
  readonly bytes: Uint8Array;
  /** The database that the plugin has chosen, and how it signs in. */
  readonly database: number;
  readonly username: string;
  readonly password: string;
  /** How long the reply may take, by the plugin's clock; 0 for ever. */
  readonly timeoutMs: number;
  /** "cancelled": the plugin ended first. */
  state: "waiting" | "answered" | "cancelled" = "waiting";
  readonly #host: TestHost;
  readonly #done: (reply: Buffer | undefined) => void;
  #stopTimer = () => {};

  /** @internal */
  constructor(
    asked: { cluster: string; command: readonly string[]; query: Buffer },
    { database, username, password, timeoutMs }: RedisSettings,
    host: TestHost,
    done: (reply: Buffer | undefined) => void,
  ) {
    this.cluster = asked.cluster;
    this.command = asked.command;
    this.bytes = new Uint8Array(asked.query);
    this.database = database;
    this.username = fromLatin1(username);
    this.password = fromLatin1(password);
    this.timeoutMs = timeoutMs;
    this.#host = host;
    this.#done = done;
    if (timeoutMs > 0) this.#stopTimer = host.clock.start(timeoutMs, () => this.settle({ fails: "timeout" }), false);
  }

  /**
   * Answers, as the server. The plugin's hook for the reply runs at once.
   *
   * @param answer a reply, or `{ fails: "unreachable" }`
   * @throws TestKitError when it has been answered, or taken back; TypeError for what is no reply; PluginTrap when the
   *   plugin traps
   * @example
   * call.answer(["a", "b"]);
   */
  answer(answer: RedisAnswer): void {
    const result = redisResult(answer, "call.answer");
    if (this.state !== "waiting") {
      const why = this.state === "answered" ? "has been answered" : "was taken back";
      const text = `the command ${this.command[0]} to ${this.cluster} ${why}`;
      throw withTimeline(text, this.#host.timeline, this.answer);
    }
    this.#host.run(() => this.settle(result));
  }

  /** @internal Answers, unless somebody has. */
  settle(result: RedisResult): void {
    if (this.state !== "waiting") return;
    this.state = "answered";
    this.#stopTimer();
    const reply = "resp" in result ? result.resp : undefined;
    const text = "fails" in result ? `gives no reply (${result.fails})` : `replies ${shown(result.resp.toString())}`;
    this.#host.note("message", `${this.cluster} ${text}`);
    this.#done(reply);
  }

  /** @internal */
  cancel(): void {
    if (this.state === "waiting") this.state = "cancelled";
    this.#stopTimer();
  }
}
