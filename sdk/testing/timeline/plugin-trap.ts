import { excerpt } from "../../backtrace/excerpt.js";
import { foldLibrary, withFolded } from "../../backtrace/fold.js";
import { BACKTRACE_TITLE, isStub, parseFrame } from "../../backtrace/frame.js";
import { stackLine } from "../../backtrace/stack.js";
import { foreignFrames } from "./own-frames.js";
import type { LogEntry } from "./log-entry.js";
import type { Timeline } from "./timeline.js";

/** The plugin trapped. With a source map, the stack shows the place in the plugin's sources. */
export class PluginTrap extends Error {
  override readonly name = "PluginTrap";
  /** The text that the gateway logs. */
  readonly failure: string;

  /** @internal */
  constructor(message: string, failure: string) {
    super(message);
    this.failure = failure;
  }
}

/** The hint at the end of a message when the module has no function names, or no source map. */
const HINTS = {
  names:
    "The module is a release build without function names. A debug build adds file and line: npx as-proxy-wasm build --debug",
  places: "The module has no source map beside it. A source map adds file and line: npx as-proxy-wasm build --debug --sourceMap",
};

/** The module of a plugin, and the file that it was loaded from. */
interface TrappedWasm {
  readonly path: string | undefined;
  readonly module: { readonly sourceMap: string | undefined };
}

/** The error for a failed VM, with the plugin's frames in its stack. */
export function pluginTrap(
  failure: string,
  wasm: TrappedWasm,
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
    `\n${timeline.toString()}\n`,
  ].join("\n");
  const error = new PluginTrap(message, failure);
  error.stack = [
    `${error.name}: ${message}`,
    ...foldLibrary(frames).frames.map((frame) => stackLine(frame, wasm.path)),
    ...foreignFrames(error),
  ].join("\n");
  return error;
}

/** The message of the `throw` or failed assertion that trapped. The SDK logs it before the trap. */
function abortMessage(logs: readonly LogEntry[]): string | undefined {
  const last = logs.filter(({ kind }) => kind === "plugin").at(-1);
  return last?.level === "critical" ? /^abort: (.*) at \S+:\d+:\d+$/s.exec(last.message)?.[1] : undefined;
}

function hint(isNameless: boolean, { module }: TrappedWasm): string {
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
