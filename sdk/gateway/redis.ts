import type { RedisSettings, RedisUpstreams } from "../host/index.js";
import { RedisConnection } from "./redis-connection.js";
import type { Upstream } from "./upstream.js";

/** The Redis commands of plugins to the gateway's clusters. Each cluster has one connection. */
export class RedisClient implements RedisUpstreams {
  private readonly settings = new Map<string, RedisSettings>();
  private readonly connections = new Map<string, { to: Upstream; connection: RedisConnection }>();

  constructor(private readonly clusters: Pick<ReadonlyMap<string, Upstream>, "get" | "has">) {}

  init(cluster: string, settings: RedisSettings): boolean {
    if (!this.clusters.has(cluster)) return false;
    if (JSON.stringify(this.settings.get(cluster)) === JSON.stringify(settings)) return true;
    this.settings.set(cluster, settings);
    // Replies still arrive on the old connection. New queries use a new one.
    this.connections.get(cluster)?.connection.retire();
    this.connections.delete(cluster);
    return true;
  }

  query(cluster: string, query: Buffer, done: (reply: Buffer | undefined) => void): (() => void) | undefined {
    const settings = this.settings.get(cluster);
    const upstream = this.clusters.get(cluster);
    if (!settings || !upstream) return undefined;
    const open = this.connections.get(cluster);
    let connection = open?.connection;
    if (!connection || connection.isClosed || open?.to !== upstream) {
      connection?.retire();
      connection = new RedisConnection(upstream.address, upstream.port, settings);
      this.connections.set(cluster, { to: upstream, connection });
    }
    return connection.send(query, done);
  }

  /** Closes the connections to an upstream after their replies. */
  retire(upstream: Upstream): void {
    for (const [cluster, { to, connection }] of this.connections) {
      if (to !== upstream) continue;
      this.connections.delete(cluster);
      connection.retire();
    }
  }

  stop(): void {
    for (const { connection } of this.connections.values()) connection.close();
  }
}
