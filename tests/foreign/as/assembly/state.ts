import {
  Counter,
  Gauge,
  Headers,
  Histogram,
  WasmResultValues,
  get_shared_data,
  makeHeaderPair,
  set_shared_data,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

export function sharedData(): Headers {
  const absent = get_shared_data("absent").result == WasmResultValues.NotFound ? "none" : "there";
  set_shared_data("key", String.UTF8.encode("1"));
  const first = get_shared_data("key");
  set_shared_data("key", String.UTF8.encode("2"), first.cas);
  const result = set_shared_data("key", String.UTF8.encode("3"), first.cas);
  const late = result == WasmResultValues.CasMismatch ? "mismatch" : "set";
  const last = get_shared_data("key");
  return [
    makeHeaderPair("x-absent", absent),
    makeHeaderPair("x-first", text(first.value)),
    makeHeaderPair("x-late", late),
    makeHeaderPair("x-last", text(last.value)),
    makeHeaderPair("x-cas", (last.cas - first.cas).toString()),
    makeHeaderPair("x-count", increment("count").toString()),
  ];
}

/** Increments a counter in shared data. Tries again when another VM has changed the counter. */
export function increment(key: string): i32 {
  while (true) {
    const old = get_shared_data(key);
    const next = old.result == WasmResultValues.Ok ? I32.parseInt(text(old.value)) + 1 : 1;
    if (set_shared_data(key, String.UTF8.encode(next.toString()), old.cas) == WasmResultValues.Ok) return next;
  }
}

function text(bytes: ArrayBuffer | null): string {
  return bytes === null ? "" : String.UTF8.decode(bytes);
}

/** Lists the status of each metric call. No metric is read back, because the SDK's read function writes. */
export function metrics(): Headers {
  const counter = new Counter("as_counter");
  const gauge = new Gauge("as_gauge");
  const histogram = new Histogram("as_histogram");
  const counterStatuses = [counter.increment(1), new Counter("as_counter").increment(2), counter.increment(0)];
  const gaugeStatuses = [gauge.record(gauge.metric_id, 5), gauge.increment(-2)];
  const histogramStatuses = [histogram.record(histogram.metric_id, 7), histogram.increment(1)];
  const unknown = gauge.record(counter.metric_id + 4000, 1);
  return [
    makeHeaderPair("x-counter", counterStatuses.join(" ")),
    makeHeaderPair("x-gauge", gaugeStatuses.join(" ")),
    makeHeaderPair("x-histogram", histogramStatuses.join(" ")),
    makeHeaderPair("x-unknown", unknown.toString()),
  ];
}
