import type { PluginLogLevel } from "../../spec/engine.js";
import type { LogFile } from "../log-file.js";
import { isHead, parseLog, type LogEntry } from "../log.js";
import type { PluginNames } from "./plugin-names.js";

/** A line that a plugin or Envoy has logged. */
export interface EnvoyLogLine {
  level: PluginLogLevel;
  message: string;
  /** The plugin that logged the line; undefined for lines of Envoy itself, and where it is not known which plugin it was. */
  plugin?: string;
}

/** How often the log is read. */
const EVERY_MS = 30;

/** Warnings of Envoy that say nothing about plugins or the spec, and reasons that the error of `update` has. */
const PASSED_OVER = [
  /^There is no configured limit to the number of allowed active downstream connections/,
  /^Filesystem config update rejected: /,
  /^error adding listener: /,
  /^[lc]ds: (?:listener|cluster) /,
  // The end by `stop`.
  /^caught ENVOY_SIGTERM/,
];

/** Follows Envoy's log: all lines of plugins, and warnings and errors of Envoy itself. */
export class LogLines {
  private position = 0;
  /** Text whose last message may not be complete. */
  private rest = "";
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly file: LogFile,
    private readonly log: (line: EnvoyLogLine) => void,
    private readonly names: Pick<PluginNames, "find">,
  ) {
    this.timer = setInterval(() => this.read(), EVERY_MS);
    this.timer.unref();
  }

  /** Reads the rest of the log, and ends. */
  stop(): void {
    clearInterval(this.timer);
    this.read();
    this.report(this.rest);
    this.rest = "";
  }

  private read(): void {
    const end = this.file.end;
    if (end === this.position) {
      // The last message is complete once nothing has followed.
      if (this.rest.endsWith("\n")) {
        this.report(this.rest);
        this.rest = "";
      }
      return;
    }
    const text = this.rest + this.file.text(this.position, end);
    this.position = end;
    const last = startOfLastEntry(text);
    this.report(text.slice(0, last));
    this.rest = text.slice(last);
  }

  private report(text: string): void {
    for (const entry of parseLog(text)) {
      const line = logLine(entry, this.names);
      if (line) this.log(line);
    }
  }
}

/** The position of the last line that begins an entry. */
function startOfLastEntry(text: string): number {
  for (let at = text.length; at > 0;) {
    at = text.lastIndexOf("\n", at - 1);
    if (isHead(text.slice(at + 1, at + 50))) return at + 1;
  }
  return 0;
}

/** A line for an entry of Envoy's log; undefined for entries that are left out. */
function logLine(entry: LogEntry, names: Pick<PluginNames, "find">): EnvoyLogLine | undefined {
  const { component, message } = entry;
  const level = entry.level === "warning" ? "warn" : entry.level;
  const ofPlugin = component === "wasm" ? /^wasm log(?: ([^:]*))?: ([^]*)$/.exec(message) : null;
  if (ofPlugin) {
    const [, ids = "", text] = ofPlugin as unknown as [string, string | undefined, string];
    const plugin = names.find(ids.trim(), text);
    return { level, message: text, ...(plugin === undefined ? {} : { plugin }) };
  }
  const isProblem = level === "warn" || level === "error" || level === "critical";
  if (!isProblem || PASSED_OVER.some((pattern) => pattern.test(message))) return undefined;
  return { level, message };
}

/** Envoy's name for a level. */
export function envoyLevel(level: PluginLogLevel): string {
  return level === "warn" ? "warning" : level;
}
