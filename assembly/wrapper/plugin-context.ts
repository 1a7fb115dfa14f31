import { PendingCall } from "../context/calls";
import { RootContext } from "../context/contexts";
import { setReporter } from "../proxywasm/log";
import { readProperty } from "../proxywasm/property";
import { Caller } from "./caller";
import { Candidate } from "./leader";
import { Log } from "./log";
import { Values } from "./values";

/**
 * The plugin itself, with one configuration in one VM. Holds the values that the parsers of the configuration share: the
 * parser of the global configuration and those of its rules, see `ParseConfigWithContext`. Makes calls that belong to no
 * request, see `HttpClient`.
 *
 * @example
 * ```ts
 * function numberRules(ctx: PluginContext, json: Json, config: Config): Error | null {
 *   config.number = ctx.getOr<i32>("rules", 0);
 *   ctx.set<i32>("rules", config.number + 1);
 *   return null;
 * }
 * ```
 */
export class PluginContext implements Caller {
  private values: Values | null = null;

  /** @internal */
  constructor(
    private root: RootContext,
    /** The plugin's log. */
    readonly log: Log,
  ) {}

  /** The number of the root context in the VM. */
  get id(): u32 {
    return this.root.id;
  }

  /** Stores a value for the parser calls that follow: the global configuration is parsed first, then each rule in order. */
  set<T>(key: string, value: T): void {
    let values = this.values;
    if (values === null) {
      values = new Values();
      this.values = values;
    }
    values.set<T>(key, value);
  }

  /** Returns a value that `set` stored; null if the key has no value of this type. For numbers and bools use `getOr`. */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** Returns a value that `set` stored, or `otherwise` if the key has no value of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }

  /**
   * Identifies the plugin in the gateway, the same in all workers and after updates: the plugin's name in the gateway's
   * configuration (on Higress and Istio with the namespace), then its root id and its `_plugin_id_` if it has them, with `/`
   * between them. If the gateway does not tell the name, it is the name that the plugin gave to `SetCtx`.
   */
  get fingerprint(): string {
    const name = readProperty(this.root.id, ["plugin_name"]).string();
    const root = readProperty(this.root.id, ["plugin_root_id"]).string();
    const id = this.log.pluginId;
    return (
      (name.length > 0 ? name : this.log.plugin) + (root.length > 0 ? "/" + root : "") + (id != "nil" ? "/" + id : "")
    );
  }

  /**
   * Elects one VM of all workers as the leader of this plugin. Call it in a tick, every 10 to 30 seconds. A leader that does not
   * call `doLeaderElection` for 60 seconds loses its place, and another VM can become the leader. Plugins of one fingerprint
   * share a leader, among all workers of the process. The workers agree through shared data, so all of them need the same
   * `vm_id`.
   *
   * Do not call it in the parser: Envoy also parses a configuration in a VM that it ends afterwards.
   *
   * @returns whether this VM is the leader now
   *
   * @example
   * ```ts
   * function refresh(ctx: PluginContext, config: Config, log: Log): void {
   *   if (ctx.doLeaderElection()) log.info("this worker refreshes the keys");
   * }
   * ```
   */
  doLeaderElection(): bool {
    let candidate = this.get<Candidate>(CANDIDATE);
    if (candidate === null) {
      candidate = new Candidate("higress_wasm_vm_lease:" + this.fingerprint, this.root.id);
      this.set<Candidate>(CANDIDATE, candidate);
    }
    return candidate.elect();
  }

  /** Whether `doLeaderElection` has made this VM the leader, within the last 60 seconds. */
  get isLeader(): bool {
    const candidate = this.get<Candidate>(CANDIDATE);
    return candidate !== null && candidate.isLeader;
  }

  /** @internal The host delivers no call result to a root context that is gone. */
  get isOver(): bool {
    return false;
  }

  /** @internal */
  callHost(): string {
    return "";
  }

  /** @internal */
  addCall(call: PendingCall): void {
    this.root.calls.add(call);
  }

  /** @internal */
  callDone(): void {}

  /** @internal */
  dropCall(token: u32): void {
    this.root.calls.take(token);
  }

  /** @internal */
  begin(): void {
    this.log.setRequest(null);
    setReporter(this.log);
  }

  /** @internal */
  warnIfStuck(): void {}
}

/** The key of the candidate among the values. */
// @ts-ignore: decorator
@lazy const CANDIDATE = "\0candidate";
