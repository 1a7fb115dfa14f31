/** The Redis servers that plugins of Higress can query, by cluster. */
export interface RedisUpstreams {
  /** Keeps the settings for a cluster; false if no cluster has that name. */
  init(cluster: string, settings: RedisSettings): boolean;
  /**
   * Sends a query. `done` is called once: with the reply in RESP as it came, or undefined if the network failed. The
   * returned function cancels the query; undefined means that the query cannot be sent.
   */
  query(cluster: string, query: Buffer, done: (reply: Buffer | undefined) => void): (() => void) | undefined;
}

export interface RedisSettings {
  username: string;
  password: string;
  timeoutMs: number;
  /** The database, 0 by default. */
  database: number;
}
