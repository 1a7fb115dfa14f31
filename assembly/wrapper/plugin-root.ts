import { Status } from "../abi/enums";
import { BODY_HOOKS, CALLS, CONFIGURATION, QUEUE_HOOKS, REBUILDS, START_OPTIONS, TICKS } from "../abi/features";
import { looksLikeMessage } from "../abi/protobuf";
import { isUsed, OWN_CALLBACKS } from "../abi/used";
import { RootContext } from "../context/contexts";
import { Json } from "../json";
import { looseText } from "../json/convert";
import { pluginConfiguration } from "../proxywasm/buffer";
import { registerSharedQueue, SharedQueue } from "../proxywasm/shared-queue";
import { statusName } from "../proxywasm/status";
import { setTickPeriod } from "../proxywasm/time";
import { quoted } from "../text/quoted";
import { canHoldHeaders } from "./gateway-state";
import { Handlers } from "./handlers";
import { Resumer } from "./pause";
import { Log } from "./log";
import { PluginContext } from "./plugin-context";
import { Configurations } from "./rules/configurations";
import { mayHaveRules, NO_RULES } from "./rules/no-rules";
import { ISOLATION } from "./rules/isolation";
import { beginTicks, endTicks } from "./tick";
import { startTicks, ticksOf } from "./ticks";

const PLUGIN_ID = "_plugin_id_";

/** The tick period for messages whose end the host may not report, or that another stream may resume. */
const TICK_MS: i32 = 50;

/** The most items of a shared queue that the hook gets in one callback: the collector runs only between callbacks. */
const QUEUE_BATCH: i32 = 1000;

/** The most bytes of these items: after them the hook gets one more item. */
const QUEUE_BATCH_BYTES: i32 = 1024 * 1024;

/**
 * Envoy passes the value of a StringValue or a BytesValue to the plugin, but the encoded bytes of any other type, such as
 * a Struct.
 */
const PROTOBUF = " (a protobuf message? use google.protobuf.StringValue, not Struct)";

/** One configuration of a plugin. */
export abstract class PluginRoot<C> extends RootContext {
  readonly log: Log;
  /** The configurations of the last update that the plugin accepted. */
  configurations: Configurations<C>;

  private warnedOfHeaders: bool = false;
  private warnedOfEventStream: bool = false;
  /** Messages with a hook on the whole body that need ticks. */
  private watched: Resumer[] | null = null;
  /** The context of the configuration that the plugin accepted. Only for plugins with ticks or a hook that needs it. */
  private ctx: PluginContext | null = null;

  constructor(
    id: u32,
    readonly handlers: Handlers<C>,
  ) {
    super(id);
    this.log = new Log(handlers.name);
    this.configurations = new Configurations<C>(handlers);
  }

  override configure(configurationSize: i32): bool {
    const ctx = new PluginContext(this, this.log);
    ctx.begin();
    if (TICKS) beginTicks();
    const error = this.read(ctx, configurationSize);
    if (TICKS) endTicks();
    if (error !== null) {
      this.log.error("configuration rejected: " + error.message);
      return false;
    }
    this.log.info("plugin start successfully");
    this.warnOfPauses();
    if (TICKS) startTicks(ctx, this.ctx);
    if (TICKS || REBUILDS || QUEUE_HOOKS) this.ctx = ctx;
    if (TICKS) this.setTimer(false);
    this.registerQueues();
    return true;
  }

  /** Reads a configuration. Returns null, or the error for which the plugin rejects the configuration. */
  private read(ctx: PluginContext, configurationSize: i32): Error | null {
    const life = this.handlers.life;
    if (START_OPTIONS && life !== null) {
      const error = life.begin(ctx);
      if (error !== null) return error;
    }
    const bytes = configurationSize == 0 ? new ArrayBuffer(0) : pluginConfiguration(configurationSize);
    if (!CONFIGURATION) {
      if (mayHaveRules(bytes)) return new Error(NO_RULES);
      this.configurations.global = instantiate<C>();
      return null;
    }
    const json = configurationSize == 0 ? Json.missing() : Json.parseBytes(bytes);
    const fault = json.error;
    if (fault !== null)
      return new Error("not valid JSON: " + fault.message + (looksLikeMessage(bytes) ? PROTOBUF : ""));
    this.takeId(json);
    const isolation = this.handlers.isolation;
    if (ISOLATION && isolation !== null) isolation.begin(this.log);
    const read = new Configurations<C>(this.handlers);
    const error = read.read(ctx, json);
    if (error !== null) return error;
    this.configurations = read;
    if (ISOLATION && isolation !== null) isolation.commit(this.id);
    return null;
  }

  /** Removes the plugin's id from the configuration, to which Higress adds it. The plugin does not see the key. */
  private takeId(json: Json): void {
    const id = looseText(json.at(PLUGIN_ID));
    // An empty id stays, as in Go: with the key, the configuration has a global part beside its rules.
    if (id.length == 0) return;
    this.log.setId(id);
    json.erase(PLUGIN_ID);
  }

  /** Warns if the plugin may pause requests whose headers the host does not hold. */
  private warnOfPauses(): void {
    const handlers = this.handlers;
    if (!BODY_HOOKS || !CALLS || handlers.failOpen) return;
    const request = handlers.request;
    const pausesBodies = (request.body !== null || handlers.response.body !== null) && !canHoldHeaders();
    if (!pausesBodies && (request.trailers === null || request.body !== null)) return;
    this.log.warn(
      (pausesBodies ? "this gateway does not hold headers: " : "") +
        "place filters that wait, such as ext_authz, before this plugin. A request whose hook on the body or the trailers " +
        "returns Pause gets a 500 while a filter after this plugin holds its headers",
    );
  }

  /** Warns, once, that the host cannot hold headers. */
  warnOfHeaders(): void {
    if (this.warnedOfHeaders) return;
    this.warnedOfHeaders = true;
    this.log.warn("HoldHeaders acts as Continue: the VM's environment lacks ALLOW_ON_HEADERS_STOP_ITERATION=true");
  }

  /** Warns, once, that event streams pass without the hook on whole bodies. */
  warnOfEventStream(): void {
    if (this.warnedOfEventStream) return;
    this.warnedOfEventStream = true;
    this.log.warn(
      "an event stream passes without the hook on whole bodies; ctx.bufferResponseBody() buffers event streams",
    );
  }

  /** Calls `onTick` of a message at each tick, until it returns true. */
  watch(flow: Resumer): void {
    // A plugin with its own callbacks may set the tick period itself.
    if (flow.isWatched || isUsed(OWN_CALLBACKS)) return;
    flow.isWatched = true;
    const flows = this.watched;
    if (flows !== null) {
      flows.push(flow);
      return;
    }
    this.watched = [flow];
    this.setTimer(true);
  }

  /** Sets the period of the host's timer; see `Ticks.setTimer`. */
  private setTimer(isCut: bool): void {
    const period = this.watched === null ? 0 : TICK_MS;
    const ctx = this.ctx;
    if (TICKS && ctx !== null) ticksOf(ctx).setTimer(period, isCut);
    else setTickPeriod(period);
  }

  /** Counts a request, and asks for a new VM if it is time. */
  countRequest(stream: u32): void {
    const ctx = this.ctx;
    const life = this.handlers.life;
    if (ctx !== null && life !== null) life.countRequest(ctx, stream);
  }

  /** Registers the queues of the plugin's hooks. From now on this root context is told about their items. */
  private registerQueues(): void {
    const hooks = this.handlers.queues;
    if (!QUEUE_HOOKS || hooks === null) return;
    for (let i = 0; i < hooks.length; i++) {
      const queue = registerSharedQueue(hooks[i].name);
      if (queue.exists()) hooks[i].id = queue.id;
      else this.log.error("queue " + quoted(hooks[i].name) + " cannot be registered: " + statusName(queue.status));
    }
  }

  override onQueueReady(id: u32): void {
    const hooks = this.handlers.queues;
    const ctx = this.ctx;
    if (!QUEUE_HOOKS || hooks === null || ctx === null) return;
    ctx.begin();
    const global = this.configurations.global;
    const config = global === null ? instantiate<C>() : global;
    for (let i = 0; i < hooks.length; i++) {
      const hook = hooks[i];
      if (hook.id != id) continue;
      const queue = new SharedQueue(Status.Ok, id);
      // The host calls once for each item, but items from before the registration have no call.
      let size = 0;
      for (let taken = 0; taken < QUEUE_BATCH && size < QUEUE_BATCH_BYTES; taken++) {
        const item = queue.dequeue();
        if (!item.exists()) break;
        size += item.bytes.byteLength;
        hook.run(ctx, config, item.bytes, this.log);
      }
    }
  }

  override onTick(): void {
    const ctx = this.ctx;
    if (TICKS && ctx !== null) ticksOf(ctx).run(ctx);
    const isCut = BODY_HOOKS && this.checkWatched();
    if (TICKS || isCut) this.setTimer(isCut);
  }

  /** Returns whether the last message that needed ticks needs no more. */
  private checkWatched(): bool {
    const flows = this.watched;
    if (flows === null) return false;
    let kept = 0;
    for (let i = 0; i < flows.length; i++) {
      const flow = flows[i];
      flow.isWatched = !flow.onTick();
      if (flow.isWatched) flows[kept++] = flow;
    }
    flows.length = kept;
    if (kept == 0) this.watched = null;
    return kept == 0;
  }
}
