import { startGateway } from "../gateway/index.js";
import type { GatewaySpec, PluginSpec } from "../spec/gateway-spec.js";

/**
 * Starts plugins on the Node host before a real Envoy gets them. Envoy has no limit for the time of a call: a plugin that
 * loops while it starts would block Envoy's main thread for ever, and Envoy would take no further update.
 */
export class StartTrial {
  /** The plugins that have started once. */
  private readonly passed = new Set<string>();

  /** @param limitMs how long a call may take; 0 for no limit, and no trial */
  constructor(private readonly limitMs: number) {}

  /**
   * @throws Error when the start of a plugin takes longer than the limit. Envoy itself judges all other errors
   */
  async run({ listeners }: GatewaySpec): Promise<void> {
    if (this.limitMs === 0) return;
    for (const { plugins = [] } of listeners) for (const plugin of plugins) await this.start(plugin);
  }

  private async start(plugin: PluginSpec): Promise<void> {
    const key = JSON.stringify(plugin);
    if (this.passed.has(key)) return;
    try {
      // Without clusters, the plugin reaches nobody.
      const spec = { listeners: [{ name: "trial", plugins: [plugin], routes: [] }] };
      const gateway = await startGateway(spec, { callLimitMs: this.limitMs, log: () => {} });
      await gateway.stop(0);
    } catch (error) {
      if ((error as Error).message.includes("it ran longer than")) throw error;
    }
    this.passed.add(key);
  }
}
