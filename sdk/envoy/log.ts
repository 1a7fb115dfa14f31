/** A message in Envoy's log. A message may have several lines. */
export interface LogEntry {
  level: "trace" | "debug" | "info" | "warning" | "error" | "critical";
  /** The component that logged the message, such as "wasm" or "main". */
  component: string;
  /** The thread that logged the message: Envoy's main thread or a worker. */
  thread: number;
  message: string;
}

/**
 * Splits Envoy's log, in its default format, into entries.
 *
 * @example
 * parseLog(envoy.log).filter((entry) => entry.level === "error");
 */
export function parseLog(text: string): LogEntry[] {
  const entries: LogEntry[] = [];
  const head = /^\[\d{4}-\d\d-\d\d [\d:.]+\]\[(\d+)\]\[(\w+)\]\[([\w-]+)\] (?:\[[^\]\s]+:\d+\] )?(.*)$/;
  for (const line of text.split("\n")) {
    const match = head.exec(line);
    const last = entries.at(-1);
    if (match) {
      const [, thread, level, component, message] = match as unknown as [
        string,
        string,
        LogEntry["level"],
        string,
        string,
      ];
      entries.push({ level, component, thread: Number(thread), message });
    } else if (last) {
      last.message += `\n${line}`;
    }
  }
  for (const entry of entries) entry.message = entry.message.replace(/\n$/, "");
  return entries;
}

/** Whether a line begins a message of the log. */
export function isHead(line: string): boolean {
  return /^\[\d{4}-\d\d-\d\d [\d:.]+\]\[\d+\]\[\w+\]\[/.test(line);
}

/**
 * The lines that explain why Envoy stopped: errors and the log of plugins, or else the end of the log.
 *
 * @example
 * throw new Error(`Envoy ended:\n${interestingLines(envoy.log)}`);
 */
export function interestingLines(text: string, most = 20): string {
  const entries = parseLog(text);
  const relevant = entries.filter(
    ({ component, level, message }) =>
      (level === "error" || level === "critical" || message.startsWith("wasm log")) &&
      // These components log addresses only.
      component !== "envoy_bug" &&
      component !== "backtrace",
  );
  if (relevant.length === 0) return text.trimEnd().split("\n").slice(-most).join("\n");
  return relevant
    .slice(-most)
    .map(({ level, message }) => `[${level}] ${message}`)
    .join("\n");
}
