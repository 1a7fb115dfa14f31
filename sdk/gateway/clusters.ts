import type { ClusterSpec } from "../spec/gateway-spec.js";
import { byteString } from "../host/index.js";
import { Upstream } from "./upstream.js";

/** The upstreams of some clusters, by their names as strings of bytes. */
export type Upstreams = ReadonlyMap<string, Upstream>;

/**
 * The clusters in force. The calls of plugins go to them. Requests of clients keep the clusters that they began with.
 *
 * @example
 * const clusters = new Clusters();
 * clusters.replace(clusters.plan([{ name: "foo", port: 8080 }]));
 * clusters.get("foo")?.port; // 8080
 */
export class Clusters {
  private current: Upstreams = new Map();

  /** The upstreams for a spec. Clusters that do not change keep their upstream, with its connections. */
  plan(specs: readonly ClusterSpec[]): Upstreams {
    return new Map(
      specs.map(({ name, address = "127.0.0.1", port, http2 = false }) => {
        const key = byteString(name);
        const before = this.current.get(key);
        const isSame = before?.address === address && before.port === port && before.isHttp2 === http2;
        return [key, isSame ? before : new Upstream(address, port, http2)];
      }),
    );
  }

  /** Runs a function that starts plugins for other clusters. The plugins already see these clusters. */
  during<T>(next: Upstreams, run: () => T): T {
    const before = this.current;
    this.current = next;
    try {
      return run();
    } finally {
      this.current = before;
    }
  }

  /** Puts other clusters in force. Returns the upstreams that are no longer used. */
  replace(next: Upstreams): Upstream[] {
    const kept = new Set(next.values());
    const removed = [...this.current.values()].filter((one) => !kept.has(one));
    this.current = next;
    return removed;
  }

  get(name: string): Upstream | undefined {
    return this.current.get(name);
  }

  has(name: string): boolean {
    return this.current.has(name);
  }

  stop(): void {
    for (const upstream of this.current.values()) upstream.stop();
  }
}
