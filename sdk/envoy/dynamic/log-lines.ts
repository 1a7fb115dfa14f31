import type { PluginLogLevel } from "../../spec/engine.js";
import type { LogFile } from "../log-file.js";
import { parseLog, type LogEntry } from "../log.js";

/** A line that a plugin or Envoy has logged. */
export interface EnvoyLogLine {
  level: PluginLogLevel;
  message: string;
  /** The plugin that logged the line; undefined for lines of Envoy itself. */
  plugin?: string;
}

/** How often the log is read. */
const EVERY_MS = 30;

/** Warnings of Envoy that say nothing about plugins or the spec, and reasons that the error of `update` has. */
const PASSED_OVER = [
  /^There is no configured limit to the number of allowed active downstream connections/,
  /^Filesystem config update rejected: /,
  /^error adding listener: /,
  /^lds: listener /,
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
    const last = text.lastIndexOf("\n[2");
    this.report(text.slice(0, last + 1));
    this.rest = text.slice(last + 1);
  }

  private report(text: string): void {
    for (const entry of parseLog(text)) {
      const line = logLine(entry);
      if (line) this.log(line);
    }
  }
}

/** A line for an entry of Envoy's log; undefined for entries that are left out. */
export function logLine({ level: envoyLevel, component, message }: LogEntry): EnvoyLogLine | undefined {
  const level = envoyLevel === "warning" ? "warn" : envoyLevel;
  const ofPlugin = component === "wasm" ? /^wasm log(?: ([^:]*))?: ([^]*)$/.exec(message) : null;
  if (ofPlugin) {
    const plugin = ofPlugin[1]?.trim().split(" ")[0];
    return { level, message: ofPlugin[2]!, ...(plugin ? { plugin } : {}) };
  }
  const isProblem = level === "warn" || level === "error" || level === "critical";
  if (!isProblem || PASSED_OVER.some((pattern) => pattern.test(message))) return undefined;
  return { level, message };
}

/** Envoy's name for a level. */
export function envoyLevel(level: PluginLogLevel): string {
  return level === "warn" ? "warning" : level;
}
