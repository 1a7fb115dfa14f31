// Patterns for values that differ each time, even on the same engine.
const VOLATILE: readonly [RegExp, string][] = [
  // All shared data of a process has one counter of versions.
  [/(get_shared_data .*) \d+$/, "$1 <version>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<uuid>"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>"],
  [/(x-envoy-upstream-service-time\W{1,5})\d+/g, "$1<ms>"],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "<date>"],
];

/** Replaces values that differ each time. */
export function masked(text: string): string {
  return VOLATILE.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

/** Headers whose values depend on the time, or are random. */
const TIMES = new Set(["date", "x-envoy-upstream-service-time", "x-request-id"]);

export function maskedHeaders(headers: readonly (readonly [string, string])[]): string[] {
  return headers.map(([name, value]) => `${name}: ${TIMES.has(name.toLowerCase()) ? "…" : masked(value)}`);
}
