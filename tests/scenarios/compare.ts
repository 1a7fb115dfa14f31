import { headerValues, type Header } from "../support/http-message.js";
import { lineText, type LogLine, type Outcome, type ReceivedCall } from "./engine.js";
import type { ExpectedHeaders, ExpectedRequest, Expectation, LogPattern } from "./scenario.js";

/**
 * The differences between an expectation and an outcome, one line each.
 *
 * @example
 * differences({ status: 200 }, outcome); // ["status: expected 200, got 403"]
 */
export function differences(expected: Expectation, outcome: Outcome): string[] {
  if (expected.anything) return [];
  return [...response(expected, outcome), ...upstream(expected, outcome), ...calls(expected, outcome)];
}

/** The log patterns that match no line, and the patterns of `noLogs` that match one. */
export function logDifferences(expected: Expectation, lines: readonly LogLine[]): string[] {
  const texts = lines.map(lineText);
  const found = (pattern: LogPattern) => texts.find((text) => matchesPattern(pattern, text));
  const missing = (expected.logs ?? []).filter((pattern) => found(pattern) === undefined);
  const unwanted = (expected.noLogs ?? []).filter((pattern) => found(pattern) !== undefined);
  return [
    ...missing.map((pattern) => `log: nothing matches ${show(pattern)}`),
    ...unwanted.map((pattern) => `log: ${show(pattern)} must not match ${show(found(pattern))}`),
  ];
}

export function matchesPattern(pattern: LogPattern, text: string): boolean {
  return typeof pattern === "string" ? text.includes(pattern) : text.search(pattern) >= 0;
}

function response(expected: Expectation, { response: got, failure }: Outcome): string[] {
  if (!got) {
    if (expected.failure?.test(failure ?? "")) return [];
    return [`response: expected ${expected.failure ? String(expected.failure) : "one"}, got: ${failure}`];
  }
  if (expected.failure) return [`response: expected none (${expected.failure}), got status ${got.status}`];
  return [
    ...equal("status", expected.status, got.status),
    ...headers("header", expected.headers, got.headers),
    ...body("body", expected.body, got.body),
    ...headers("trailer", expected.trailers, got.trailers),
  ];
}

function upstream({ upstream: expected }: Expectation, { received }: Outcome): string[] {
  if (expected === undefined) return [];
  const got = received.filter(({ cluster }) => cluster === "upstream");
  const first = got[0];
  if (expected === null) return first ? [`upstream: expected no request, got ${first.method} ${first.target}`] : [];
  if (!first) return ["upstream: expected a request, got none"];
  const more = got.length > 1 ? [`upstream: expected one request, got ${got.length}`] : [];
  return [...more, ...requestDifferences("upstream", expected, first)];
}

function calls({ calls: expected }: Expectation, { received }: Outcome): string[] {
  if (!expected) return [];
  const got = received.filter(({ cluster }) => cluster !== "upstream");
  const list = (some: readonly { cluster: string }[]) => some.map(({ cluster }) => cluster).join(", ") || "none";
  if (list(expected) !== list(got)) return [`calls: expected ${list(expected)}, got ${list(got)}`];
  return expected.flatMap((one, index) => requestDifferences(`call ${index + 1} (${one.cluster})`, one, got[index]!));
}

function requestDifferences(label: string, expected: ExpectedRequest, got: ReceivedCall): string[] {
  return [
    ...equal(`${label} method`, expected.method, got.method),
    ...equal(`${label} target`, expected.target, got.target),
    ...headers(`${label} header`, expected.headers, got.headers),
    ...body(`${label} body`, expected.body, Buffer.from(got.body, "latin1")),
    ...headers(`${label} trailer`, expected.trailers, got.trailers),
  ];
}

function headers(label: string, expected: ExpectedHeaders = {}, got: readonly Header[]): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const values = headerValues(got, name);
    const actual = values.length === 0 ? null : values.length === 1 ? values[0]! : values;
    if (wanted instanceof RegExp && typeof actual === "string" && wanted.test(actual)) return [];
    if (Array.isArray(wanted) && wanted.length === 1) return equal(`${label} ${name}`, wanted[0], actual);
    return equal(`${label} ${name}`, wanted, actual);
  });
}

function body(label: string, expected: Expectation["body"], got: Buffer): string[] {
  if (expected === undefined) return [];
  if (expected instanceof RegExp) {
    const text = got.toString("utf8");
    return expected.test(text) ? [] : [`${label}: expected ${show(expected)}, got ${show(text)}`];
  }
  if (Buffer.from(expected as string).equals(got)) return [];
  const wanted = typeof expected === "string" ? expected : [...expected];
  return [`${label}: expected ${show(wanted)}, got ${show(typeof expected === "string" ? String(got) : [...got])}`];
}

function equal(label: string, expected: unknown, got: unknown): string[] {
  if (expected === undefined || JSON.stringify(expected) === JSON.stringify(got)) {
    if (!(expected instanceof RegExp)) return [];
  }
  return [`${label}: expected ${show(expected)}, got ${show(got)}`];
}

function show(value: unknown): string {
  if (value === null) return "absent";
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}
