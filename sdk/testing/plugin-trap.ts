import { findSource, type LoadedWasm } from "./wasm-file.js";
import type { LogEntry } from "./recorder.js";
import type { Timeline } from "./timeline.js";

/** The plugin has ended in a trap. The stack shows where, in the plugin's sources, if there is a source map. */
export class PluginTrap extends Error {
  override readonly name = "PluginTrap";
  /** What the gateway writes into its log. */
  readonly failure: string;

  /** @internal */
  constructor(message: string, failure: string) {
    super(message);
    this.failure = failure;
  }
}

/** One line of an in-VM backtrace: '  0:  0x3ca - assembly/index/onRequest (assembly/index.ts:14:5)'. */
const FRAME = /^\s*\d+:\s+(0x[0-9a-f]+) - (.*?)(?: \((\S+):(\d+):(\d+)\))?$/;

/** An error for a VM's failure, with the plugin's own frames in its stack. */
export function pluginTrap(failure: string, wasm: LoadedWasm, logs: readonly LogEntry[], timeline: Timeline): PluginTrap {
  const [, hook = "?", cause = failure] = /^Function: (\S+) failed: (.*)/.exec(failure) ?? [];
  const said = logs.filter(({ kind, level }) => kind === "plugin" && level === "critical").at(-1)?.message;
  const places = failure.split("\n").flatMap((line) => frameOf(line, wasm));
  const hint = places.some((line) => line.includes(":")) ? "" : "\n(a source map beside it gives files and lines)";
  const message = `the plugin trapped in ${hook}: ${cause}${said === undefined ? "" : `\n${said}`}${hint}\n\n${timeline}\n`;
  const error = new PluginTrap(message, failure);
  const own = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name}: ${message}`, ...places, ...own].join("\n");
  return error;
}

function frameOf(line: string, wasm: LoadedWasm): string[] {
  const found = FRAME.exec(line);
  if (!found) return [];
  const [, offset, name, source, row, column] = found;
  const path = source === undefined ? undefined : (findSource(source, wasm.path) ?? source);
  return [`    at ${name!.replaceAll("/", ".")} (${path === undefined ? `wasm ${offset}` : `${path}:${row}:${column}`})`];
}
