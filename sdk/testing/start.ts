import { checkOptions, type StartOptions } from "./options.js";
import { Session } from "./session.js";
import { TestPlugin } from "./test-plugin.js";
import type { TestRequest } from "./test-request.js";
import { loadWasm } from "./wasm-file.js";

/**
 * Starts a plugin as a gateway does: loads the module, gives it its configuration, and is ready for requests. Nothing
 * else is needed: no Envoy, no network, no time that passes.
 *
 * @param options `config` and what else is around the plugin; without `wasm` it is `build/debug.wasm`, or
 *   `build/plugin.wasm`, in the folder of the plugin's asconfig.json above the test
 * @throws PluginLoadError when there is no such file, when it is no plugin, or when the plugin refuses its configuration:
 *   then with what the plugin has written into the log; PluginTrap when the plugin traps meanwhile; TypeError for options
 *   that are none
 * @example
 * const plugin = await startPlugin({ config: { content: "hello" } });
 * const response = await plugin.fetch("/foo");
 * expect(response).toBeLocalReply({ status: 200, body: "hello" });
 */
export async function startPlugin(options: StartOptions = {}): Promise<TestPlugin> {
  checkOptions(options);
  const { wasm, config, ...around } = options;
  const session = new Session<TestRequest>(loadWasm(wasm, options.host), around);
  session.configure(config);
  return new TestPlugin(session);
}
