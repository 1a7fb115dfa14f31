import {
  configurationBytes,
  Plugin,
  PluginLoadError,
  SharedData,
  Stats,
  VmPool,
  type Services,
  type Vm,
} from "../host/index.js";
import { Responder } from "./upstreams/responder.js";
import { CallList } from "./upstreams/call-list.js";
import { TestClock } from "./clock.js";
import { FailedTests } from "./timeline/failed-test.js";
import { grpcService } from "./grpc/grpc-service.js";
import { httpService } from "./upstreams/http-service.js";
import { LEVELS, type PluginOptions } from "./options.js";
import { withoutOwnFrames } from "./timeline/own-frames.js";
import { pluginTrap } from "./timeline/plugin-trap.js";
import { randomBytes } from "./random.js";
import { Recorder } from "./timeline/recorder.js";
import { redisClusters } from "./redis/redis-options.js";
import { redisService } from "./redis/redis-service.js";
import type { TestCall } from "./upstreams/test-call.js";
import type { TestGrpcCall } from "./grpc/test-grpc-call.js";
import type { TestRedisCall } from "./redis/test-redis-call.js";
import type { TestHost } from "./upstreams/test-host.js";
import type { Timeline, TimelineEvent } from "./timeline/timeline.js";
import type { LoadedWasm } from "./wasm-file.js";

/** How many frames of a trap are kept. JavaScript's default is 10. */
const MOST_FRAMES = 30;

/** A plugin under test and its gateway. `Request` is the class of its requests. */
export class Session<Request = unknown> implements TestHost {
  readonly recorder: Recorder;
  readonly clock: TestClock;
  readonly sharedData = new SharedData();
  readonly stats = new Stats();
  readonly responder = new Responder(
    (work) => this.later(work),
    () => this.grpcCalls.of().some(({ isAwaited }) => isAwaited),
  );
  readonly calls = new CallList<TestCall>();
  readonly redisCalls = new CallList<TestRedisCall>();
  readonly grpcCalls = new CallList<TestGrpcCall>();
  readonly plugin: Plugin;
  /** The requests in flight. */
  readonly requests = new Set<Request>();
  private readonly failedTests: FailedTests;
  private readonly pool: VmPool;
  private reported: string | undefined;
  private isRunning = false;
  private readonly next: (() => void)[] = [];

  constructor(
    readonly wasm: LoadedWasm,
    readonly options: PluginOptions,
  ) {
    const { now, vm = {}, failurePolicy, allowOnHeadersStopIteration, logLevel = "trace", name = "plugin" } = options;
    this.recorder = new Recorder(options.name);
    this.failedTests = new FailedTests(this.timeline);
    this.clock = new TestClock(now === undefined ? undefined : Number(new Date(now)), {
      note: (text) => this.note("test", text),
      run: (work) => this.run(work),
    });
    this.pool = new VmPool(this.services(LEVELS.indexOf(logLevel), options.seed ?? 1));
    const { id = "", configuration, environment = {} } = vm;
    this.plugin = new Plugin(
      {
        ...{ name, module: wasm.module },
        vm: { id, environment, configuration: configurationBytes(configuration) },
        ...(failurePolicy === undefined ? {} : { failurePolicy }),
        ...(allowOnHeadersStopIteration === undefined ? {} : { allowOnHeadersStopIteration }),
      },
      this.pool,
    );
  }

  get timeline(): Timeline {
    return this.recorder.timeline;
  }

  get vm(): Vm | undefined {
    return this.plugin.vms[0];
  }

  /** The VMs in use. Requests in flight of an older configuration have their own VM. */
  get vms(): Vm[] {
    return this.pool.vms();
  }

  note(kind: TimelineEvent["kind"], text: string): void {
    this.recorder.note(kind, text);
  }

  /**
   * Gives the plugin a configuration. The gateway first tries the configuration in a separate VM. The timeline shows
   * this VM only when the plugin rejects the configuration.
   *
   * @throws PluginLoadError when the plugin rejects the configuration; PluginTrap when the plugin traps
   */
  configure(configuration: unknown): void {
    this.run(() => this.configureNow(configuration));
  }

  private configureNow(configuration: unknown): void {
    const { recorder } = this;
    recorder.firstVm = undefined;
    const before = recorder.logs.length;
    try {
      this.plugin.configure(configurationBytes(configuration));
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      const log = recorder.logs.slice(before);
      if (log.some(({ kind, message }) => kind === "fault" && message === error.message)) {
        throw pluginTrap(error.message, this.wasm, log, this.timeline);
      }
      const lines = log.filter(({ kind }) => kind === "plugin");
      const text = lines.map(({ level, text }) => `\n  ${level}: ${text}`).join("");
      throw withoutOwnFrames(new PluginLoadError(`${error.message}${text === "" ? "" : `\nIts log:${text}`}`));
    }
    const tried = recorder.firstVm as Vm | undefined;
    if (tried === undefined || tried === this.vm) return;
    recorder.forget(tried);
    for (const calls of [this.calls, this.redisCalls, this.grpcCalls]) calls.forget(tried);
  }

  /**
   * Runs work that may call the plugin, then the work that was deferred by `later`. @throws PluginTrap when the plugin
   * traps
   */
  run(work: () => void): void {
    if (this.isRunning) return work();
    this.failedTests.watch();
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Math.max(stackTraceLimit, MOST_FRAMES);
    this.isRunning = true;
    try {
      work();
      for (let next = this.next.shift(); next; next = this.next.shift()) next();
    } finally {
      this.isRunning = false;
      Error.stackTraceLimit = stackTraceLimit;
      this.responder.wake();
    }
    this.checkTrap();
  }

  /**
   * Runs work when the plugin's callback has returned: an upstream never responds within the callback that calls it.
   */
  later(work: () => void): void {
    if (this.isRunning) this.next.push(work);
    else this.run(work);
  }

  private checkTrap(): void {
    const { failure } = this.plugin;
    if (failure === undefined || failure === this.reported || this.options.failurePolicy !== undefined) return;
    this.reported = failure;
    throw pluginTrap(failure, this.wasm, this.recorder.logs, this.timeline);
  }

  private services(logLevel: number, seed: number): Services {
    const { recorder } = this;
    return {
      ...this.clock.services,
      random: randomBytes(seed),
      log: (line) => recorder.log(line),
      logLevel,
      sharedData: this.sharedData,
      stats: this.stats,
      trace: (call) => recorder.trace(call),
      traceCallbacks: recorder.hooks,
      upstreams: httpService(this, this.calls, this.options.upstreams, this.options.hosts),
      redis: redisService(this, this.redisCalls, this.options.redis),
      grpc: grpcService(this, this.grpcCalls, this.options.grpc),
    };
  }

  /** Whether the gateway has a cluster. */
  hasCluster(cluster: string): boolean {
    const { clusters, upstreams = {}, redis, grpc = {} } = this.options;
    if (clusters === undefined) return true;
    return [...clusters, ...Object.keys(upstreams), ...redisClusters(redis), ...Object.keys(grpc)].includes(cluster);
  }
}
