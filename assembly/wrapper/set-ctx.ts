import { rejectConfigurations, registerRoots } from "../context/dispatcher";
import { RootFactory } from "../context/contexts";
import { Handlers } from "./handlers";
import { CtxOption } from "./option";
import { PluginRoots } from "./plugin-roots";

let registered: string | null = null;

/**
 * Registers the plugin. Call it once, at the top level of the plugin's entry file.
 *
 * After a second call the plugin rejects every configuration, and logs both names. A plugin that never calls `SetCtx`
 * rejects every configuration too.
 *
 * @typeParam C the configuration: a class whose fields have initial values and whose constructor has no parameters. Each
 * configuration becomes one object of this class, which all its requests share.
 * @param pluginName the beginning of every log line
 * @param options the hooks and parsers of the plugin: results of `ParseConfigBy`, `ProcessRequestHeadersBy` and so on
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [ParseConfigBy<Config>(parseConfig), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function SetCtx<C>(pluginName: string, options: CtxOption<C>[]): void {
  const handlers = new Handlers<C>(pluginName);
  for (let i = 0; i < options.length; i++) unchecked(options[i]).apply(handlers);
  registerPlugin(pluginName, new PluginRoots<C>(handlers));
}

/** Registers the factory of a plugin's root contexts, once. */
export function registerPlugin(pluginName: string, factory: RootFactory): void {
  const earlier = registered;
  if (earlier !== null) {
    rejectConfigurations('SetCtx was called twice, for "' + earlier + '" and "' + pluginName + '"');
    return;
  }
  registered = pluginName;
  registerRoots(factory);
}
