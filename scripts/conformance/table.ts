import { NOT_APPLICABLE, sidesOf, TOPICS, type Side } from "./checks.js";

/** What a run has shown of one check on one side. */
export interface Outcome {
  number: number;
  side: Side;
  /** What its tests say that they show. */
  names: readonly string[];
  state: "passes" | "fails" | "skipped";
}

const HEAD = `# Conformance

Written by \`npm run conformance\` from the tests that it runs; don't edit it. What proxy-wasm hosts do was taken from the sources of
Envoy and of its proxy-wasm host, and asked of a real one where there was a doubt. Each line is a check; its number begins the
names of the tests that make it, so \`npx vitest run -t "\\[18\\]"\` runs them. A check of the host is about \`sdk/host\`, one of the
SDK about plugins that are built with it.
`;

/** The most names of one check that are shown. */
const MOST_NAMES = 4;

/** The table of all checks, those that nobody makes too. */
export function writeTable(outcomes: readonly Outcome[]): string {
  const lines = [HEAD];
  let first = 1;
  for (const [last, topic] of TOPICS) {
    lines.push(`## ${topic}\n`, "| number | what | side | state |", "| ---: | --- | --- | --- |");
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

/** The checks of a table, with their states as they are written there. */
export function readTable(text: string): { number: number; side: Side; state: string }[] {
  return [...text.matchAll(/^\| (\d+) \|.*\| (host|SDK) \| ([^|]*) \|$/gm)].map(([, number, side, state]) => ({
    ...{ number: Number(number), side: side as Side, state: state! },
  }));
}
