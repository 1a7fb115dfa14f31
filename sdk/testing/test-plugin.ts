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

/** The upstream's response to `fetch` by default. */
const OK = { status: 200, headers: { "content-type": "text/plain" }, body: "ok" };

/**
 * A plugin under test, on a gateway with one worker. `startPlugin` returns it.
 *
 * @example
 * const plugin = await startPlugin({ config: { limit: 2 } });
 * const response = await plugin.fetch("/foo");
 */
export class TestPlugin {
  /** The plugin's clock. It moves only when the test moves it: `plugin.clock.advance(1000)`. */
  readonly clock: TestClock;
  /** The data that the plugin shares with the other workers of a gateway. */
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
   * Sends a request, and waits for the response. The upstream responds with a 200 "ok", unless the option `upstream`
   * sets another response, here or in `startPlugin`.
   *
   * @param target a path, an address such as "http://a.example/foo", or all options
   * @throws TestKitError when no response arrives, because the request or a call waits for an `answer` of the test;
   *   PluginTrap when the plugin traps
   * @example
   * const response = await plugin.fetch("/foo", { headers: { "x-token": "t" } });
   * expect(response.status).toBe(200);
   */
  async fetch(target: string | RequestOptions = {}, options: RequestOptions = {}): Promise<TestResponse> {
    const given = requestOptions(target, options);
    const upstream = given.upstream ?? this.#session.options.upstream ?? OK;
    // Awaited here so that the stack of an error leads to the test.
    return await this.#open({ ...given, upstream }, false).done();
  }

  /**
   * Sends a whole request, and returns at once. The request then is at its upstream and waits for `request.answer`, is
   * held by the plugin, or has its response. The option `upstream` responds without `request.answer`.
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
   * Sends the headers of a request. `send` and `end` send the rest.
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
   * Gives the plugin a new configuration, as a running gateway does. Requests in flight keep the configuration that
   * they began with.
   *
   * @throws PluginLoadError when the plugin rejects the configuration, PluginTrap when the plugin traps; the plugin
   *   then keeps the previous configuration
   */
  reload(config?: unknown): void {
    this.#session.note("test", "reload");
    this.#session.configure(config);
  }

  /**
   * Moves the clock to the plugin's next tick, and runs the tick.
   *
   * @param times how many ticks
   * @throws TestKitError when the plugin has set no tick; RangeError for a negative number or a fraction; PluginTrap
   *   when the plugin traps
   */
  tick(times = 1): void {
    if (!Number.isInteger(times) || times < 0) {
      throw new RangeError(`plugin.tick: expected a number of ticks, got ${describe(times)}`);
    }
    for (let i = 0; i < times; i++) {
      if (this.clock.toNextTick()) continue;
      throw withTimeline("the plugin has set no tick", this.#session.timeline, this.tick);
    }
  }

  /**
   * Waits until the functions and real servers of `upstream`, `upstreams`, `redis` and `grpc` have responded. `fetch`
   * does the same; use this method for calls that the plugin makes outside a request, such as in a tick.
   *
   * @throws the error of such a function; PluginTrap when the plugin traps
   * @example
   * plugin.tick();
   * await plugin.settled();
   */
  async settled(): Promise<void> {
    await this.#session.responder.settled();
  }

  /** The requests in flight, oldest first. */
  get requests(): TestRequest[] {
    return [...this.#session.requests];
  }

  /** All HTTP calls of the plugin, oldest first. */
  get calls(): TestCall[] {
    return this.#session.calls.of();
  }

  /** All Redis commands of the plugin, oldest first. */
  get redisCalls(): TestRedisCall[] {
    return this.#session.redisCalls.of();
  }

  /** All gRPC calls and streams of the plugin, oldest first. */
  get grpcCalls(): TestGrpcCall[] {
    return this.#session.grpcCalls.of();
  }

  /**
   * All lines of the log, oldest first.
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

  /** The size of the plugin's memory in bytes. Memory grows by pages of 64 KiB, and never shrinks. */
  get memorySize(): number {
    return this.#session.vms.reduce((sum, { memory }) => sum + memory.size, 0);
  }

  /**
   * The open requests, contexts and calls. All counts are 0 when each request has its response and each call its
   * result.
   */
  get open(): OpenThings {
    return openThings(this.#session);
  }

  /**
   * Runs the work many times, and checks that no requests, calls or stream contexts stay open and that the plugin's
   * memory does not grow. The work runs in two halves. Memory may grow in the first half, but not in the second.
   *
   * @param work such as a request; gets the number of the run
   * @param options `times`: how often the work runs in each half, 500 by default. AssemblyScript doubles its memory
   *   when the memory is full, so a leak shows when it fills the memory: 500 runs find a leak of about 500 bytes each
   * @throws TestKitError that names what stays open or how memory grows
   * @example
   * await plugin.assertNoLeaks((i) => plugin.fetch(`/user/${i}`));
   */
  async assertNoLeaks(work: (index: number) => unknown, options: LeakOptions = {}): Promise<void> {
    await assertNoLeaks(this.#session, work, options, this.assertNoLeaks);
  }

  /** The timeline that failures show: everything that happened to the plugin, in order. */
  get timeline(): string {
    return this.#session.timeline.toString();
  }

  /** Stops the plugin, as a gateway that shuts down. Requests in flight may continue. */
  stop(): void {
    this.#session.note("test", "stop");
    this.#session.run(() => this.#session.plugin.stop());
  }

  #open(options: RequestOptions, isOpen: boolean): TestRequest {
    if (isOpen && (options.body ?? options.json ?? options.chunks ?? options.trailers) !== undefined) {
      throw new TypeError("plugin.begin sends headers only; send body and trailers with request.send and request.end");
    }
    // Checked before the plugin is called: a wrong request is a mistake of the test.
    const parts = partsOf(options, "request");
    if (parts.pairs.some(([name]) => name.toLowerCase() === "host")) {
      throw new TypeError(
        'request: headers: use the option authority instead of "host"; a gateway turns one into the other',
      );
    }
    return new TestRequest(this.#session, ++this.#requests, options).begin(parts, isOpen);
  }
}
