import { Script } from "node:vm";

/** How much longer than the limit a call may take that does not return to the host, in parts of the limit. */
const SLACK = 1 / 4;
const LEAST_SLACK_MS = 100;

/** The function that the script below runs. JavaScript has no other way to pass a function to a script. */
const RUN = Symbol.for("as-proxy-wasm limited call");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(RUN.description)})]()`);

/** A call into a plugin took longer than the limit. */
export class CallLimitError extends Error {
  constructor(limitMs: number) {
    super(`it ran longer than ${limitMs} ms`);
  }
}

/** The call that runs now, with its limit. */
let running: { limitMs: number; until: number } | undefined;

/**
 * Runs a function that calls a plugin, and ends it when it takes longer than a limit. Nested calls count as parts of the
 * outermost one.
 *
 * A loop in WebAssembly ends in one of two ways: `checkCallLimit` throws at its next host call, or, some time later,
 * Node's `vm` module ends a loop without host calls. Node does not run `finally` of functions that it ends, so callers
 * must restore their state themselves.
 *
 * @param limitMs no limit if undefined
 * @throws CallLimitError
 * @example
 * withCallLimit(1000, () => exports.proxy_on_tick(1));
 */
export function withCallLimit<T>(limitMs: number | undefined, run: () => T): T {
  if (limitMs === undefined || running !== undefined) return run();
  const timeout = Math.ceil(limitMs + Math.max(limitMs * SLACK, LEAST_SLACK_MS));
  const global = globalThis as { [RUN]?: () => T };
  global[RUN] = run;
  running = { limitMs, until: performance.now() + limitMs };
  try {
    return script.runInThisContext({ timeout }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new CallLimitError(limitMs);
  } finally {
    running = undefined;
    delete global[RUN];
  }
}

/**
 * Call this before each host call.
 *
 * @throws CallLimitError when the running call has exceeded its limit
 */
export function checkCallLimit(): void {
  if (running !== undefined && performance.now() > running.until) throw new CallLimitError(running.limitMs);
}
