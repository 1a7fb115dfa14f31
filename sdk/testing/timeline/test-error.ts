import type { Timeline } from "./timeline.js";

/** A mistake in the use of the kit, or something that a test has asserted and that is not so; with what happened. */
export class TestKitError extends Error {
  override readonly name = "TestKitError";
}

/** An error with what happened. The stack begins where the test called. */
export function withTimeline(message: string, timeline: Timeline, caller: (...args: never[]) => unknown): TestKitError {
  const error = new TestKitError(`${message}\n\n${timeline.toString()}\n`);
  Error.captureStackTrace(error, caller);
  return error;
}
