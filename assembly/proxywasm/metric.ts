import { LogLevel, MetricType, Status } from "../abi/enums";
import { proxy_define_metric, proxy_get_metric, proxy_increment_metric, proxy_record_metric } from "../abi/imports";
import { numberSlot } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";
import { report } from "./log";

/** The most metrics that a VM defines. Gateways never free a metric. */
const MOST: i32 = 10_000;

/** The ids of the metrics of this VM, by their names with their kinds in front. */
// @ts-ignore: decorator
@lazy const defined = new Map<string, u32>();

let isFull: bool = false;

/**
 * A value of a counter or a gauge.
 *
 * @example
 * ```ts
 * const requests = counter("requests").get();
 * if (requests.status == Status.Ok) log.info(requests.value.toString() + " requests");
 * ```
 */
export class MetricValue {
  /** @internal */
  constructor(
    /** The status of the host call: `Ok`, or what went wrong. */
    readonly status: Status,
    /** The value, of all workers together; 0 if the status is not `Ok`. */
    readonly value: i64,
  ) {}
}

/** A metric, which is defined when it is used first: at the top level of a file the host cannot define metrics. */
abstract class Metric {
  private id: u32 = 0;
  private status: Status = Status.NotFound;

  constructor(
    private kind: MetricType,
    private name: string,
  ) {}

  protected change(offset: i64): Status {
    return this.define() ? proxy_increment_metric(this.id, offset) : this.status;
  }

  protected write(value: u64): Status {
    return this.define() ? proxy_record_metric(this.id, value) : this.status;
  }

  protected read(): MetricValue {
    let status = this.status;
    if (this.define()) status = proxy_get_metric(this.id, numberSlot());
    return new MetricValue(status, status == Status.Ok ? load<i64>(numberSlot()) : 0);
  }

  private define(): bool {
    if (this.status == Status.Ok) return true;
    // Each definition makes a new id, so the VM defines a name once.
    const key = String.fromCharCode(this.kind) + this.name;
    if (defined.has(key)) {
      this.id = defined.get(key);
      this.status = Status.Ok;
      return true;
    }
    if (defined.size >= MOST) {
      if (!isFull) report(LogLevel.Error, "metrics: the plugin has 10000 metrics, and gets no more");
      isFull = true;
      this.status = Status.InternalFailure;
      return false;
    }
    const text = encodeUtf8(this.name);
    this.status = proxy_define_metric(this.kind, changetype<usize>(text), text.byteLength, numberSlot());
    if (this.status != Status.Ok) return false;
    this.id = load<u32>(numberSlot());
    defined.set(key, this.id);
    return true;
  }
}

/**
 * A metric that only grows, such as the number of requests; the result of `counter`.
 *
 * @example
 * ```ts
 * const denied = counter("my_plugin_denied");
 * function deny(ctx: HttpContext): void {
 *   denied.increment();
 *   ctx.sendResponse(403, [], "no");
 * }
 * ```
 */
export class Counter extends Metric {
  /**
   * Adds to the counter, on behalf of all workers.
   *
   * @param amount 0 adds nothing
   * @returns `Ok`; `InternalFailure` after 10,000 metrics; or the status of the host call
   */
  increment(amount: u64 = 1): Status {
    return amount == 0 ? Status.Ok : this.change(<i64>amount);
  }

  /** Reads the counter. */
  get(): MetricValue {
    return this.read();
  }
}

/**
 * A metric that rises and falls, such as the number of open streams; the result of `gauge`.
 *
 * @example
 * ```ts
 * gauge("my_plugin_keys").set(config.allow.length);
 * ```
 */
export class Gauge extends Metric {
  /** Adds to the gauge; a negative amount subtracts. Returns as `Counter.increment`. */
  add(amount: i64): Status {
    return amount == 0 ? Status.Ok : this.change(amount);
  }

  /** Sets the gauge, which all workers share. Returns as `Counter.increment`. */
  set(value: u64): Status {
    return this.write(value);
  }

  /** Reads the gauge. */
  get(): MetricValue {
    return this.read();
  }
}

/**
 * A metric of many values, such as durations, that the gateway sorts into buckets; the result of `histogram`. A plugin cannot
 * read a histogram.
 *
 * @example
 * ```ts
 * histogram("my_plugin_wait_ms").record(<u64>(monotonicMs() - ctx.getOr<f64>("start", 0)));
 * ```
 */
export class Histogram extends Metric {
  /** Records a value; on Envoy the value is in milliseconds. Returns as `Counter.increment`. */
  record(value: u64): Status {
    return this.write(value);
  }
}

/**
 * Returns the counter of a name. All plugins, configurations and workers of the gateway with the same name share its value, so
 * begin the name with the plugin's name. The gateway shows it as `wasmcustom.<name>`, and in Prometheus' format without
 * `wasmcustom.`. The function works anywhere, also at the top level of a file; the counter can be used from the parser of the
 * configuration on.
 *
 * @param name letters, digits, `_` and `.`, which becomes `_` in Prometheus' format. A gateway never frees a metric, so do not
 * put values of requests into names without a limit. After 10,000 names, a VM defines no more.
 *
 * @example
 * ```ts
 * const denied = counter("my_plugin_denied");
 * if (denied.increment() != Status.Ok) log.warn("the metric is not counted");
 * ```
 */
export function counter(name: string): Counter {
  return new Counter(MetricType.Counter, name);
}

/**
 * Returns the gauge of a name; see `counter`.
 *
 * @example
 * ```ts
 * const open = gauge("my_plugin_open");
 * open.add(1);
 * ```
 */
export function gauge(name: string): Gauge {
  return new Gauge(MetricType.Gauge, name);
}

/**
 * Returns the histogram of a name; see `counter`.
 *
 * @example
 * ```ts
 * histogram("my_plugin_body_bytes").record(body.length);
 * ```
 */
export function histogram(name: string): Histogram {
  return new Histogram(MetricType.Histogram, name);
}
