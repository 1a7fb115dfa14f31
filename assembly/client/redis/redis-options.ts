import { integerText } from "../../abi/decimal";

/**
 * How the gateway sends commands to Redis.
 *
 * @example
 * ```ts
 * const options = new RedisOptions();
 * options.database = 2;
 * const redis = new RedisClient(new FQDNCluster("redis.static", 80));
 * redis.init("user", "secret", 1000, options);
 * ```
 */
export class RedisOptions {
  /** The number of the database. */
  database: i32 = 0;
  /** How long the gateway collects commands before it sends them, in milliseconds; 0 sends each at once. */
  bufferFlushTimeoutMs: i32 = 3;
  /** How many bytes of commands the gateway collects at most before it sends them; 0 sends each at once. */
  maxBufferSizeBeforeFlush: i32 = 1024;

  /** @internal The parameters in the name of the service. */
  get query(): string {
    const database = this.database != 0 ? "db=" + integerText(this.database) + "&" : "";
    const timeout = "buffer_flush_timeout=" + integerText(this.bufferFlushTimeoutMs);
    return "?" + database + timeout + "&max_buffer_size_before_flush=" + integerText(this.maxBufferSizeBeforeFlush);
  }
}
