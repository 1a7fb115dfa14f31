import { Status, type LogLine, type TracedCall, type TracedCallback, type TracedVm } from "../../host/index.js";
import { describeHostCall, levelName } from "./host-calls.js";
import { describeHook, describeResult } from "./hooks.js";
import type { LogEntry } from "./log-entry.js";
import { shortFailure } from "./plugin-trap.js";
import { Timeline, type TimelineEvent } from "./timeline.js";

/**
 * Host calls that the timeline leaves out. The timeline shows the logged line instead of `proxy_log`. Before each line, the
 * SDK calls `proxy_get_log_level`.
 */
const NOT_SHOWN = new Set(["proxy_log", "proxy_get_log_level"]);
/** Callbacks that the timeline leaves out. The host calls them to allocate memory for the results of host calls. */
const ALLOCATORS = new Set(["malloc", "proxy_on_memory_allocate"]);
const PREFIX = /^\[[^\]\n]*\] \[[^\]\n]*\] \[[^\]\n]*\] /;

interface OwnedEntry {
  entry: LogEntry;
  vm: TracedVm | undefined;
  context: number;
}

/** Records callbacks, host calls and log lines of a plugin. */
export class Recorder {
  readonly timeline: Timeline;
  #logs: OwnedEntry[] = [];
  #open: { event: TimelineEvent; vm: TracedVm }[] = [];
  /** The first VM that the host called since `Session.configure` last cleared this field. */
  firstVm: TracedVm | undefined;
  /** The names of contexts in the timeline. */
  readonly #names = new WeakMap<TracedVm, Map<number, string>>();
  #isQuiet = false;

  constructor(name?: string) {
    this.timeline = new Timeline(name);
  }

  /** The VM whose callback is running, and its effective context. */
  get current(): { vm: TracedVm; context: number } | undefined {
    const vm = this.#open.at(-1)?.vm;
    return vm && { vm, context: vm.context.id };
  }

  get logs(): LogEntry[] {
    return this.#logs.map(({ entry }) => entry);
  }

  /** Names a context for the timeline, such as "request 1". */
  name(vm: TracedVm, context: number, name: string): void {
    let names = this.#names.get(vm);
    if (!names) this.#names.set(vm, (names = new Map<number, string>()));
    names.set(context, name);
  }

  /** The lines that were logged in a context. */
  logsOf(vm: TracedVm, context: number): LogEntry[] {
    return this.#logs.filter((one) => one.vm === vm && one.context === context).map(({ entry }) => entry);
  }

  /** Adds an event of the test or the gateway to the timeline. */
  note(kind: TimelineEvent["kind"], text: string): void {
    if (this.#isQuiet) return;
    this.timeline.add({ kind, text, depth: this.#open.length, vm: this.current?.vm });
  }

  /** Runs work without adding to the timeline. Log lines are still kept. */
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
    // The host also logs a trap in the start phase as a rejected configuration.
    if (isKnown) return;
    if (kind === "fault") this.note("trap", shortFailure(message));
    else this.note("log", kind === "plugin" ? `${entry.level}: ${entry.text}` : message);
  }

  trace(call: TracedCall): void {
    if (this.#isQuiet || !call.name.startsWith("proxy_") || NOT_SHOWN.has(call.name) || call.vm.memory === undefined)
      return;
    const { result } = call;
    const hasFailed = result !== Status.Ok && result !== Status.NotFound;
    this.note(hasFailed ? "failed host call" : "host call", describeHostCall(call));
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

  /** Removes the events of a VM that the gateway only used to try a configuration. */
  forget(vm: TracedVm): void {
    this.timeline.forget(vm);
    this.#logs = this.#logs.filter((one) => one.vm !== vm);
  }
}
