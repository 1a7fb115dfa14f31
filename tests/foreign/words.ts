import type { PluginConfiguration } from "../../sdk/envoy/index.js";
import type { ExpectedHeaders, LogPattern } from "../scenarios/scenario.js";

export type Language = "go" | "as" | "rust";

/** The texts in which the plugins differ, and what an SDK lacks. */
export interface Words {
  config: PluginConfiguration;
  /** The configuration of the scenarios with a call. */
  calling: PluginConfiguration;
  ticking: PluginConfiguration;
  /** A new configuration that the plugin accepts and one that it rejects; absent where the SDK traps at a new configuration. */
  updates?: { accepted: PluginConfiguration; rejected: PluginConfiguration };
  body(text: string): string;
  /** The request's x-checked header after the call. */
  checked: string;
  /** Headers that the plugin adds to an upstream's response. */
  response: ExpectedHeaders;
  /** Headers of the plugin's local reply. */
  localReply: ExpectedHeaders;
  /** Headers that the plugin adds to a request. */
  seen: ExpectedHeaders;
  /** Whether the SDK has hooks on trailers. */
  trailerHooks: boolean;
  /** The x-ticks headers of successive requests that wait for a tick. */
  ticks: (string | RegExp)[];
  /** The headers with metrics in the local replies to successive requests. */
  metrics: ExpectedHeaders[];
  /** A log line of the plugin at a level. */
  line(level: string, text: string): LogPattern;
  /** Lines that the plugin does not log at the level debug. */
  notLogged?: LogPattern[];
}

export const LANGUAGES: Record<Language, Words> = {
  go: {
    config: { token: "secret" },
    calling: { token: "secret", cluster: "auth" },
    ticking: { token: "secret", ticks: true },
    updates: { accepted: { token: "other" }, rejected: {} },
    body: (text) => `go:${text}`,
    checked: "yes",
    response: { "x-by": "go" },
    localReply: { "x-by": ["go", "go"] },
    seen: { "x-seen": "POST /a?b" },
    // Higress's wrapper has no hooks on trailers.
    trailerHooks: false,
    // Ticks never stop, and a request sees their number so far.
    ticks: [/^[1-9]\d*$/, /^[1-9]\d*$/],
    // The SDK can only add to a gauge: 5 and -2 for each request. The SDK panics when a plugin reads a histogram.
    metrics: [
      { "x-counter": "3", "x-gauge": "3" },
      { "x-counter": "6", "x-gauge": "6" },
    ],
    line: (level, text) => new RegExp(`^\\[${level}\\] \\[foreign-go\\] .*\\] ${text}$`),
  },
  as: {
    config: "secret",
    calling: "secret",
    ticking: "secret",
    // No `updates`: after a new configuration, this SDK traps when the old root context is done.
    body: (text) => `as:${text}`,
    checked: "yes",
    response: { "x-by": "as" },
    localReply: { "x-by": ["as", "as"] },
    seen: { "x-seen": "/a?b" },
    trailerHooks: true,
    ticks: ["1", "2"],
    // No metric can be read back, so the plugin lists the statuses of the host calls: a counter cannot be incremented by 0
    // (2, a bad argument), a histogram cannot be incremented, and an unknown metric is not found (1).
    metrics: [{ "x-counter": "0 0 2", "x-gauge": "0 0", "x-histogram": "0 2", "x-unknown": "1" }],
    // The SDK writes to the standard output, which hosts log at info, and keeps its own log level.
    line: (level, text) => `[info] [${level.toUpperCase()}]: ${text}`,
    notLogged: ["say trace"],
  },
  rust: {
    config: "secret",
    calling: "secret",
    ticking: "secret",
    updates: { accepted: "other", rejected: "" },
    body: (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
    checked: "200 yes",
    // The upstream's headers and Envoy's x-envoy-upstream-service-time.
    response: { "x-headers": "4" },
    localReply: { "x-by": "rust", "x-headers": "4" },
    seen: {},
    trailerHooks: true,
    ticks: ["1", "2"],
    // A counter cannot be decremented, a histogram cannot be read, and the last metric does not exist.
    metrics: ["3", "6"].map((count) => ({
      ...{ "x-counter": count, "x-down": "Err(BadArgument)", "x-gauge": "3" },
      ...{ "x-histogram": "Err(BadArgument)", "x-unknown": "Err(NotFound)" },
    })),
    line: (level, text) => `[${level}] ${text}`,
  },
};
