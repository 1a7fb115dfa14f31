import { startGateway } from "../gateway/index.js";
import type { PluginSpec } from "../spec/gateway-spec.js";

/** The start of a plugin that may never end. */
export interface TrialRequest {
  plugin: PluginSpec;
  /** How long a call may take. */
  limitMs: number;
}

/** Starts a plugin on the Node host. Returns the message when a call takes longer than the limit. */
export async function tryStart({ plugin, limitMs }: TrialRequest): Promise<string | undefined> {
  try {
    // Without clusters, the plugin reaches nobody.
    const spec = { listeners: [{ name: "trial", plugins: [plugin], routes: [] }] };
    const gateway = await startGateway(spec, { callLimitMs: limitMs, log: () => {} });
    await gateway.stop(0);
  } catch (error) {
    const { message } = error as Error;
    if (message.includes("it ran longer than")) return message;
  }
  return undefined;
}
