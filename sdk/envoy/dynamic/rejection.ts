import { parseLog, type LogEntry } from "../log.js";
import { unusable } from "./ports.js";

/** Lines that Envoy logs for every plugin that it rejects. */
const SAYS_NOTHING = [
  /^Wasm VM failed Failed to /,
  /^Plugin \S+ failed to load$/,
  /^Plugin configured to fail (?:open|closed) failed to load$/,
];

/**
 * The error for a configuration that Envoy has rejected.
 *
 * @param what the rejected parts, such as `plugin "auth"`
 * @param log what Envoy has logged since it got the configuration
 */
export function rejection(what: readonly string[], log: string): Error {
  const port = /cannot bind '127\.0\.0\.1:(\d+)': Address already in use/.exec(log)?.[1];
  if (port !== undefined) return new Error(unusable(Number(port), "EADDRINUSE"));
  const entries = parseLog(log);
  return new Error(what.map((part) => `${part} ${verb(part, log)}: ${reason(part, entries)}`).join("\n"));
}

/** Whether a plugin does not load or rejects its configuration, although Envoy accepts the plugin because it fails open. */
export function failsOpen(log: string): boolean {
  return log.includes("Plugin configured to fail open failed to load");
}

function verb(part: string, log: string): string {
  if (!part.startsWith("plugin ")) return "was rejected by Envoy";
  return log.includes("Failed to configure base Wasm plugin") ? "rejected its configuration" : "does not load";
}

function reason(part: string, entries: readonly LogEntry[]): string {
  const problems = entries
    .filter(({ component, level }) => component === "wasm" && (level === "error" || level === "critical"))
    .map(({ message }) => message)
    .filter((message) => !SAYS_NOTHING.some((pattern) => pattern.test(message)));
  const own = problems.flatMap((message) => {
    const [, name, text] = /^wasm log(?: ([^: ]*)[^:]*)?: ([^]*)$/.exec(message) ?? [];
    if (text === undefined) return [message];
    return part === `plugin "${name}"` ? [text] : [];
  });
  const general = entries.flatMap(({ message }) => {
    const text = /^Filesystem config update (?:rejected|failure): ([^]*)$/.exec(message)?.[1];
    return text === undefined ? [] : [text.trim()];
  });
  const reasons = part.startsWith("plugin ") && own.length > 0 ? own : general;
  return [...new Set(reasons)].join("; ");
}
