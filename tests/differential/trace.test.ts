import { expect, test } from "vitest";
import { isQuiet, type TracedCall } from "./trace.js";

const call = (name: string, args: string[], result = "0"): TracedCall => ({ kind: "call", name, args, result });
const callback = (name: string, args: string[]): TracedCall => ({ kind: "callback", name, args, result: "0" });
const timer = (ms: number) => call("proxy_set_tick_period_milliseconds", [String(ms)]);

test("a plugin is quiet when its streams, calls and timers have ended", () => {
  const begins = callback("proxy_on_context_create", ["2", "1"]);
  const ends = callback("proxy_on_delete", ["2"]);
  const sends = call("proxy_http_call", []);
  const gets = callback("proxy_on_http_call_response", ["1"]);
  expect(isQuiet([])).toBe(true);
  for (const [begin, end] of [
    [begins, ends],
    [sends, gets],
    [timer(50), timer(0)],
  ] as const) {
    expect(isQuiet([begin])).toBe(false);
    expect(isQuiet([begin, end])).toBe(true);
  }
  // Each of two VMs has its own timer.
  expect(isQuiet([timer(50), timer(50), timer(0)])).toBe(false);
});

test("a VM that has failed is quiet", () => {
  const traps: TracedCall = { ...callback("proxy_on_request_headers", ["2"]), result: "trapped" };
  expect(isQuiet([timer(50), callback("proxy_on_context_create", ["2", "1"]), traps])).toBe(true);
});
