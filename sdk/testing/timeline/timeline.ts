import type { TracedVm } from "../../host/index.js";
import { paint, type Colour } from "./colours.js";

/** What begins each list of events, so that no message has two. */
export const TIMELINE_TITLE = "What happened, in order:";
const MOST_LINES = 150;
const MOST_KEPT = 4000;

/** Something that happened: a thing of the test, a hook, a host call, a line of the log, or that a message moved on. */
export interface TimelineEvent {
  kind: "test" | "hook" | "host call" | "refused host call" | "log" | "message" | "trap";
  text: string;
  /** What a hook has said. */
  result?: string;
  /** How deep it is within others. */
  depth: number;
  vm?: TracedVm | undefined;
}

/** Each has one: what has none is red in vitest's messages. */
const COLOURS: Readonly<Record<TimelineEvent["kind"], Colour>> = {
  ...{ test: "bold", hook: "cyan", "host call": "grey", "refused host call": "red" },
  ...{ log: "yellow", message: "green", trap: "red" },
};

/** All that happened to a plugin under test. */
export class Timeline {
  /** What the list is called; a plugin with a name of its own has it there. */
  readonly title: string;
  #events: TimelineEvent[] = [];
  #dropped = 0;

  constructor(name?: string) {
    this.title = name === undefined ? TIMELINE_TITLE : TIMELINE_TITLE.replace(",", ` to ${name},`);
  }

  /** The events that are kept: the oldest of many are not. */
  get events(): readonly TimelineEvent[] {
    return this.#events;
  }

  add(event: TimelineEvent): TimelineEvent {
    if (this.#events.length >= MOST_KEPT) this.#dropped += this.#events.splice(0, MOST_KEPT / 2).length;
    this.#events.push(event);
    return event;
  }

  /** Forgets what happened in a VM. */
  forget(vm: TracedVm): void {
    this.#events = this.#events.filter((event) => event.vm !== vm);
  }

  /** As text, in colour where that can be shown. */
  toString(): string {
    const last = this.#events.slice(-MOST_LINES);
    const left = this.#dropped + this.#events.length - last.length;
    const lines = last.map((event) => line(event));
    if (left > 0) lines.unshift(paint("dim", `  … ${left} earlier ones`));
    return [paint("bold", this.title), ...(lines.length > 0 ? lines : ["  nothing"])].join("\n");
  }
}

function line({ kind, text, result, depth }: TimelineEvent): string {
  const indent = "  ".repeat(depth + 1);
  const said =
    result === undefined || result === "" ? "" : ` → ${paint(result === "trap" ? "red" : "magenta", result)}`;
  const all = text.replaceAll("\n", `\n${indent}    `);
  return indent + paint(COLOURS[kind], all) + said;
}
