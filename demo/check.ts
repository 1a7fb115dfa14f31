import { request } from "../tests/support/http.js";
import type { Step } from "./parts.js";

/** A row of the demo's table. */
export interface Row {
  request: string;
  expected: string;
  actual: string;
  ok: boolean;
}

/** Sends one request and compares the response with the expected response. */
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

/**
 * Formats rows as a table for a terminal.
 *
 * @example
 * console.log(table(rows).join("\n"));
 */
export function table(rows: readonly Row[], widths = columns(rows)): string[] {
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd();
  return [
    line(HEAD),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(({ request, expected, actual, ok }) => line([request, expected, actual, ok ? "ok" : "FAIL"])),
  ];
}

/** Returns column widths that fit all rows, so that several tables are aligned. */
export function columns(rows: readonly Row[]): number[] {
  const width = (index: number, pick: (row: Row) => string) =>
    Math.max(HEAD[index]!.length, ...rows.map((row) => pick(row).length));
  return [width(0, (row) => row.request), width(1, (row) => row.expected), width(2, (row) => row.actual), 4];
}

const HEAD = ["request", "expected", "actual", ""] as const;

function describe({ path, headers = {} }: Step): string {
  const pairs = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return ["GET", path, ...(pairs.length > 0 ? [`(${pairs.join(", ")})`] : [])].join(" ");
}

function summary(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  return [String(status), ...Object.values(headers), JSON.stringify(body)].join(" ");
}
