import type { CallRequest, CallResult, Pair, Timers, Upstreams } from "../../../../sdk/host/index.js";
import { HeaderMap } from "../../../../sdk/host/index.js";

/** Timers that run when a test lets time pass. */
export class ManualTimers implements Timers {
  now = 0;
  private waiting: { at: number; run: () => void }[] = [];

  get nanoseconds(): bigint {
    return BigInt(this.now) * 1_000_000n;
  }

  /** The number of timers that have not run. */
  get size(): number {
    return this.waiting.length;
  }

  start(afterMs: number, run: () => void): () => void {
    const one = { at: this.now + afterMs, run };
    this.waiting.push(one);
    return () => void (this.waiting = this.waiting.filter((other) => other !== one));
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = [...this.waiting].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.waiting = this.waiting.filter((other) => other !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }
}

/** A call of a plugin to an upstream. */
export interface ScriptedCall {
  request: CallRequest;
  cancelled: boolean;
  finish(result: CallResult): void;
  /** Ends the call with a response: 200, a body and headers. */
  ok(body?: string, headers?: readonly Pair[], trailers?: readonly Pair[]): void;
}

/** The cluster "up". A test sets the results of calls to it. */
export class ScriptedUpstreams implements Upstreams {
  readonly calls: ScriptedCall[] = [];
  /** A result that calls get at once, during the plugin's host call. */
  atOnce: CallResult | undefined;

  has(cluster: string): boolean {
    return cluster === "up";
  }

  call(request: CallRequest, done: (result: CallResult) => void): () => void {
    const one: ScriptedCall = {
      request,
      cancelled: false,
      finish: done,
      ok: (body = "", headers = [], trailers) => done(response(body, headers, trailers)),
    };
    this.calls.push(one);
    if (this.atOnce) done(this.atOnce);
    return () => void (one.cancelled = true);
  }
}

export function response(
  body: string,
  headers: readonly Pair[] = [],
  trailers?: readonly Pair[],
): Extract<CallResult, { kind: "response" }> {
  return {
    kind: "response",
    headers: new HeaderMap("response", [[":status", "200"], ...headers]),
    body: Buffer.from(body),
    ...(trailers ? { trailers: new HeaderMap("trailers", trailers) } : {}),
  };
}
