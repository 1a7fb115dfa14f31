import { Json } from "as-proxy-wasm-sdk";

/** How many requests may pass in how many seconds. */
export class Threshold {
  count: i64 = 0;
  seconds: i32 = 0;
  error: Error | null = null;
}

/** @param key the limit key that the threshold belongs to; "" for the global threshold */
export function readThreshold(json: Json, key: string): Threshold {
  const threshold = new Threshold();
  const names = ["query_per_second", "query_per_minute", "query_per_hour", "query_per_day"];
  const seconds = [1, 60, 3600, 86400];
  for (let i = 0; i < names.length && i < seconds.length; i++) {
    const value = json.get(names[i]);
    if (!value.exists()) continue;
    threshold.count = value.i64();
    threshold.seconds = seconds[i];
    if (threshold.count <= 0) {
      const place = key == "" ? "" : " for key '" + key + "'";
      threshold.error = new Error("'" + names[i] + "' must be a positive integer" + place + ", got " + value.string());
    }
    return threshold;
  }
  const place = key == "" ? "global_threshold" : "key: " + key;
  threshold.error = new Error(
    "one of " + names.map<string>((name) => "'" + name + "'").join(", ") + " must be set for " + place,
  );
  return threshold;
}
