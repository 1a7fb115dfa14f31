import { runner } from "./runner.js";
import type { Timeline } from "./timeline.js";

/** Adds the timeline of a plugin to the error of a failed test, whatever the error is. */
export class FailedTests {
  #watched: string | undefined;

  constructor(private readonly timeline: Timeline) {}

  /** Call this when the plugin is used. It links the plugin to the test that runs now. */
  watch(): void {
    if (!runner) return;
    const { currentTestName, testPath } = runner.expect.getState();
    const test = currentTestName === undefined ? undefined : `${testPath} ${currentTestName}`;
    if (test === undefined || test === this.#watched) return;
    this.#watched = test;
    try {
      runner.onTestFailed(({ task }) => {
        const error = task.result?.errors?.at(-1);
        if (!error || error.message.includes(this.timeline.title)) return;
        const { message } = error;
        error.message += `\n\n${this.timeline.toString()}\n`;
        // Some reporters show only the stack, which begins with the message.
        error.stack = error.stack?.replace(message, () => error.message);
      });
    } catch {
      // Vitest throws outside a test, such as in `afterAll`, and in concurrent tests. Their errors get no timeline.
    }
  }
}
