import type * as Vitest from "vitest";

/**
 * Vitest, where tests run in it; undefined elsewhere, say in `node --test`, where there are no matchers, and a failed
 * assertion does not show by itself what happened.
 */
export const runner: typeof Vitest | undefined =
  process.env["VITEST"] === undefined ? undefined : await import("vitest");
