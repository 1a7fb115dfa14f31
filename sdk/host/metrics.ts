import { Status } from "./abi.js";

enum Kind {
  Counter = 0,
  Gauge = 1,
  Histogram = 2,
}

interface Metric {
  kind: Kind;
  name: string;
  value: bigint;
}

/** The metrics of a VM. An id says its kind in its lowest two bits; each definition gives a new one. */
export class Metrics {
  private readonly byName = new Map<string, Metric>();
  private readonly byId = new Map<number, Metric>();
  private readonly counts: [number, number, number] = [0, 0, 0];

  /** The id; undefined for a kind that there is not. */
  define(kind: number, name: string): number | undefined {
    if (kind !== Kind.Counter && kind !== Kind.Gauge && kind !== Kind.Histogram) return undefined;
    const key = `${kind}:${name}`;
    let metric = this.byName.get(key);
    if (!metric) this.byName.set(key, (metric = { kind, name, value: 0n }));
    const id = ++this.counts[kind] * 4 + kind;
    this.byId.set(id, metric);
    return id;
  }

  increment(id: number, offset: bigint): Status {
    if ((id & 3) > Kind.Gauge) return Status.BadArgument;
    const metric = this.byId.get(id);
    if (!metric) return Status.NotFound;
    if (metric.kind === Kind.Counter && offset <= 0n) return Status.BadArgument;
    metric.value = BigInt.asUintN(64, metric.value + offset);
    return Status.Ok;
  }

  record(id: number, value: bigint): Status {
    const metric = this.byId.get(id);
    if (!metric) return Status.NotFound;
    metric.value = BigInt.asUintN(64, metric.kind === Kind.Counter ? metric.value + value : value);
    return Status.Ok;
  }

  get(id: number): bigint | Status {
    if ((id & 3) > Kind.Gauge) return Status.BadArgument;
    return this.byId.get(id)?.value ?? Status.NotFound;
  }

  /** All counters and gauges by the name that the plugin gave. */
  values(): Map<string, bigint> {
    const all = [...this.byName.values()].filter(({ kind }) => kind !== Kind.Histogram);
    return new Map(all.map(({ name, value }) => [name, value]));
  }
}
