import { RULES } from "../abi/features";
import { StreamContext } from "../context/contexts";
import { Action } from "./action";
import { Pause } from "./pause";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { PluginRoot } from "./plugin-root";

/** The state that the hooks of one stream share: the context, the configuration and the root context. */
export abstract class PluginStream<C> extends StreamContext {
  readonly ctx: HttpContext;
  /**
   * The configuration for this request, set when its headers arrive. Null: no hook runs, and the message passes
   * unchanged.
   */
  config: C | null = null;

  constructor(
    id: u32,
    readonly root: PluginRoot<C>,
  ) {
    super(id);
    this.ctx = new HttpContext(id, root.log, root, root.handlers.failOpen);
    const configurations = root.configurations;
    if (!RULES || configurations.index === null) this.config = configurations.global;
  }

  get log(): Log {
    return this.root.log;
  }

  /**
   * Ends a hook. Returns whether its message must stop: because of the action, or because the hook has sent a local reply.
   *
   * @param hadReplied whether the plugin had sent a local reply before the hook
   */
  endHook(pause: Pause, action: Action, hadReplied: bool): bool {
    const ctx = this.ctx;
    const isPaused = pause.endHook(action == Action.Pause && ctx.hasReplied == hadReplied);
    if (isPaused) ctx.warnIfStuck();
    return isPaused || ctx.hasReplied != hadReplied;
  }
}
