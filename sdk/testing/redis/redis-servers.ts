import type * as Redis from "../../gateway/redis-connection.js";
import type { RedisSettings } from "../../host/index.js";
import type { RedisResult } from "./redis-reply.js";

const PORT = 6379;

/** The connections of a plugin under test to real Redis servers. */
export class RedisServers {
  readonly #connections = new Map<string, Redis.RedisConnection>();
  // Loaded only where it is needed, and once, so that commands stay in their order.
  #module: Promise<typeof Redis> | undefined;

  /** Has a server answer; commands of the same settings share a connection, in their order. */
  async ask(server: URL, settings: RedisSettings, query: Uint8Array): Promise<RedisResult> {
    const { RedisConnection } = await (this.#module ??= import("../../gateway/redis-connection.js"));
    const { hostname, port } = server;
    const key = JSON.stringify([hostname, port, settings.username, settings.password, settings.database]);
    let connection = this.#connections.get(key);
    if (!connection || connection.isClosed) {
      // The time limit is the plugin's, whose clock is another.
      const own = { ...settings, timeoutMs: 0 };
      connection = new RedisConnection(hostname.replace(/^\[|\]$/g, ""), Number(port || PORT), own);
      this.#connections.set(key, connection);
    }
    return new Promise((resolve) => {
      connection.send(Buffer.from(query), (resp) => resolve(resp ? { resp } : { fails: "unreachable" }));
    });
  }
}
