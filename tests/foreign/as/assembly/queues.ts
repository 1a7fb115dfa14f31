import {
  Context,
  FilterHeadersStatusValues,
  WasmResultValues,
  dequeue_shared_queue,
  enqueue_shared_queue,
  makeHeaderPair,
  register_shared_queue,
  resolve_shared_queue,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { wake } from "./ticks";

let waiting: Context[] = [];

/** Pauses the request until the queue callback of the root context has taken the jobs. */
export function awaitJobs(stream: Context): FilterHeadersStatusValues {
  waiting.push(stream);
  const token = register_shared_queue("jobs").token;
  enqueue_shared_queue(token, String.UTF8.encode("first"));
  enqueue_shared_queue(token, String.UTF8.encode("second"));
  return FilterHeadersStatusValues.StopIteration;
}

export function takeJobs(token: u32): void {
  const jobs: string[] = [];
  let job = dequeue_shared_queue(token);
  while (job.result == WasmResultValues.Ok) {
    jobs.push(String.UTF8.decode(job.data!));
    job = dequeue_shared_queue(token);
  }
  const resolved = resolve_shared_queue("", "jobs").token == token;
  const unresolved = resolve_shared_queue("", "none").result == WasmResultValues.NotFound;
  wake(waiting, [
    makeHeaderPair("x-resolved", resolved.toString()),
    makeHeaderPair("x-unresolved", unresolved.toString()),
    makeHeaderPair("x-jobs", jobs.join(" ")),
  ]);
  waiting = [];
}
