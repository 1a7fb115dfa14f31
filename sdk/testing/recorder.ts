import type { LogLine, TracedCall, TracedHook, Vm } from "../host/index.js";
import { describeHostCall, levelName, type LevelName } from "./host-calls.js";
import { describeHook, describeResult } from "./hooks.js";
import { Timeline, type TimelineEvent } from "./timeline.js";

/** A line of the gateway's log. */
export interface LogEntry {
  level: LevelName;
  /** As the plugin wrote it, with its `[name] [id] [request id]` in front. */
  message: string;
  /** Written by the plugin, or by the host: a VM's end ("fault"), a configuration that was not taken ("refusal"). */
  kind: LogLine["kind"];
}

interface OwnedEntry {
  entry: LogEntry;
  vm: Vm | undefined;
  context: number;
}

/** Writes down what passes between host and plugin. */
export class Recorder {
  readonly timeline = new Timeline();
  #logs: OwnedEntry[] = [];
  #open: { event: TimelineEvent; vm: Vm }[] = [];
  /** The first VM that was called since it was last forgotten: see `Session.configure`. */
  firstVm: Vm | undefined;

  /** The VM that is being called, and what its host calls act on. */
  get current(): { vm: Vm; context: number } | undefined {
    const vm = this.#open.at(-1)?.vm;
    return vm && { vm, context: vm.context.id };
  }

  get logs(): LogEntry[] {
    return this.#logs.map(({ entry }) => entry);
  }

  /** The lines that were written while a context was at work. */
  logsOf(vm: Vm, context: number): LogEntry[] {
    return this.#logs.filter((one) => one.vm === vm && one.context === context).map(({ entry }) => entry);
  }

  /** Something that is not the plugin's. */
  note(kind: TimelineEvent["kind"], text: string): void {
    this.timeline.add({ kind, text, depth: this.#open.length, vm: this.current?.vm });
  }

  log(line: LogLine): void {
    const entry = { level: levelName(line.level), message: line.message, kind: line.kind };
    this.#logs.push({ entry, vm: this.current?.vm, context: this.current?.context ?? 0 });
    this.note(line.kind === "fault" ? "trap" : "log", line.kind === "plugin" ? `${entry.level}: ${entry.message}` : entry.message);
  }

  trace(call: TracedCall): void {
    if (!call.name.startsWith("proxy_") || call.name === "proxy_log" || call.vm.memory === undefined) return;
    this.note("host call", describeHostCall(call));
  }

  readonly hooks = {
    begin: (hook: TracedHook): void => {
      this.firstVm ??= hook.vm;
      const event: TimelineEvent = { kind: "hook", text: describeHook(hook), depth: this.#open.length, vm: hook.vm };
      this.timeline.add(event);
      this.#open.push({ event, vm: hook.vm });
    },
    end: (hook: TracedHook, result: number | undefined): void => {
      const { event } = this.#open.pop()!;
      event.result = describeResult(hook, result);
    },
  };

  /** Forgets what a VM did that was only there to try a configuration. */
  forget(vm: Vm): void {
    this.timeline.forget(vm);
    this.#logs = this.#logs.filter((one) => one.vm !== vm);
  }
}
