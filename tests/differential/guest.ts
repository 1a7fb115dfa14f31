import type { RequestStep, Scenario } from "../scenarios/scenario.js";

/** A scenario of the plugin that makes the calls that it is told to make; see tests/support/raw-calls. */
export function guest(
  name: string,
  script: readonly string[],
  rest: Partial<Omit<Scenario, "name" | "plugin" | "config">> = {},
): Scenario {
  return {
    ...{ name, plugin: "tests/support/raw-calls", pluginName: "guest", config: script.join("\n") },
    ...{ steps: [request()], errors: [/^/], traps: true, ...rest },
  };
}

/** Enough for a connection that is cut: Envoy waits a second before it does. */
export const CUT_MS = 2500;

/** A request, whose answer is compared with that of the other engine. */
export function request(what: Omit<RequestStep, "expect"> = {}): RequestStep {
  return { limitMs: 1000, ...what, expect: { anything: true } };
}

/** A request and an answer with all parts: headers, a body in two pieces, trailers. */
export const everything: Omit<RequestStep, "expect"> = {
  headers: [
    ["x-a", "1"],
    ["x-b", "first"],
    ["x-b", "second"],
    ["cookie", "a=1; b=2"],
    [
      "x-answer",
      JSON.stringify({
        headers: [
          ["content-type", "text/plain"],
          ["x-r", "1"],
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
        chunks: ["re", "sponse"],
        chunkDelayMs: 60,
        trailers: [["x-rt", "1"]],
      }),
    ],
  ],
  target: "/path?query=1",
  chunks: ["re", "quest"],
  chunkDelayMs: 60,
  trailers: [["x-t", "1"]],
};

/**
 * Lines that take a request through every callback: its headers wait for a timer, for an item in a queue and for a
 * call, one after the other.
 */
export const THROUGH_ALL: readonly string[] = [
  'request_headers register_shared_queue "queue _',
  "request_headers keep $queue_token",
  "request_headers set_tick_period_milliseconds 15",
  "request_headers return 4",
  "tick:1 set_tick_period_milliseconds 0",
  'tick:1 enqueue_shared_queue $queue_token "item',
  'queue:1 http_call "auth {:method=GET,:path=/auth,:authority=auth.example " { 1000 _',
  "call:1 set_effective_context $stream",
  "call:1 continue_stream 0",
];

/** What those lines need. */
export const PARTNERS: Pick<Scenario, "clusters"> = {
  clusters: { auth: { headers: [["x-call", "1"]], body: "called", trailers: [["x-ct", "1"]] } },
};

/** The callbacks of a plugin that is configured, serves a request, and ends. */
export const PHASES = [
  ...["start", "configure", "create", "request_headers", "tick", "queue", "call", "request_body", "request_trailers"],
  ...["response_headers", "response_body", "response_trailers", "log", "done", "delete", "root_done", "root_delete"],
] as const;
