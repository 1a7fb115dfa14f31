import type { TracedVm } from "../../host/index.js";
import { paint, type Colour } from "./colours.js";

/** The first line of a timeline. It also shows whether a message has a timeline already. */
export const TIMELINE_TITLE = "What happened, in order:";
const MOST_LINES = 150;
const MOST_KEPT = 4000;

/** An event: an action of the test, a callback, a host call, a line of the log, a message that arrives, or a trap. */
export interface TimelineEvent {
  kind: "test" | "hook" | "host call" | "failed host call" | "log" | "message" | "trap";
  text: string;
  /** The name of the return value of a callback. */
  result?: string;
  /** The number of callbacks around the event. */
  depth: number;
  vm?: TracedVm | undefined;
}

/** Each kind has a colour, because vitest prints uncoloured text of an error in red. */
const COLOURS: Readonly<Record<TimelineEvent["kind"], Colour>> = {
  ...{ test: "bold", hook: "cyan", "host call": "grey", "failed host call": "red" },
  ...{ log: "yellow", message: "green", trap: "red" },
};

/** The events of a plugin under test, in order. */
export class Timeline {
  /** The first line of the timeline, with the name of the plugin if the test has set one. */
  readonly title: string;
  #events: TimelineEvent[] = [];
  #dropped = 0;

  constructor(name?: string) {
    this.title = name === undefined ? TIMELINE_TITLE : TIMELINE_TITLE.replace(",", ` to ${name},`);
  }

  /** The latest events. The oldest ones are dropped when there are too many. */
  get events(): readonly TimelineEvent[] {
    return this.#events;
  }

  add(event: TimelineEvent): TimelineEvent {
    if (this.#events.length >= MOST_KEPT) this.#dropped += this.#events.splice(0, MOST_KEPT / 2).length;
    this.#events.push(event);
    return event;
  }

  /** Removes the events of a VM. */
  forget(vm: TracedVm): void {
    this.#events = this.#events.filter((event) => event.vm !== vm);
  }

  /** The timeline as text, in colour if output is coloured. */
  toString(): string {
    const last = this.#events.slice(-MOST_LINES);
    const left = this.#dropped + this.#events.length - last.length;
    const lines = last.map((event) => line(event));
    if (left > 0) lines.unshift(paint("dim", `  … ${left} earlier events`));
    return [paint("bold", this.title), ...(lines.length > 0 ? lines : ["  nothing has happened"])].join("\n");
  }
}

function line({ kind, text, result, depth }: TimelineEvent): string {
  const indent = "  ".repeat(depth + 1);
  const returned =
    result === undefined || result === "" ? "" : ` → ${paint(result === "trap" ? "red" : "magenta", result)}`;
  const all = text.replaceAll("\n", `\n${indent}    `);
  return indent + paint(COLOURS[kind], all) + returned;
}
