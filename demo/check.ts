import { paint } from "../sdk/testing/timeline/colours.js";
import { request } from "../tests/support/http.js";
import type { Step } from "./parts.js";

/** A request of the demo, and its response. */
export interface Row {
  request: string;
  expected: string;
  actual: string;
  ok: boolean;
}

/** Sends one request and compares the response with the expected one. */
export async function check(step: Step, port: number): Promise<Row> {
  const { expect } = step;
  const wanted = Object.keys(expect.headers ?? {});
  const row = { request: describe(step), expected: summary(expect.status, expect.headers ?? {}, expect.body) };
  try {
    const response = await request(port, { target: step.path, headers: Object.entries(step.headers ?? {}) });
    const headers = Object.fromEntries(wanted.map((name) => [name, response.header(name) ?? "-"]));
    const actual = summary(response.status, headers, response.text);
    return { ...row, actual, ok: actual === row.expected };
  } catch (error) {
    return { ...row, actual: error instanceof Error ? error.message : String(error), ok: false };
  }
}

/** A terminal of this width shows the table without line breaks. */
const MOST_COLUMNS = 100;
const HEAD = ["request", "response"] as const;
const INDENT = "  ";
const GAP = "  ";

/**
 * The rows as a table for a terminal. A wrong response is followed by the expected one.
 *
 * @param all the rows whose text sets the widths of the columns, so that several tables line up
 * @example
 * console.log(table(rows).join("\n"));
 */
export function table(rows: readonly Row[], all = rows): string[] {
  const width = Math.max(HEAD[0].length, ...all.map(({ request }) => request.length));
  const left = MOST_COLUMNS - INDENT.length - width - GAP.length - GAP.length - "FAIL".length;
  const longest = Math.max(HEAD[1].length, ...all.map(({ actual }) => actual.length));
  const responseWidth = Math.min(left, longest);
  const line = (request: string, response: string, result = "") =>
    `${INDENT}${request.padEnd(width)}${GAP}${response.padEnd(responseWidth)}${GAP}${result}`.trimEnd();
  return [
    paint("dim", line(...HEAD)),
    paint("dim", line("-".repeat(width), "-".repeat(responseWidth))),
    ...rows.flatMap(({ request, expected, actual, ok }) => [
      ...wrapped(actual, responseWidth).map((part, index) =>
        index === 0 ? line(request, part, ok ? paint("green", "ok") : paint("red", "FAIL")) : line("", part),
      ),
      ...(ok ? [] : wrapped(`expected: ${expected}`, responseWidth).map((part) => line("", part))),
    ]),
  ];
}

/** The text in lines of at most `width` characters. */
function wrapped(text: string, width: number): string[] {
  return text.length <= width ? [text] : [text.slice(0, width), ...wrapped(text.slice(width), width)];
}

function describe({ path, headers = {} }: Step): string {
  const pairs = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return ["GET", path, ...(pairs.length > 0 ? [`(${pairs.join(", ")})`] : [])].join(" ");
}

function summary(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  return [String(status), ...Object.values(headers), JSON.stringify(body)].join(" ");
}
