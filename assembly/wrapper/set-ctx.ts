import { refuseRoots, registerRoots } from "../context/dispatcher";
import { Handlers } from "./handlers";
import { CtxOption } from "./option";
import { PluginRoots } from "./plugin-roots";

let registered: string | null = null;

/**
 * Makes the module a plugin. To be called once, at the top level of the plugin's entry file.
 *
 * @typeParam C the configuration: a class whose fields have initial values and whose constructor takes nothing. Each
 * configuration that the gateway hands over becomes an object of it, which all its requests share.
 * @param pluginName stands at the beginning of every log line
 * @param options what the plugin does, made by `ParseConfigBy`, `ProcessRequestHeadersBy` and so on
 *
 * A second call makes every configuration fail, with the two names in the log; so does a plugin without a call.
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [ParseConfigBy<Config>(parseConfig), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function SetCtx<C>(pluginName: string, options: CtxOption<C>[]): void {
  const earlier = registered;
  if (earlier !== null) {
    refuseRoots('SetCtx was called twice, for "' + earlier + '" and "' + pluginName + '"');
    return;
  }
  registered = pluginName;
  const handlers = new Handlers<C>(pluginName);
  for (let i = 0; i < options.length; i++) unchecked(options[i]).apply(handlers);
  registerRoots(new PluginRoots<C>(handlers));
}
