import type * as Redis from "../../gateway/redis-connection.js";
import type { RedisSettings } from "../../host/index.js";
import type { RedisResult } from "./redis-reply.js";

const PORT = 6379;

/** The connections of a plugin under test to real Redis servers. */
export class RedisServers {
  readonly #connections = new Map<string, Redis.RedisConnection>();
  // Loaded when first used, and only once, so that commands stay in order.
  #module: Promise<typeof Redis> | undefined;

  /** Sends a command to a real server. Commands with the same settings share a connection, in order. */
  async send(server: URL, settings: RedisSettings, query: Uint8Array): Promise<RedisResult> {
    const { RedisConnection } = await (this.#module ??= import("../../gateway/redis-connection.js"));
    const { hostname, port } = server;
    const key = JSON.stringify([hostname, port, settings.username, settings.password, settings.database]);
    let connection = this.#connections.get(key);
    if (!connection || connection.isClosed) {
      // The time limit runs on the plugin's clock, not on the real one.
      const own = { ...settings, timeoutMs: 0 };
      connection = new RedisConnection(hostname.replace(/^\[|\]$/g, ""), Number(port || PORT), own);
      this.#connections.set(key, connection);
    }
    return new Promise((resolve) => {
      connection.send(Buffer.from(query), (resp) => resolve(resp ? { resp } : { fails: "unreachable" }));
    });
  }
}
