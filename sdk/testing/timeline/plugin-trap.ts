import { excerpt } from "../../backtrace/excerpt.js";
import { foldLibrary, withFolded } from "../../backtrace/fold.js";
import { BACKTRACE_TITLE, isStub, parseFrame } from "../../backtrace/frame.js";
import { stackLine } from "../../backtrace/stack.js";
import { foreignFrames } from "./own-frames.js";
import type { LogEntry } from "./recorder.js";
import type { Timeline } from "./timeline.js";
import type { LoadedWasm } from "../wasm-file.js";

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

/** What stands in a log, and in the end of a message, for each of the ways in which a module can lack names and places. */
const HINTS = {
  names:
    "The module has no names of functions, since it is a release build. With a debug build this tells file and line: npx asc --target debug",
  places:
    "There is no source map beside the module. With one this tells file and line: npx asc --target debug --sourceMap",
};

/** An error for a VM's failure, with the plugin's own frames in its stack. */
export function pluginTrap(
  failure: string,
  wasm: LoadedWasm,
  logs: readonly LogEntry[],
  timeline: Timeline,
): PluginTrap {
  const [first = "", ...lines] = failure.split("\n");
  const [, hook = "?", cause = first] = /^Function: (?:proxy_)?(\S+) failed: (.*)/.exec(first) ?? [];
  const frames = lines.flatMap((line) => parseFrame(line) ?? []).filter((frame) => !isStub(frame));
  const source = wasm.path === undefined ? undefined : excerpt(frames, wasm.path);
  const message = [
    `the plugin trapped in ${hook}: ${abortMessage(logs) ?? cause}`,
    ...(source === undefined ? [] : [source]),
    ...(frames.length > 0
      ? [
          hint(
            frames.every(({ name }) => /^function \d+$/.test(name)),
            wasm,
          ),
        ]
      : []
    ).filter(Boolean),
    `\n${timeline}\n`,
  ].join("\n");
  const error = new PluginTrap(message, failure);
  error.stack = [
    `${error.name}: ${message}`,
    ...foldLibrary(frames).frames.map((frame) => stackLine(frame, wasm.path)),
    ...foreignFrames(error),
  ].join("\n");
  return error;
}

/** The text of the last `throw`, failed `!` or the like, which the SDK has written into the log. */
function abortMessage(logs: readonly LogEntry[]): string | undefined {
  const last = logs.filter(({ kind }) => kind === "plugin").at(-1);
  return last?.level === "critical" ? /^abort: (.*) at \S+:\d+:\d+$/s.exec(last.message)?.[1] : undefined;
}

function hint(isNameless: boolean, { module }: LoadedWasm): string {
  if (module.sourceMap !== undefined) return "";
  return `(${isNameless ? HINTS.names : HINTS.places})`;
}

/**
 * A VM's failure for the timeline. The frames are shorter than in the log, and not written as a stack, which vitest would
 * take for the error's own.
 */
export function shortFailure(failure: string): string {
  const lines = failure.split("\n").filter((line) => line !== BACKTRACE_TITLE);
  const all = lines.flatMap((line) => parseFrame(line) ?? []).filter((frame) => !isStub(frame));
  const { frames, inside } = foldLibrary(all);
  const shown = frames.map((frame) => stackLine(frame, undefined).replace(/^\s+at /, "in "));
  return [...lines.filter((line) => parseFrame(line) === undefined), ...withFolded(shown, inside)].join("\n");
}
