import { checkOptions, type StartOptions } from "./options.js";
import { Session } from "./session.js";
import { TestPlugin } from "./test-plugin.js";
import type { TestRequest } from "./test-request.js";
import { loadWasm } from "./wasm-file.js";

/**
 * Starts a plugin as a gateway does: loads the module and passes the configuration. The plugin then takes requests,
 * without Envoy, without a network, and with a clock that the test moves.
 *
 * @param options the plugin, its configuration and the gateway around it. The default of `wasm` is `build/debug.wasm`,
 *   or else `build/plugin.wasm`, in the folder of the asconfig.json above the test
 * @throws PluginLoadError when the file does not exist, when it is not a plugin, or when the plugin rejects its
 *   configuration: then the message contains the plugin's log; PluginTrap when the plugin traps; TypeError for wrong
 *   options
 * @example
 * const plugin = await startPlugin({ config: { content: "hello" } });
 * const response = await plugin.fetch("/foo");
 * expect(response).toBeLocalReply({ status: 200, body: "hello" });
 */
export async function startPlugin(options: StartOptions = {}): Promise<TestPlugin> {
  checkOptions(options);
  const { wasm, config, ...gateway } = options;
  const session = new Session<TestRequest>(loadWasm(wasm, options.host), gateway);
  session.configure(config);
  return new TestPlugin(session);
}
