import type * as Vitest from "vitest";

/**
 * Vitest, if the tests run in vitest. Other runners, such as `node --test`, get no matchers, and their failed
 * assertions show no timeline.
 */
export const runner: typeof Vitest | undefined =
  process.env["VITEST"] === undefined ? undefined : await import("vitest");
