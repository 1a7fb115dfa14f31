import type { RequestStep, Scenario } from "../scenarios/scenario.js";

/** Makes a scenario whose plugin makes the host calls of a script; see tests/support/raw-calls. */
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

/** How long a test waits until a connection is closed by the plugin: Envoy delays the close by one second. */
export const CUT_MS = 2500;

/** A request whose outcome is compared with the outcome on the other engine. */
export function request(what: Omit<RequestStep, "expect"> = {}): RequestStep {
  return { limitMs: 1000, ...what, expect: { anything: true } };
}

/** A request and a response with all parts: headers, a body in two chunks, trailers. */
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
 * A script that takes a request through every callback. Its headers wait for a timer, then for an item in a queue, and
 * then for a call.
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

/** The clusters that `THROUGH_ALL` needs. */
export const PARTNERS: Pick<Scenario, "clusters"> = {
  clusters: { auth: { headers: [["x-call", "1"]], body: "called", trailers: [["x-ct", "1"]] } },
};

/** The callbacks of a plugin, in order, from its start to its end. */
export const PHASES = [
  ...["start", "configure", "create", "request_headers", "tick", "queue", "call", "request_body", "request_trailers"],
  ...["response_headers", "response_body", "response_trailers", "log", "done", "delete", "root_done", "root_delete"],
] as const;
