import { HeaderMap, type CallResult, type GrpcEvents, type GrpcRequest, type GrpcStream } from "../../../sdk/host/index.js"; // prettier-ignore
import type { CallRequest, GrpcUpstreams, Pair, RedisUpstreams, Resolved, Upstreams } from "../../../sdk/host/index.js";
import type { Random } from "../../support/random.js";

/** Something that a plugin waits for: an event of it comes when the fuzzer wants. */
interface Waiting {
  next(): void;
}

const BODIES = ["", "answer", "x".repeat(2000)].map((text) => Buffer.from(text));
const MORE: readonly (readonly Pair[])[] = [[], [["x-a", "b"], ["x-a", "c"]], [["grpc-status", "0"]]]; // prettier-ignore

/** The upstreams of a fuzzed host: they answer at once, later, not at all, or when nobody waits any more. */
export class FuzzNetwork implements Upstreams, GrpcUpstreams, RedisUpstreams {
  private readonly waiting = new Set<Waiting>();
  /** Some of what was taken back, whose answers come all the same. */
  private readonly late: Waiting[] = [];

  private readonly lookups: (() => void)[] = [];

  constructor(private readonly random: () => Random) {}

  /** How many calls are neither answered nor taken back. */
  get size(): number {
    return this.waiting.size;
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
    return this.wait({ next: () => done(this.result()) });
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
    return this.wait({ next: () => done(reply()) });
  }

  open(_request: GrpcRequest, events: GrpcEvents): GrpcStream | undefined {
    const kind = this.random().below(20);
    if (kind === 0) return undefined;
    const left = [...grpcStory(this.random(), events)];
    let isReset = false;
    const one: Waiting = {
      next: () => {
        left.shift()?.();
        if (left.length > 0 && !isReset) this.waiting.add(one);
      },
    };
    const reset = this.wait(one);
    if (kind === 1 && this.random().below(5) === 0) this.take(one);
    return { send: () => {}, close: () => {}, reset: () => ((isReset = true), reset()) };
  }

  resolve(_name: string, done: (found: readonly Resolved[]) => void): void {
    const found = () => Array.from({ length: this.random().below(3) }, (_, ttl) => ({ address: "10.0.0.1", ttl }));
    // Never at once: a plugin that asks again when it is answered would not come to an end.
    this.lookups.push(() => done(found()));
  }

  /** Lets something happen to one of the calls on their way. */
  step(): void {
    const all = [...this.waiting];
    if (all.length > 0) this.take(this.random().pick(all));
    if (this.random().below(4) === 0) this.late.shift()?.next();
    if (this.random().below(4) === 0) this.lookups.shift()?.();
  }

  /** The answers that still come when all plugins are gone: to what was taken back, and to lookups, which cannot be. */
  settle(): void {
    for (const one of this.late.splice(0)) one.next();
    for (const one of this.lookups.splice(0)) one();
  }

  private take(one: Waiting): void {
    this.waiting.delete(one);
    one.next();
  }

  private wait(one: Waiting): () => void {
    this.waiting.add(one);
    return () => {
      if (!this.waiting.delete(one)) return;
      if (this.late.length < 4) this.late.push(one);
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

/** What comes of a gRPC call, one after the other. */
function* grpcStory(random: Random, events: GrpcEvents): Generator<() => void> {
  if (random.below(4) > 0) yield () => events.initialMetadata(new HeaderMap("response", random.pick(MORE)));
  for (let left = random.below(3); left > 0; left--) yield () => events.message(random.pick(BODIES));
  if (random.below(4) > 0) yield () => events.trailingMetadata(new HeaderMap("trailers", random.pick(MORE)));
  yield () => events.closed(random.below(17), random.pick(["", "why", "x".repeat(3000)]));
}
