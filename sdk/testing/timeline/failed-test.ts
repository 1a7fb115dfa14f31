import { runner } from "./runner.js";
import type { Timeline } from "./timeline.js";

/** Puts what happened to a plugin into the message of the test that fails, whatever has failed in it. */
export class FailedTests {
  #watched: string | undefined;

  constructor(private readonly timeline: Timeline) {}

  /** Call this when the plugin is used: the test that runs now is one that the plugin is part of. */
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
        // Some reporters show the stack only, which begins with the message.
        error.stack = error.stack?.replace(message, () => error.message);
      });
    } catch {
      // Between tests, in `afterAll` for instance, or where tests run at the same time: then nothing is shown.
    }
  }
}
