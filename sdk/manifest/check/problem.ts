import type { JsonValue } from "../../spec/json.js";
import type { Path } from "../yaml/lines.js";

export type { Path };

/** What is wrong with a value of a resource. */
export interface Problem {
  /** With an error, the cluster rejects the resource, or the plugin does not run. */
  severity: "error" | "warning";
  path: Path;
  /** What was expected, without the path. */
  message: string;
  /** The value whose line is shown, if another one. */
  at?: Path;
}

/** Collects the problems of one resource, in the order in which they are found. */
export class Problems {
  readonly list: Problem[] = [];

  error(path: Path, message: string): void {
    this.list.push({ severity: "error", path, message });
  }

  warn(path: Path, message: string): void {
    this.list.push({ severity: "warning", path, message });
  }
}

/** A value in a message: text in quotes, a list or an object by its kind only. */
export function valueText(value: JsonValue): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** How many characters of a value a message shows. */
const LONGEST = 80;
