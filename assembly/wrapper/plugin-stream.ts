import { CALLS } from "../abi/features";
import { StreamContext } from "../context/contexts";
import { Action } from "./action";
import { Hold } from "./hold";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { PluginRoot } from "./plugin-root";

/** What the hooks of one stream run with. */
export abstract class PluginStream<C> extends StreamContext {
  readonly ctx: HttpContext;
  /** The configuration for this request, known from its headers on; null: no hook runs, and nothing is touched. */
  config: C | null = null;

  constructor(
    id: u32,
    readonly root: PluginRoot<C>,
  ) {
    super(id);
    this.ctx = new HttpContext(id, root.log, root, root.handlers.failOpen);
    const configurations = root.configurations;
    if (configurations.index === null) this.config = configurations.global;
  }

  get log(): Log {
    return this.root.log;
  }

  /** Whether a hook may pause a body whose headers the host cannot hold. */
  get mayPauseUnheld(): bool {
    return CALLS && !this.root.handlers.failOpen && !this.root.canHoldHeaders;
  }

  /**
   * Ends a hook: whether what it returned holds its message. An answer holds it, whatever was returned.
   *
   * @param answered whether the stream was answered before the hook
   */
  endHook(hold: Hold, action: Action, answered: bool): bool {
    const ctx = this.ctx;
    const held = hold.endHook(action == Action.Pause && ctx.isAnswered == answered);
    if (held) ctx.warnIfStuck();
    return held || ctx.isAnswered != answered;
  }
}
