import { checkFields, describe, isRecord } from "../upstreams/answer.js";

/** Whether a text equals the expected text, or matches the expected pattern. */
export function fits(text: string, wanted: string | RegExp): boolean {
  if (typeof wanted === "string") return text === wanted;
  // A pattern with the flag g or y would start where its last match ended.
  wanted.lastIndex = 0;
  return wanted.test(text);
}

/**
 * Checks the expected fields. A field that cannot match would make every `.not` pass.
 *
 * @throws TypeError for an unknown field
 */
export function checkExpected(wanted: unknown, known: readonly string[], matcher: string): void {
  checkFields(wanted, known, matcher);
  for (const [name, value] of Object.entries(wanted as object)) {
    if (isRecord(value) && !(value instanceof RegExp)) {
      for (const [one, text] of Object.entries(value)) checkWanted(text, `${matcher}: ${name}: ${one}`);
    }
  }
}

/** @throws TypeError unless the expected value is a string or a pattern */
export function checkWanted(wanted: unknown, what: string): void {
  if (typeof wanted === "string" || wanted instanceof RegExp) return;
  throw new TypeError(`${what}: expected a string or a pattern, got ${describe(wanted)}`);
}

/** @throws TypeError unless the expected value is a number */
export function checkNumber(wanted: unknown, what: string): void {
  if (typeof wanted !== "number") throw new TypeError(`${what}: expected a number, got ${describe(wanted)}`);
}

/** The names of the fields that differ from the expected ones. */
export function differences(got: object, wanted: object): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => {
      if (value === undefined) return false;
      const is = (got as Record<string, unknown>)[name];
      return !(typeof is === "string" && (typeof value === "string" || value instanceof RegExp)
        ? fits(is, value)
        : is === value);
    })
    .map(([name]) => name);
}

/** The value for a message: text in quotes, a pattern or a number as it is. */
export function quoted(value: unknown): string {
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}

/** "a, b and c". */
export function list(all: readonly string[]): string {
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
