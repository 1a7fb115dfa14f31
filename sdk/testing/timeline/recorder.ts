import { Status, type LogLine, type TracedCall, type TracedCallback, type TracedVm } from "../../host/index.js";
import { describeHostCall, levelName } from "./host-calls.js";
import { describeHook, describeResult } from "./hooks.js";
import type { LogEntry } from "./log-entry.js";
import { shortFailure } from "./plugin-trap.js";
import { Timeline, type TimelineEvent } from "./timeline.js";

/** Calls that tell nothing: a line of the log is there itself, and each is preceded by a question for the level. */
const NOT_SHOWN = new Set(["proxy_log", "proxy_get_log_level"]);
/** How a plugin finds room for what a host call gives it is not what its author does. */
const ALLOCATORS = new Set(["malloc", "proxy_on_memory_allocate"]);
const PREFIX = /^\[[^\]\n]*\] \[[^\]\n]*\] \[[^\]\n]*\] /;

interface OwnedEntry {
  entry: LogEntry;
  vm: TracedVm | undefined;
  context: number;
}

/** Writes down what passes between host and plugin. */
export class Recorder {
  readonly timeline: Timeline;
  #logs: OwnedEntry[] = [];
  #open: { event: TimelineEvent; vm: TracedVm }[] = [];
  /** The first VM that was called since it was last forgotten: see `Session.configure`. */
  firstVm: TracedVm | undefined;
  /** What contexts are called. */
  readonly #names = new WeakMap<TracedVm, Map<number, string>>();
  #isQuiet = false;

  constructor(name?: string) {
    this.timeline = new Timeline(name);
  }

  /** The VM that is being called, and what its host calls act on. */
  get current(): { vm: TracedVm; context: number } | undefined {
    const vm = this.#open.at(-1)?.vm;
    return vm && { vm, context: vm.context.id };
  }

  get logs(): LogEntry[] {
    return this.#logs.map(({ entry }) => entry);
  }

  /** Says what a context is called in messages: "request 1". */
  name(vm: TracedVm, context: number, name: string): void {
    let names = this.#names.get(vm);
    if (!names) this.#names.set(vm, (names = new Map<number, string>()));
    names.set(context, name);
  }

  /** The lines that were written while a context was at work. */
  logsOf(vm: TracedVm, context: number): LogEntry[] {
    return this.#logs.filter((one) => one.vm === vm && one.context === context).map(({ entry }) => entry);
  }

  /** Something that is not the plugin's. */
  note(kind: TimelineEvent["kind"], text: string): void {
    if (this.#isQuiet) return;
    this.timeline.add({ kind, text, depth: this.#open.length, vm: this.current?.vm });
  }

  /** Does something without writing down what passes; the log is kept. */
  async quietly<T>(work: () => Promise<T>): Promise<T> {
    this.#isQuiet = true;
    try {
      return await work();
    } finally {
      this.#isQuiet = false;
    }
  }

  log(line: LogLine): void {
    const { message, kind } = line;
    const entry = { level: levelName(line.level), text: message.replace(PREFIX, ""), message, kind };
    const isKnown = kind === "refusal" && this.#logs.at(-1)?.entry.message === message;
    this.#logs.push({ entry, vm: this.current?.vm, context: this.current?.context ?? 0 });
    // A trap at the start, which was told.
    if (isKnown) return;
    if (kind === "fault") this.note("trap", shortFailure(message));
    else this.note("log", kind === "plugin" ? `${entry.level}: ${entry.text}` : message);
  }

  trace(call: TracedCall): void {
    if (this.#isQuiet || !call.name.startsWith("proxy_") || NOT_SHOWN.has(call.name) || call.vm.memory === undefined)
      return;
    const { result } = call;
    const isRefused = result !== Status.Ok && result !== Status.NotFound;
    this.note(isRefused ? "refused host call" : "host call", describeHostCall(call));
  }

  readonly hooks = {
    begin: (hook: TracedCallback): void => {
      if (ALLOCATORS.has(hook.name)) return;
      this.firstVm ??= hook.vm;
      const request = this.#names.get(hook.vm)?.get(hook.context);
      const text = `${request === undefined ? "" : `${request}: `}${this.#isQuiet ? hook.name : describeHook(hook)}`;
      const event: TimelineEvent = { kind: "hook", text, depth: this.#open.length, vm: hook.vm };
      if (!this.#isQuiet) this.timeline.add(event);
      this.#open.push({ event, vm: hook.vm });
    },
    end: (hook: TracedCallback, result: number | undefined): void => {
      if (ALLOCATORS.has(hook.name)) return;
      const { event } = this.#open.pop()!;
      event.result = describeResult(hook, result);
    },
  };

  /** Forgets what a VM did that was only there to try a configuration. */
  forget(vm: TracedVm): void {
    this.timeline.forget(vm);
    this.#logs = this.#logs.filter((one) => one.vm !== vm);
  }
}
