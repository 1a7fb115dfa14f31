import { HeaderMap, type CallResult, type GrpcEvents, type GrpcRequest, type GrpcStream } from "../../../sdk/host/index.js"; // prettier-ignore
import type { CallRequest, GrpcUpstreams, Pair, RedisUpstreams, Resolved, Upstreams } from "../../../sdk/host/index.js";
import type { Random } from "../../support/random.js";

/** A call that a plugin waits for. The fuzzer decides when its next event happens. */
interface PendingCall {
  next(): void;
}

const BODIES = ["", "body", "x".repeat(2000)].map((text) => Buffer.from(text));
const MORE: readonly (readonly Pair[])[] = [[], [["x-a", "b"], ["x-a", "c"]], [["grpc-status", "0"]]]; // prettier-ignore

/** The upstreams of a fuzzed host. They respond at once, later, never, or after the call was cancelled. */
export class FuzzNetwork implements Upstreams, GrpcUpstreams, RedisUpstreams {
  private readonly pending = new Set<PendingCall>();
  /** Some of the cancelled calls, which get a response in spite of that. */
  private readonly late: PendingCall[] = [];

  private readonly lookups: (() => void)[] = [];

  constructor(private readonly random: () => Random) {}

  /** The number of calls that have neither ended nor been cancelled. */
  get size(): number {
    return this.pending.size;
  }

  has(cluster: string): boolean {
    return cluster === "up";
  }

  hosts(cluster: string): Pair[] {
    return cluster === "upstream" ? [["127.0.0.1:80", "{}"]] : [];
  }

  call(_request: CallRequest, done: (result: CallResult) => void): () => void {
    if (this.random().below(20) === 0) {
      done(this.result());
      return () => {};
    }
    return this.add({ next: () => done(this.result()) });
  }

  init(cluster: string): boolean {
    return this.has(cluster);
  }

  query(_cluster: string, _query: Buffer, done: (reply: Buffer | undefined) => void): (() => void) | undefined {
    const kind = this.random().below(20);
    if (kind === 0) return undefined;
    const reply = () => (this.random().below(3) === 0 ? undefined : this.random().pick(BODIES));
    if (kind === 1) {
      done(reply());
      return () => {};
    }
    return this.add({ next: () => done(reply()) });
  }

  open(_request: GrpcRequest, events: GrpcEvents): GrpcStream | undefined {
    const kind = this.random().below(20);
    if (kind === 0) return undefined;
    const left = [...grpcEvents(this.random(), events)];
    let isReset = false;
    const call: PendingCall = {
      next: () => {
        left.shift()?.();
        if (left.length > 0 && !isReset) this.pending.add(call);
      },
    };
    const reset = this.add(call);
    if (kind === 1 && this.random().below(5) === 0) this.advance(call);
    return { send: () => {}, close: () => {}, reset: () => ((isReset = true), reset()) };
  }

  resolve(_name: string, done: (found: readonly Resolved[]) => void): void {
    const found = () => Array.from({ length: this.random().below(3) }, (_, ttl) => ({ address: "10.0.0.1", ttl }));
    // Never at once: a plugin that looks up again in its callback would never end.
    this.lookups.push(() => done(found()));
  }

  /** Lets the next event of a random call happen. */
  step(): void {
    const all = [...this.pending];
    if (all.length > 0) this.advance(this.random().pick(all));
    if (this.random().below(4) === 0) this.late.shift()?.next();
    if (this.random().below(4) === 0) this.lookups.shift()?.();
  }

  /** Delivers the responses that arrive after all plugins have ended: of cancelled calls and of lookups. */
  settle(): void {
    for (const call of this.late.splice(0)) call.next();
    for (const finish of this.lookups.splice(0)) finish();
  }

  private advance(call: PendingCall): void {
    this.pending.delete(call);
    call.next();
  }

  /** Adds a pending call. Returns the function that cancels it. */
  private add(call: PendingCall): () => void {
    this.pending.add(call);
    return () => {
      if (!this.pending.delete(call)) return;
      if (this.late.length < 4) this.late.push(call);
    };
  }

  private result(): CallResult {
    const random = this.random();
    if (random.below(4) === 0) return { kind: "reset" };
    const headers = new HeaderMap("response", [[":status", "200"], ...random.pick(MORE)]);
    const trailers = random.below(3) === 0 ? { trailers: new HeaderMap("trailers", random.pick(MORE)) } : {};
    return { kind: "response", headers, body: random.pick(BODIES), ...trailers };
  }
}

/** The events of a gRPC call, in their order. */
function* grpcEvents(random: Random, events: GrpcEvents): Generator<() => void> {
  if (random.below(4) > 0) yield () => events.initialMetadata(new HeaderMap("response", random.pick(MORE)));
  for (let left = random.below(3); left > 0; left--) yield () => events.message(random.pick(BODIES));
  if (random.below(4) > 0) yield () => events.trailingMetadata(new HeaderMap("trailers", random.pick(MORE)));
  yield () => events.closed(random.below(17), random.pick(["", "why", "x".repeat(3000)]));
}
