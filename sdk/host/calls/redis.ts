/** The Redis servers that plugins of Higress may ask: clusters, too. */
export interface RedisUpstreams {
  /** Notes how to speak to a cluster; false where there is none of that name. */
  init(cluster: string, settings: RedisSettings): boolean;
  /**
   * Sends a query, whose reply `done` hears once: in RESP, as it came, or none where the network failed. What it returns
   * takes the query back. Undefined where it cannot be sent.
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
