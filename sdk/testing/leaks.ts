import { checkFields } from "./upstreams/answer.js";
import type { Session } from "./session.js";
import { withTimeline } from "./timeline/test-error.js";
import { RootContext } from "../host/vm/root-context.js";

/** What a plugin has not finished yet. */
export interface OpenThings {
  /** Requests without a complete response. */
  requests: number;
  /** Stream contexts in the plugin. */
  contexts: number;
  /** HTTP, gRPC and Redis calls without a result, and gRPC streams that the plugin has not closed. */
  calls: number;
}

export interface LeakOptions {
  /** How often the work runs in each of the two halves; 500 by default. */
  times?: number;
}

/** Counts the open requests, contexts and calls. */
export function openThings({ vms, requests }: Session): OpenThings {
  const all = vms.flatMap(({ contexts }) => [...contexts.values()]);
  const roots = all.filter((one) => one instanceof RootContext);
  return {
    requests: requests.size,
    contexts: all.length - roots.length,
    calls: roots.reduce((sum, root) => sum + root.httpCalls.size + root.grpcCalls.size + root.redisCalls.size, 0),
  };
}

/** The open things as text, such as "2 calls without a result"; undefined when nothing is open. */
export function describeOpen({ requests, contexts, calls }: OpenThings): string | undefined {
  const count = (n: number, one: string, rest: string) => (n === 0 ? [] : [`${n} ${one}${n === 1 ? "" : "s"} ${rest}`]);
  const all = [
    ...count(requests, "request", "without a complete response"),
    ...count(contexts, "stream context", "in the plugin"),
    ...count(calls, "call", "without a result"),
  ];
  return all.length === 0 ? undefined : all.join(", ");
}

/** See `TestPlugin.assertNoLeaks`. */
export async function assertNoLeaks(
  session: Session,
  work: (index: number) => unknown,
  options: LeakOptions,
  caller: (...args: never[]) => unknown,
): Promise<void> {
  checkFields(options, ["times"], "assertNoLeaks");
  const { times = 500 } = options;
  if (!Number.isInteger(times) || times < 1)
    throw new RangeError(`assertNoLeaks: times: expected an integer of 1 or more, got ${times}`);
  const before = describeOpen(openThings(session));
  if (before !== undefined) throw withTimeline(`open before the work begins: ${before}`, session.timeline, caller);
  session.note("test", `assertNoLeaks runs its work ${2 * times} times, which is not shown here`);
  const size = () => session.vms.reduce((sum, { memory }) => sum + memory.size, 0);
  const half = async (from: number) => {
    for (let i = from; i < from + times; i++) await work(i);
    return size();
  };
  const [first, second] = await session.recorder.quietly(async () => [await half(0), await half(times)]);
  const open = describeOpen(openThings(session));
  if (open !== undefined) throw withTimeline(`still open after ${2 * times} runs: ${open}`, session.timeline, caller);
  if (second <= first) return;
  throw withTimeline(
    `the plugin's memory grows from ${first} bytes after ${times} runs to ${second} bytes after ${2 * times} runs`,
    session.timeline,
    caller,
  );
}
