import type { PluginConfiguration } from "../../sdk/envoy/index.js";
import type { ExpectedHeaders, LogPattern } from "../scenarios/scenario.js";

export type Language = "go" | "as" | "rust";

/** How a plugin says what all of them do, and what its SDK lacks. */
export interface Words {
  config: PluginConfiguration;
  /** For the scenario with a call. */
  calling: PluginConfiguration;
  ticking: PluginConfiguration;
  /** A new configuration that it takes, and one that it does not, where the SDK survives a new one. */
  updates?: { taken: PluginConfiguration; refused: PluginConfiguration };
  body(text: string): string;
  /** What the request carries after the call. */
  checked: string;
  /** What its responses carry, and its own answers. */
  response: ExpectedHeaders;
  own: ExpectedHeaders;
  /** What its requests carry. */
  seen: ExpectedHeaders;
  /** Its hooks on trailers are called. */
  trailerHooks: boolean;
  /** What requests that wait for a tick carry, one after the other. */
  ticks: (string | RegExp)[];
  /** What it says of its metrics, one request after the other. */
  metrics: ExpectedHeaders[];
  /** Its line at a level. */
  line(level: string, said: string): LogPattern;
  /** What it keeps to itself at the level debug. */
  unsaid?: LogPattern[];
}

export const LANGUAGES: Record<Language, Words> = {
  go: {
    config: { token: "secret" },
    calling: { token: "secret", cluster: "auth" },
    ticking: { token: "secret", ticks: true },
    updates: { taken: { token: "other" }, refused: {} },
    body: (text) => `go:${text}`,
    checked: "yes",
    response: { "x-by": "go" },
    own: { "x-by": ["go", "go"] },
    seen: { "x-seen": "POST /a?b" },
    // Higress's wrapper has none.
    trailerHooks: false,
    // Its ticks go on all the time, and a request sees how many there were.
    ticks: [/^[1-9]\d*$/, /^[1-9]\d*$/],
    // A gauge can be added to only: 5 and -2 for each request. Asked for a histogram's value, the SDK panics.
    metrics: [
      { "x-counter": "3", "x-gauge": "3" },
      { "x-counter": "6", "x-gauge": "6" },
    ],
    line: (level, said) => new RegExp(`^\\[${level}\\] \\[foreign-go\\] .*\\] ${said}$`),
  },
  as: {
    config: "secret",
    calling: "secret",
    ticking: "secret",
    // At a new configuration this SDK traps when its old root is done, whenever that is: it has no `updates`.
    body: (text) => `as:${text}`,
    checked: "yes",
    response: { "x-by": "as" },
    own: { "x-by": ["as", "as"] },
    seen: { "x-seen": "/a?b" },
    trailerHooks: true,
    ticks: ["1", "2"],
    // No metric can be read back, so it says how the host's functions ended: a counter takes no 0 (2, a bad argument),
    // a histogram cannot be incremented, and an unknown metric is not found (1).
    metrics: [{ "x-counter": "0 0 2", "x-gauge": "0 0", "x-histogram": "0 2", "x-unknown": "1" }],
    // It writes to the standard output, which hosts take for info, and has a level of its own.
    line: (level, said) => `[info] [${level.toUpperCase()}]: ${said}`,
    unsaid: ["say trace"],
  },
  rust: {
    config: "secret",
    calling: "secret",
    ticking: "secret",
    updates: { taken: "other", refused: "" },
    body: (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
    checked: "200 yes",
    // The upstream's four and Envoy's x-envoy-upstream-service-time.
    response: { "x-headers": "4" },
    own: { "x-by": "rust", "x-headers": "4" },
    seen: {},
    trailerHooks: true,
    ticks: ["1", "2"],
    // A counter cannot go down, no value of a histogram can be had, and there is no such metric.
    metrics: ["3", "6"].map((count) => ({
      ...{ "x-counter": count, "x-down": "Err(BadArgument)", "x-gauge": "3" },
      ...{ "x-histogram": "Err(BadArgument)", "x-unknown": "Err(NotFound)" },
    })),
    line: (level, said) => `[${level}] ${said}`,
  },
};
