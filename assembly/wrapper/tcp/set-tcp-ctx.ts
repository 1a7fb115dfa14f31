import { RootContext, RootFactory, StreamContext } from "../../context/contexts";
import { Handlers } from "../handlers";
import { CtxOption } from "../option";
import { PluginRoot } from "../plugin-root";
import { registerPlugin } from "../set-ctx";
import { TcpHooks } from "./tcp-hooks";
import { TcpStream } from "./tcp-stream";

class TcpRoot<C> extends PluginRoot<C> {
  override configure(configurationSize: i32): bool {
    if (!super.configure(configurationSize)) return false;
    const configurations = this.configurations;
    if (configurations.global === null) {
      this.log.error(
        "configuration rejected: expected a configuration beside _rules_, which do not apply to connections",
      );
      return false;
    }
    if (configurations.index !== null) this.log.warn("_rules_ do not apply to connections: ignored");
    return true;
  }

  override createStream(id: u32): StreamContext {
    let hooks = this.handlers.tcp;
    if (hooks === null) hooks = new TcpHooks<C>();
    return new TcpStream<C>(id, this, hooks);
  }
}

class TcpRoots<C> extends RootFactory {
  constructor(private handlers: Handlers<C>) {
    super();
  }

  override create(id: u32): RootContext {
    return new TcpRoot<C>(id, this.handlers);
  }
}

/**
 * Registers a plugin for TCP connections: Envoy's network filter `envoy.filters.network.wasm`. Call it once, at the top level
 * of the plugin's entry file, instead of `SetCtx`. The configuration is parsed as with `SetCtx`, without `_rules_`, which do
 * not apply to connections.
 *
 * @typeParam C the configuration, as for `SetCtx`
 * @param pluginName the beginning of every log line
 * @param options parsers of the configuration, and hooks on connections: `ProcessNewConnection`, `ProcessDownstreamData`,
 * `ProcessUpstreamData`, `ProcessDownstreamClose`, `ProcessUpstreamClose`, `ProcessConnectionDone`
 *
 * @example
 * ```ts
 * SetTcpCtx<Config>("tcp", [
 *   ParseConfigBy<Config>(parseConfig),
 *   ProcessDownstreamData<Config>((ctx, config, data, isLast) => {
 *     if (!data.text().startsWith("PROXY ")) ctx.close();
 *     return Action.Continue;
 *   }),
 * ]);
 * ```
 */
export function SetTcpCtx<C>(pluginName: string, options: CtxOption<C>[]): void {
  const handlers = new Handlers<C>(pluginName);
  for (let i = 0; i < options.length; i++) unchecked(options[i]).apply(handlers);
  registerPlugin(pluginName, new TcpRoots<C>(handlers));
}
