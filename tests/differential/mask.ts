// What differs each time, on one engine too.
const VOLATILE: readonly [RegExp, string][] = [
  // A process counts the versions of all shared data in one.
  [/(get_shared_data .*) \d+$/, "$1 <version>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<uuid>"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>"],
  [/(x-envoy-upstream-service-time\W{1,5})\d+/g, "$1<ms>"],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "<date>"],
];

/** A text without what differs each time. */
export function masked(text: string): string {
  return VOLATILE.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

/** Headers whose values say when and how long. */
const TIMES = new Set(["date", "x-envoy-upstream-service-time", "x-request-id"]);

export function maskedHeaders(headers: readonly (readonly [string, string])[]): string[] {
  return headers.map(([name, value]) => `${name}: ${TIMES.has(name.toLowerCase()) ? "…" : masked(value)}`);
}
