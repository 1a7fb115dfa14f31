// Functions for functions.test.ts, which tests them without a gateway. They are not part of the plugin.

import { Json } from "as-proxy-wasm-sdk";
import { Rate } from "./bucket";
import { configData } from "./echo";

export function refilled(capacity: f64, perSecond: f64, tokens: f64, elapsedMs: f64): f64 {
  return new Rate(capacity, perSecond).refilled(tokens, elapsedMs);
}

export function echoed(config: string): string {
  return configData(Json.parse(config));
}
