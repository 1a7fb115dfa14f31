import { positionText, problemText } from "../../manifest/check/check-resource.js";
import type { Problem } from "../../manifest/check/problem.js";
import { isCheckable } from "../../manifest/check/problems-of.js";
import type { Position } from "../../manifest/manifest-error.js";
import type { Resource } from "../../manifest/resource.js";

/** Collects the lines of the command's output. */
export class Report {
  errors = 0;
  warnings = 0;
  private readonly lines: { file: string; line: number; text: string }[] = [];
  private readonly problems = new Map<Resource, Problem[]>();

  add(resource: Resource, problems: readonly Problem[]): void {
    this.problems.set(resource, [...this.problemsOf(resource), ...problems]);
    for (const problem of problems) {
      this.line(positionText(resource, problem), problem.severity, problemText(problem));
    }
  }

  /** Adds an error of a file that has no resource for it. */
  fail({ file, line }: Position, reason: string): void {
    this.line(line === undefined ? file : `${file}:${line}`, "error", reason);
  }

  /** The problems of a resource that were added. */
  problemsOf(resource: Resource): readonly Problem[] {
    return this.problems.get(resource) ?? [];
  }

  /** Prints all lines, by file and line. */
  print(files: readonly string[]): void {
    const order = (file: string) => files.indexOf(file);
    this.lines.sort((a, b) => order(a.file) - order(b.file) || a.line - b.line);
    for (const { text } of this.lines) console.log(text);
  }

  summary(resources: readonly Resource[]): string {
    const checked = resources.filter(isCheckable);
    const others = resources.filter((one) => !isCheckable(one));
    const found = [count(this.errors, "error"), count(this.warnings, "warning")].filter((text) => text !== "");
    const names = others.slice(0, MOST_NAMES).map(({ kind, name }) => `${kind} ${name}`);
    const more = others.length > names.length ? [`${others.length - names.length} more`] : [];
    const passed = others.length === 0 ? "" : `; not checked: ${[...names, ...more].join(", ")}`;
    return `${count(checked.length, "WasmPlugin") || "no WasmPlugin"}: ${found.join(", ") || "no problem"}${passed}`;
  }

  private line(position: string, severity: Problem["severity"], text: string): void {
    if (severity === "error") this.errors++;
    else this.warnings++;
    const [, file = position, line = "0"] = /^(.*):(\d+)$/s.exec(position) ?? [];
    this.lines.push({ file, line: Number(line), text: `${position}: ${severity}: ${text}` });
  }
}

/** How many resources of other kinds the summary names. */
const MOST_NAMES = 5;

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
