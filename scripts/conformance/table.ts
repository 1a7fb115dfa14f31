import { NOT_APPLICABLE, sidesOf, TOPICS, type Side } from "./checks.js";

/** The result of one check on one side. */
export interface Outcome {
  number: number;
  side: Side;
  /** The names of its tests, without the number. */
  names: readonly string[];
  state: "passes" | "fails" | "skipped";
}

const HEAD = `# Conformance

This page is for readers who want to know in detail what the Node host and the SDK are tested for. \`npm run conformance\` writes the
page from the tests that it runs, so do not edit it.

Each line is a check. The checks come from the sources of Envoy and of its proxy-wasm host; in doubt a real Envoy decided. Checks of
the side "host" test \`sdk/host\`. Checks of the side "SDK" test plugins that are built with the SDK. The names of a check's tests
begin with its number: \`npx vitest run -t "\\[18\\]"\` runs the tests of check 18.
`;

/** The number of names that a check shows. */
const MOST_NAMES = 4;

/** The table of all checks, including those without a test. */
export function writeTable(outcomes: readonly Outcome[]): string {
  const lines = [HEAD];
  let first = 1;
  for (const [last, topic] of TOPICS) {
    lines.push(`## ${topic}\n`, "| number | check | side | state |", "| ---: | --- | --- | --- |");
    for (let number = first; number <= last; number++) {
      for (const side of sidesOf(number)) lines.push(row(number, side, outcomes));
    }
    lines.push("");
    first = last + 1;
  }
  return lines.join("\n");
}

function row(number: number, side: Side, outcomes: readonly Outcome[]): string {
  const outcome = outcomes.find((one) => one.number === number && one.side === side);
  const why = NOT_APPLICABLE[number];
  const state = outcome?.state ?? (why === undefined ? "not done: no test yet" : `does not apply: ${why}`);
  return `| ${number} | ${outcome ? summary(outcome.names) : ""} | ${side} | ${state} |`;
}

function summary(names: readonly string[]): string {
  const shown = names.slice(0, names.length > MOST_NAMES ? MOST_NAMES - 1 : MOST_NAMES);
  const more = names.length > shown.length ? `; and ${names.length - shown.length} more` : "";
  return (shown.join("; ") + more).replace(/[|\\]/g, "\\$&").replace(/\s+/g, " ");
}

/** Reads the checks of a table, with their states. */
export function readTable(text: string): { number: number; side: Side; state: string }[] {
  return [...text.matchAll(/^\| (\d+) \|.*\| (host|SDK) \| ([^|]*) \|$/gm)].map(([, number, side, state]) => ({
    ...{ number: Number(number), side: side as Side, state: state! },
  }));
}
