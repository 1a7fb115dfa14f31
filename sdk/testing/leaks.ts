import { checkFields } from "./upstreams/answer.js";
import type { Session } from "./session.js";
import { withTimeline } from "./timeline/test-error.js";
import { RootContext } from "../host/vm/root-context.js";

/** What is on its way in a plugin. */
export interface OpenThings {
  /** Requests without a whole response. */
  requests: number;
  /** Contexts of requests that the plugin holds. */
  contexts: number;
  /** Calls without an answer, of HTTP, gRPC and Redis, and streams that the plugin has not closed. */
  calls: number;
}

export interface LeakOptions {
  /** How often in each of the two halves; 500 unless given. */
  times?: number;
}

/** Counts what is on its way. */
export function openThings({ vms, requests }: Session): OpenThings {
  const all = vms.flatMap(({ contexts }) => [...contexts.values()]);
  const roots = all.filter((one) => one instanceof RootContext);
  return {
    requests: requests.size,
    contexts: all.length - roots.length,
    calls: roots.reduce((sum, root) => sum + root.httpCalls.size + root.grpcCalls.size + root.redisCalls.size, 0),
  };
}

/** Says what is open: "2 calls without an answer"; undefined for nothing. */
export function describeOpen({ requests, contexts, calls }: OpenThings): string | undefined {
  const count = (n: number, one: string, rest: string) => (n === 0 ? [] : [`${n} ${one}${n === 1 ? "" : "s"} ${rest}`]);
  const all = [
    ...count(requests, "request", "without a whole response"),
    ...count(contexts, "context", "of requests in the plugin"),
    ...count(calls, "call", "without an answer"),
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
    throw new RangeError(`assertNoLeaks: times: expected 1 or more, got ${times}`);
  const before = describeOpen(openThings(session));
  if (before !== undefined) throw withTimeline(`before it begins there is: ${before}`, session.timeline, caller);
  session.note("test", `${2 * times} times the work of assertNoLeaks, which is not shown`);
  const size = () => session.vms.reduce((sum, { memory }) => sum + memory.size, 0);
  const half = async (from: number) => {
    for (let i = from; i < from + times; i++) await work(i);
    return size();
  };
  const [first, second] = await session.recorder.quietly(async () => [await half(0), await half(times)]);
  const open = describeOpen(openThings(session));
  if (open !== undefined) throw withTimeline(`after ${2 * times} times there is: ${open}`, session.timeline, caller);
  if (second <= first) return;
  throw withTimeline(
    `the plugin's memory grows: from ${first} bytes after ${times} times to ${second} after ${2 * times}`,
    session.timeline,
    caller,
  );
}
