import { Status } from "../abi.js";
import { readableText } from "../byte-string.js";
import { recordValue, type Histogram, type Scalar, type Stats } from "./stats.js";

enum Kind {
  Counter = 0,
  Gauge = 1,
  Histogram = 2,
}

/** The prefix that Envoy adds to the names of plugins' metrics. */
const NAMESPACE = "wasmcustom";

/**
 * The metrics of a VM: ids for the host's statistics. The lowest two bits of an id are its kind. Each definition makes a new
 * id, even for an existing name.
 */
export class Metrics {
  private readonly scalars = new Map<number, Scalar>();
  private readonly histograms = new Map<number, Histogram>();
  private readonly counts: [number, number, number] = [0, 0, 0];

  constructor(private readonly stats: Stats) {}

  /** The id of a new metric; undefined if the kind does not exist. */
  define(kind: number, name: string): number | undefined {
    if (kind !== Kind.Counter && kind !== Kind.Gauge && kind !== Kind.Histogram) return undefined;
    const full = `${NAMESPACE}.${readableText(name)}`;
    const id = ++this.counts[kind] * 4 + kind;
    if (kind === Kind.Histogram) this.histograms.set(id, this.stats.histogram(full));
    else this.scalars.set(id, kind === Kind.Counter ? this.stats.counter(full) : this.stats.gauge(full));
    return id;
  }

  increment(id: number, offset: bigint): Status {
    const kind = id & 3;
    if (kind > Kind.Gauge) return Status.BadArgument;
    const metric = this.scalars.get(id);
    if (!metric) return Status.NotFound;
    if (kind === Kind.Counter && offset <= 0n) return Status.BadArgument;
    metric.value = BigInt.asUintN(64, metric.value + offset);
    return Status.Ok;
  }

  /** Adds the value to a counter or a histogram, or sets a gauge. */
  record(id: number, value: bigint): Status {
    const histogram = this.histograms.get(id);
    const metric = this.scalars.get(id);
    if (histogram) recordValue(histogram, value);
    else if (metric) metric.value = (id & 3) === Kind.Counter ? BigInt.asUintN(64, metric.value + value) : value;
    else return Status.NotFound;
    return Status.Ok;
  }

  get(id: number): bigint | Status {
    if ((id & 3) > Kind.Gauge) return Status.BadArgument;
    return this.scalars.get(id)?.value ?? Status.NotFound;
  }
}
