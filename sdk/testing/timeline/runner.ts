/**
 * Vitest, where tests run in it; undefined elsewhere, say in `node --test`, where there are no matchers, and a failed
 * assertion does not show by itself what happened.
 */
export const runner: typeof import("vitest") | undefined =
  process.env["VITEST"] === undefined ? undefined : await import("vitest");
