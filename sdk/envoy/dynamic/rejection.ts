import { parseLog, type LogEntry } from "../log.js";
import { unusable } from "./ports.js";

/** The last line about a plugin that does not load. */
const FAILED = /^Plugin (?!configured to fail )(.*) failed to load$/;
/** Lines that Envoy logs for every plugin that it rejects. */
const SAYS_NOTHING = [/^Wasm VM failed Failed to /, /^Plugin configured to fail (?:open|closed) failed to load$/];

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
  const reasons = entries.flatMap(({ message }) => {
    const reason = /^Filesystem config update (?:rejected|failure): ([^]*)$/.exec(message)?.[1];
    return reason === undefined ? [] : [reason.trim()];
  });
  const plugins = reasons.flatMap((reason) => {
    const name = /Unable to create Wasm plugin (.*)$/m.exec(reason)?.[1];
    return name === undefined ? [] : [`plugin "${name}"`];
  });
  const parts = new Set([...what.filter((part) => isPlugin(part) || plugins.length === 0), ...plugins]);
  return new Error([...parts].map((part) => sentence(part, log, entries, reasons)).join("\n"));
}

/** Whether a plugin does not load or rejects its configuration, although Envoy accepts the plugin because it fails open. */
export function failsOpen(log: string): boolean {
  return log.includes("Plugin configured to fail open failed to load");
}

function isPlugin(part: string): boolean {
  return part.startsWith('plugin "');
}

function sentence(part: string, log: string, entries: readonly LogEntry[], reasons: readonly string[]): string {
  if (!isPlugin(part)) return `Envoy rejects ${part}: ${[...new Set(reasons)].join("; ")}`;
  const verb = log.includes("Failed to configure base Wasm plugin") ? "rejected its configuration" : "does not load";
  const lines = new Set(linesAbout(part, entries));
  return `${part} ${verb}${lines.size === 0 ? "" : `: ${[...lines].join("; ")}`}`;
}

/**
 * The errors about a plugin. Envoy's main thread starts one plugin after the other: what the thread logs before "Plugin …
 * failed to load" is about that plugin.
 */
function linesAbout(part: string, entries: readonly LogEntry[]): string[] {
  const end = entries.find(({ message }) => part === `plugin "${FAILED.exec(message)?.[1]}"`);
  if (!end) return [];
  const ofThread = entries.filter(({ thread, component }) => thread === end.thread && component === "wasm");
  const before = ofThread.slice(0, ofThread.indexOf(end));
  const begin = before.map(({ message }) => FAILED.test(message)).lastIndexOf(true) + 1;
  return before
    .slice(begin)
    .filter(({ level }) => level === "error" || level === "critical")
    .map(({ message }) => message.replace(/^wasm log[^:]*: /, ""))
    .filter((message) => !SAYS_NOTHING.some((pattern) => pattern.test(message)));
}
