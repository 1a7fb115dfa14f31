import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../../spec/gateway-spec.js";
import { cluster } from "../cluster.js";
import { unique } from "../unique.js";

type Resources = ReadonlyMap<string, object>;

/** The clusters that Envoy has. A removed cluster stays while requests on old connections may need it. */
export class Clusters {
  /** The clusters of the spec in force. */
  private current: Resources;
  /** Removed clusters, with the time at which nothing needs them. */
  private readonly removed = new Map<string, { resource: object; end: number }>();
  /** What Envoy got last. */
  private sent: object[] = [];

  /** @param drainMs how long Envoy keeps a replaced listener */
  constructor(
    specs: readonly ClusterSpec[],
    private readonly drainMs: number,
  ) {
    this.current = resourcesOf(specs);
  }

  /** The resources for Envoy when `specs` are added to the current clusters; undefined when Envoy has these already. */
  adding(specs: readonly ClusterSpec[]): object[] | undefined {
    return this.changed(new Map([...this.kept(), ...this.current, ...resourcesOf(specs)]));
  }

  /** The resources for Envoy without an addition that was rejected, or without removed clusters that nothing needs. */
  withoutAdditions(): object[] | undefined {
    return this.changed(new Map([...this.kept(), ...this.current]));
  }

  /** Says that Envoy got the resources. */
  nowSent(resources: object[]): void {
    this.sent = resources;
  }

  /** Says that a spec is in force. Returns whether a cluster is to be removed when `drainMs` are over. */
  inForce(specs: readonly ClusterSpec[]): boolean {
    const next = resourcesOf(specs);
    const gone = [...this.current].filter(([name]) => !next.has(name));
    // A little less, so that the timer finds the time to be over.
    for (const [name, resource] of gone)
      this.removed.set(name, { resource, end: performance.now() + this.drainMs - 50 });
    this.current = next;
    return gone.length > 0;
  }

  private kept(): [string, object][] {
    const now = performance.now();
    for (const [name, { end }] of this.removed) if (end <= now) this.removed.delete(name);
    return [...this.removed].map(([name, { resource }]) => [name, resource]);
  }

  private changed(next: Resources): object[] | undefined {
    const resources = [...next.values()];
    return isDeepStrictEqual(resources, this.sent) ? undefined : resources;
  }
}

function resourcesOf(specs: readonly ClusterSpec[]): Resources {
  unique(specs, "clusters");
  return new Map(specs.map((spec) => [spec.name, cluster(spec)]));
}
