/** The exit code after a signal, as shells have it. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The rejection of work that a signal has ended. */
class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("interrupted");
  }
}

/**
 * Runs work that Ctrl-C and the other signals end through an AbortSignal, so that the work can end its processes.
 *
 * @returns the result of the work, or the exit code for the signal
 * @example
 * return interruptible(async (signal) => (await buildPlugin(".", { signal })).ok ? 0 : 1);
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const handlers = Object.entries(CODES).map(([name, code]) => {
    const handler = () => controller.abort(new Interrupted(code));
    process.once(name, handler);
    return () => process.off(name, handler);
  });
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  } finally {
    for (const remove of handlers) remove();
  }
}
