import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { GatewaySpec, PluginSpec } from "../spec/gateway-spec.js";
import { tryStart, type TrialRequest } from "./try-start.js";

/** How long a call may take in this thread, which handles no signal meanwhile. */
const QUICK_MS = 1000;

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
   * @throws Error when the start of a plugin takes longer than the limit. Envoy itself judges all other errors; the reason
   *   of the signal when it is aborted
   */
  async run({ listeners }: GatewaySpec, signal?: AbortSignal): Promise<void> {
    if (this.limitMs === 0) return;
    for (const { plugins = [] } of listeners) for (const plugin of plugins) await this.start(plugin, signal);
  }

  private async start(plugin: PluginSpec, signal?: AbortSignal): Promise<void> {
    const key = JSON.stringify(plugin);
    if (this.passed.has(key)) return;
    const { limitMs } = this;
    let message = await tryStart({ plugin, limitMs: Math.min(limitMs, QUICK_MS) });
    if (message !== undefined && limitMs > QUICK_MS) message = await inThread({ plugin, limitMs }, signal);
    if (message !== undefined) throw new Error(message);
    this.passed.add(key);
  }
}

/** Starts a plugin in another thread, which a signal ends. */
async function inThread(request: TrialRequest, signal?: AbortSignal): Promise<string | undefined> {
  signal?.throwIfAborted();
  const isSource = import.meta.url.endsWith(".ts");
  const file = new URL(isSource ? "trial-sources.mjs" : "trial-worker.js", import.meta.url);
  const worker = new Worker(file, { workerData: request, execArgv: [], name: "trial" });
  try {
    const [message] = (await once(worker, "message", signal ? { signal } : {})) as [string | undefined];
    return message;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}
