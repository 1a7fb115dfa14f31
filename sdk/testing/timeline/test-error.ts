import type { Timeline } from "./timeline.js";

/** A wrong use of the test kit, or a failed check of it. The message ends with the timeline. */
export class TestKitError extends Error {
  override readonly name = "TestKitError";
}

/** An error that ends with the timeline. Its stack begins at the call in the test. */
export function withTimeline(message: string, timeline: Timeline, caller: (...args: never[]) => unknown): TestKitError {
  const error = new TestKitError(`${message}\n\n${timeline.toString()}\n`);
  Error.captureStackTrace(error, caller);
  return error;
}
