/** What a matcher returns to vitest. */
export interface Verdict {
  pass: boolean;
  message: () => string;
}

/** The part of vitest's `this` that the matchers use. */
export interface Context {
  isNot?: boolean;
  equals(a: unknown, b: unknown): boolean;
}

/** The verdict with the message "expected X to Y" or "expected X not to Y", and the actual state in the next lines. */
export function verdict(context: Context, pass: boolean, subject: string, what: string, instead: string): Verdict {
  return { pass, message: () => `expected ${subject} ${context.isNot ? "not " : ""}${what}\n${instead}` };
}
