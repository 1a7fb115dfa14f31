import { Script } from "node:vm";
import type { CallLimit } from "../host/index.js";

/** How much longer than the limit a loop without host calls may run. A loop with host calls never runs so long. */
const SLACK_MS = 500;

/** The function that the script runs. There is no other way to pass a function to a script. */
const RUN = Symbol.for("as-proxy-wasm limited call");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(RUN.description)})]()`);
const shared = globalThis as { [RUN]?: (() => unknown) | undefined };

/**
 * Ends calls into plugins that take longer than a limit. A loop with host calls ends at a host call, so no code of the
 * host is interrupted. Some time later, Node's `vm` module ends a loop without host calls.
 *
 * @param limitMs the limit in milliseconds
 */
export function callLimit(limitMs: number, slackMs = SLACK_MS): CallLimit {
  const timeout = Math.ceil(limitMs + slackMs);
  const exceeded = () => new Error(`it ran longer than ${limitMs} ms`);
  let until: number | undefined;
  return {
    run<T>(call: () => T): T {
      if (until !== undefined) return call();
      shared[RUN] = call;
      until = performance.now() + limitMs;
      try {
        return script.runInThisContext({ timeout }) as T;
      } catch (error) {
        if ((error as NodeJS.ErrnoException | undefined)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
        throw exceeded();
      } finally {
        until = undefined;
        shared[RUN] = undefined;
      }
    },
    check(): void {
      if (until !== undefined && performance.now() > until) throw exceeded();
    },
  };
}
