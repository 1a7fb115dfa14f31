import { describe, partsOf } from "./upstreams/answer.js";
import type { TestClock } from "./clock.js";
import { metricsOf } from "./host-values.js";
import { assertNoLeaks, openThings, type LeakOptions, type OpenThings } from "./leaks.js";
import type { LogEntry } from "./timeline/log-entry.js";
import { requestOptions, type RequestOptions } from "./request-options.js";
import type { Session } from "./session.js";
import { TestSharedData } from "./shared-data.js";
import type { TestCall } from "./upstreams/test-call.js";
import type { TestGrpcCall } from "./grpc/test-grpc-call.js";
import type { TestRedisCall } from "./redis/test-redis-call.js";
import { withTimeline } from "./timeline/test-error.js";
import { TestRequest, type TestResponse } from "./test-request.js";

/** What answers a `fetch` where the test has said nothing. */
const OK = { status: 200, headers: { "content-type": "text/plain" }, body: "ok" };

/**
 * A plugin under test, on a gateway with one worker: `startPlugin` gives it.
 *
 * @example
 * const plugin = await startPlugin({ config: { limit: 2 } });
 * const response = await plugin.fetch("/foo");
 */
export class TestPlugin {
  /** The plugin's clock, which stands still until it is moved: `plugin.clock.advance(1000)`. */
  readonly clock: TestClock;
  /** What the plugin shares with the other workers of a gateway. */
  readonly sharedData: TestSharedData;
  readonly #session: Session<TestRequest>;
  #requests = 0;

  /** @internal */
  constructor(session: Session<TestRequest>) {
    this.#session = session;
    this.clock = session.clock;
    this.sharedData = new TestSharedData(session);
  }

  /**
   * Sends a request, and waits for the response. A request that reaches its upstream is answered with a 200 "ok", unless
   * `upstream` says otherwise, here or in `startPlugin`.
   *
   * @param target a path, an address such as "http://a.example/foo", or all options
   * @throws TestKitError when no response comes, since something waits for an answer by hand; PluginTrap when the plugin
   *   traps
   * @example
   * const response = await plugin.fetch("/foo", { headers: { "x-token": "t" } });
   * expect(response.status).toBe(200);
   */
  async fetch(target: string | RequestOptions = {}, options: RequestOptions = {}): Promise<TestResponse> {
    const given = requestOptions(target, options);
    const upstream = given.upstream ?? this.#session.options.upstream ?? OK;
    // Awaited here so that the stack of what it throws leads to the test.
    return await this.#open({ ...given, upstream }, false).done();
  }

  /**
   * Sends a request as a whole, and returns at once. It is where it can get to: at the upstream, which waits for
   * `request.answer` unless something answers on its own; held by the plugin; or answered.
   *
   * @example
   * const request = plugin.request("/foo");
   * request.calls[0]!.answer({ status: 200 });
   * request.answer({ body: "ok" });
   */
  request(target: string | RequestOptions = {}, options: RequestOptions = {}): TestRequest {
    return this.#open(requestOptions(target, options), false);
  }

  /**
   * Sends the headers of a request, and leaves it open: `send` and `end` follow.
   *
   * @example
   * const request = plugin.begin({ method: "POST" });
   * request.send("first");
   * request.end("last");
   */
  begin(target: string | RequestOptions = {}, options: RequestOptions = {}): TestRequest {
    return this.#open(requestOptions(target, options), true);
  }

  /**
   * Gives the plugin another configuration, as a gateway does while it runs: requests in flight end with the one that they
   * began with.
   *
   * @throws PluginLoadError when the plugin refuses it, PluginTrap when it traps; then the one before stays
   */
  reload(config?: unknown): void {
    this.#session.note("test", "reload");
    this.#session.configure(config);
  }

  /**
   * Lets the plugin's ticks come, by moving the clock to each.
   *
   * @param times how many
   * @throws TestKitError when the plugin has asked for none; RangeError for no whole number
   */
  tick(times = 1): void {
    if (!Number.isInteger(times) || times < 0) {
      throw new RangeError(`plugin.tick: expected a number of ticks, got ${describe(times)}`);
    }
    for (let i = 0; i < times; i++) {
      if (this.clock.toNextTick()) continue;
      throw withTimeline("the plugin has no tick: it has not asked for one", this.#session.timeline, this.tick);
    }
  }

  /**
   * Waits for what answers later, async functions and real servers, as `fetch` does: for what the plugin asks by itself,
   * say in a tick.
   *
   * @throws what a function that answers has thrown; PluginTrap when the plugin traps
   * @example
   * plugin.tick();
   * await plugin.settled();
   */
  async settled(): Promise<void> {
    await this.#session.answering.settled();
  }

  /** The requests that are on their way, in their order. */
  get requests(): TestRequest[] {
    return [...this.#session.requests];
  }

  /** All calls that the plugin has made, in their order. */
  get calls(): TestCall[] {
    return this.#session.calls.of();
  }

  /** All Redis commands that the plugin has sent, in their order. */
  get redisCalls(): TestRedisCall[] {
    return this.#session.redisCalls.of();
  }

  /** All gRPC calls and streams that the plugin has begun, in their order. */
  get grpcCalls(): TestGrpcCall[] {
    return this.#session.grpcCalls.of();
  }

  /**
   * All lines of the log, in their order.
   *
   * @example
   * plugin.logs.filter(({ level }) => level === "warn").map(({ text }) => text);
   */
  get logs(): LogEntry[] {
    return this.#session.recorder.logs;
  }

  /** The plugin's counters and gauges, by name. */
  get metrics(): Record<string, number> {
    return metricsOf(this.#session);
  }

  /** The size of the plugin's memory in bytes. It grows by pages of 64 KiB, and never shrinks. */
  get memorySize(): number {
    return this.#session.vms.reduce((sum, { memory }) => sum + memory.size, 0);
  }

  /** What is on its way: nothing, when all requests have their responses and all calls their answers. */
  get open(): OpenThings {
    return openThings(this.#session);
  }

  /**
   * Does something many times, and checks that nothing stays: no requests, no calls, no contexts in the plugin, and no
   * memory that grows. The plugin may gather things in a first half; in a second half, of as many times, its memory must
   * not grow.
   *
   * @param work say, a request; it gets its number
   * @param options `times`: how often in each half, 500 unless given. AssemblyScript doubles its memory when it is full,
   *   so a leak shows when it amounts to what the memory holds: 500 times find one of some 500 bytes each
   * @throws TestKitError that says what stays
   * @example
   * await plugin.assertNoLeaks((i) => plugin.fetch(`/user/${i}`));
   */
  async assertNoLeaks(work: (index: number) => unknown, options: LeakOptions = {}): Promise<void> {
    await assertNoLeaks(this.#session, work, options, this.assertNoLeaks);
  }

  /** All that happened, in order, as failures show it. */
  get timeline(): string {
    return this.#session.timeline.toString();
  }

  /** Ends the plugin, as a gateway that goes down. Requests in flight may go on. */
  stop(): void {
    this.#session.note("test", "stop");
    this.#session.run(() => this.#session.plugin.stop());
  }

  #open(options: RequestOptions, isOpen: boolean): TestRequest {
    if (isOpen && (options.body ?? options.json ?? options.chunks ?? options.trailers) !== undefined) {
      throw new TypeError("plugin.begin sends headers only; body and trailers follow by request.send and request.end");
    }
    // Before the plugin hears of it: what is wrong with it is the test's.
    const parts = partsOf(options, "request");
    if (parts.pairs.some(([name]) => name.toLowerCase() === "host")) {
      throw new TypeError('request: headers: "host" is given as authority, which is what a gateway makes of it');
    }
    return new TestRequest(this.#session, ++this.#requests, options).begin(parts, isOpen);
  }
}
