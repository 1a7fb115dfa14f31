import { parseLog } from "../log.js";
import { unusable } from "./ports.js";

/**
 * The error for a configuration that Envoy has rejected.
 *
 * @param what the rejected parts
 * @param log what Envoy has logged since it got the configuration
 */
export function rejection(what: readonly string[], log: string): Error {
  const port = /cannot bind '127\.0\.0\.1:(\d+)': Address already in use/.exec(log)?.[1];
  if (port !== undefined) return new Error(unusable(Number(port), "EADDRINUSE"));
  const entries = parseLog(log);
  const reasons = entries.flatMap(({ message }) => {
    const reason = /^(?:Filesystem config update rejected|Filesystem config update failure): ([^]*)$/.exec(
      message,
    )?.[1];
    return reason === undefined ? [] : [reason.trim()];
  });
  const lines = entries
    .filter(
      ({ level, component }) =>
        component === "wasm" && (level === "error" || level === "critical" || level === "warning"),
    )
    .map(({ level, message }) => `[${level}] ${message}`);
  return new Error(
    [`Envoy rejects ${what.join(" and ")}: ${[...new Set(reasons)].join("; ")}`, ...new Set(lines)].join("\n"),
  );
}

/** Whether a plugin does not load or rejects its configuration, although Envoy accepts the plugin because it fails open. */
export function failsOpen(log: string): boolean {
  return log.includes("Plugin configured to fail open failed to load");
}
