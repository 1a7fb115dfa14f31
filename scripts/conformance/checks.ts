// The 192 numbered checks of the proxy-wasm host, and of plugins that are built with the SDK. The names of a check's tests begin
// with its number.

export type Side = "host" | "SDK";

/** The topics of the checks, each with its last number. */
export const TOPICS: readonly (readonly [last: number, name: string])[] = [
  [35, "Loading and start"],
  [47, "WASI and logging"],
  [53, "Memory and arguments"],
  [80, "Header maps"],
  [106, "Buffers and bodies"],
  [129, "Actions, resuming, local replies"],
  [149, "Calls to upstreams"],
  [164, "Properties and foreign functions"],
  [176, "Metrics, shared data, queues, ticks"],
  [192, "End of life and failure"],
];

const OF_SDK = new Set([16, 22, 23, 24, 45, 46, 66, 69, 95, 101, 135, 149, 157, 171, 180]);
const OF_BOTH = new Set([5, 14, 28, 44, 54, 55, 63, 64, 68, 80, 140, 150, 177]);

/** The sides that a check tests: the host, the SDK, or both. */
export function sidesOf(number: number): readonly Side[] {
  if (OF_BOTH.has(number)) return ["host", "SDK"];
  return OF_SDK.has(number) ? ["SDK"] : ["host"];
}

/** The reasons why a check does not apply to this project, by its number. */
export const NOT_APPLICABLE: Readonly<Record<number, string>> = {
  45: "the SDK builds no module of ABI 0.2.0, which lacks proxy_get_log_level; every supported host accepts 0.2.1",
};
