import { checkFields, describe, isRecord } from "../upstreams/answer.js";

/** Whether a text is the one that is wanted, or matches the pattern. */
export function fits(text: string, wanted: string | RegExp): boolean {
  if (typeof wanted === "string") return text === wanted;
  // One with the flag g or y would begin where it has ended the last time.
  wanted.lastIndex = 0;
  return wanted.test(text);
}

/**
 * Looks at what should be: what never fits would let every `.not` pass.
 *
 * @throws TypeError for a field that there is not
 */
export function checkExpected(wanted: unknown, known: readonly string[], matcher: string): void {
  checkFields(wanted, known, matcher);
  for (const [name, value] of Object.entries(wanted as object)) {
    if (isRecord(value) && !(value instanceof RegExp)) {
      for (const [one, text] of Object.entries(value)) checkWanted(text, `${matcher}: ${name}: ${one}`);
    }
  }
}

/** @throws TypeError for what no text can fit */
export function checkWanted(wanted: unknown, what: string): void {
  if (typeof wanted === "string" || wanted instanceof RegExp) return;
  throw new TypeError(`${what}: expected a text or a pattern, got ${describe(wanted)}`);
}

/** @throws TypeError for no number */
export function checkNumber(wanted: unknown, what: string): void {
  if (typeof wanted !== "number") throw new TypeError(`${what}: expected a number, got ${describe(wanted)}`);
}

/** The fields of something that are not as wanted. */
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

/** A text in quotes, a pattern or a number as it is. */
export function says(value: unknown): string {
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}

/** "a, b and c". */
export function list(all: readonly string[]): string {
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
