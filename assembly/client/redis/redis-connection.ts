import { adopt } from "../../abi/entry";
import { LogLevel, Status } from "../../abi/enums";
import { PendingCall } from "../../context/calls";
import { report, reported } from "../../proxywasm/log";
import { dispatchRedisCall, initRedis } from "../../proxywasm/redis-call";
import { statusName } from "../../proxywasm/status";
import { quoted } from "../../text/quoted";
import { Caller } from "../../wrapper/caller";
import { HttpContext } from "../../wrapper/http-context";
import { Log } from "../../wrapper/log";
import { Cluster } from "../cluster";
import { parseReply } from "./parse-reply";
import { encodeCommand } from "./redis-command";
import { RedisOptions } from "./redis-options";
import { RedisReply, RedisReplyType } from "./redis-reply";

/**
 * A call handler of a Redis command. It gets the context that sent the command, of a request, a connection or the plugin, and the `env` that the
 * plugin passed with the command.
 */
export type RedisHandler<E, X extends Caller = HttpContext> = (ctx: X, env: E, reply: RedisReply, log: Log) => void;

class RedisCall<E, X extends Caller> extends PendingCall {
  /** @param isLast whether the command is not sent again when Redis asks for a password */
  constructor(
    token: u32,
    private connection: RedisConnection,
    private command: ArrayBuffer,
    private isLast: bool,
    private ctx: X,
    private env: E,
    private done: RedisHandler<E, X> | null,
  ) {
    super(token);
  }

  override get isWanted(): bool {
    return !this.ctx.isOver;
  }

  override deliverRedis(status: i32, bytes: ArrayBuffer): void {
    const ctx = this.ctx;
    ctx.callDone();
    const connection = this.connection;
    const reply =
      status != 0 ? new RedisReply(RedisReplyType.Error, "cannot connect to redis cluster") : parseReply(bytes);
    const error = reply.error;
    if (error !== null && error.message.includes("NOAUTH Authentication required")) {
      connection.forgetLogin();
      if (!this.isLast && connection.send<E, X>(ctx, this.env, this.command, this.done, true) === null) return;
    }
    if (!adopt(ctx.id)) return;
    ctx.begin();
    const done = this.done;
    if (done !== null) done(ctx, this.env, reply, ctx.log);
    ctx.warnIfStuck();
  }
}

/** The gateway's connections to a Redis cluster, and the login. `RedisClient` has the commands. */
export class RedisConnection {
  private user: string = "";
  private password: string = "";
  private timeoutMs: u32 = 0;
  private options: RedisOptions | null = null;
  private ready: bool = false;

  /** @param cluster the cluster of the Redis server */
  constructor(private cluster: Cluster) {}

  /**
   * Sets how to connect. Call this function in the parser of the configuration. When the gateway does not know the cluster
   * yet, the function logs a warning, and each command tries again.
   *
   * @param user the user name; "" for none
   * @param password the password; "" for none
   * @param timeoutMs how long a command may take, in milliseconds
   * @returns null; an error when the gateway has no Redis calls, as every gateway but Higress
   * @example
   * ```ts
   * const redis = new RedisClient(new K8sCluster("redis", "default", 6379));
   * redis.init("", "secret", 1000);
   * ```
   */
  init(user: string, password: string, timeoutMs: u32, options: RedisOptions = new RedisOptions()): Error | null {
    this.user = user;
    this.password = password;
    this.timeoutMs = timeoutMs;
    this.options = options;
    const status = this.login(options);
    if (status == Status.Ok) return null;
    if (status == Status.Unimplemented) return reported(this.fault(status));
    report(LogLevel.Warn, this.fault(status) + ", will retry later");
    return null;
  }

  /** Whether the gateway knows how to connect. */
  get isReady(): bool {
    return this.ready;
  }

  /**
   * Sends any command.
   *
   * @param ctx the request, the connection or the plugin that sends the command
   * @param env a value that `done` gets as its second argument
   * @param args the command's name and arguments
   * @param done the call handler, which runs when the reply has arrived or the command has failed; null for none
   * @returns null if the command was sent. Otherwise an error with the reason, which is also logged, and `done` does not
   * run
   * @example
   * ```ts
   * const redis = new RedisClient(new K8sCluster("redis", "default", 6379));
   *
   * function count(ctx: HttpContext, config: Config, log: Log): Action {
   *   const error = redis.command<Config>(ctx, config, ["incrby", "requests", "1"], onReply);
   *   return error === null ? Action.Pause : Action.Continue;
   * }
   *
   * function onReply(ctx: HttpContext, config: Config, reply: RedisReply, log: Log): void {
   *   log.info("request number " + reply.string());
   *   ctx.resumeRequest();
   * }
   * ```
   */
  command<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    args: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.send<E, X>(ctx, env, encodeCommand(args), done, false);
  }

  /** @internal Sends a command in RESP. */
  send<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    command: ArrayBuffer,
    done: RedisHandler<E, X> | null,
    isLast: bool,
  ): Error | null {
    const options = this.options;
    if (options === null) return reported("redis client is not ready, please call init() first");
    if (!this.ready) {
      const status = this.login(options);
      if (status != Status.Ok) return reported(this.fault(status));
    }
    const sent = dispatchRedisCall(this.cluster.clusterName(), command);
    if (sent.status != Status.Ok) return reported("redis command not sent: " + this.reason(sent.status));
    ctx.addCall(new RedisCall<E, X>(sent.token, this, command, isLast, ctx, env, done));
    return null;
  }

  /** @internal The next command logs in again. */
  forgetLogin(): void {
    this.ready = false;
  }

  private login(options: RedisOptions): Status {
    const service = this.cluster.clusterName() + options.query;
    const status = initRedis(service, this.user, this.password, this.timeoutMs);
    this.ready = status == Status.Ok;
    return status;
  }

  private fault(status: Status): string {
    return "failed to init redis: " + this.reason(status);
  }

  private reason(status: Status): string {
    if (status == Status.Unimplemented) return "not available on this gateway";
    const cluster = quoted(this.cluster.clusterName());
    return cluster + ": " + (status == Status.BadArgument ? "the gateway has no such cluster" : statusName(status));
  }
}
