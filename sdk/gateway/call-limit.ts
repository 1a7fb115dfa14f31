import { Script } from "node:vm";
import type { CallLimit } from "../host/index.js";

/** How much longer than the limit a loop without host calls may run. A loop with host calls never runs so long. */
const SLACK_MS = 500;

/** The function that the script runs. There is no other way to pass a function to a script. */
const RUN = Symbol.for("as-proxy-wasm limited call");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(RUN.description)})]()`);
const shared = globalThis as { [RUN]?: (() => unknown) | undefined };

/**
 * Ends calls into plugins that take longer than a limit. A call ends at its next host call, or at a check in a loop of its
 * module, so no code of the host is interrupted. Some time later, Node's `vm` module ends a call into a module without
 * checks. Node starts a thread for each such call, which takes much longer than a check.
 *
 * @param limitMs the limit in milliseconds
 */
export function callLimit(limitMs: number, slackMs = SLACK_MS): CallLimit {
  const timeout = Math.ceil(limitMs + slackMs);
  const exceeded = () => new Error(`it ran longer than ${limitMs} ms`);
  let until: number | undefined;
  return {
    run<T>(call: () => T, hasChecks: boolean): T {
      if (until !== undefined) return call();
      until = performance.now() + limitMs;
      try {
        return hasChecks ? call() : (withTimeout(call, timeout) as T);
      } catch (error) {
        if ((error as NodeJS.ErrnoException | undefined)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
        throw exceeded();
      } finally {
        until = undefined;
      }
    },
    check(): void {
      if (until !== undefined && performance.now() > until) throw exceeded();
    },
  };
}

function withTimeout(call: () => unknown, timeout: number): unknown {
  shared[RUN] = call;
  try {
    return script.runInThisContext({ timeout });
  } finally {
    shared[RUN] = undefined;
  }
}
