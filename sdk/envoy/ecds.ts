import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Admin } from "./admin.js";
import { ecdsText, type EcdsFile } from "./bootstrap.js";
import type { Discovered } from "./plugin.js";
import type { PluginConfiguration } from "../spec/gateway-spec.js";
import { poll } from "./wait.js";

/** Replaces the configurations of plugins in a running Envoy, by files that Envoy watches. */
export class EcdsUpdates {
  private readonly versions = new Map<EcdsFile, number>();

  constructor(private readonly files: readonly EcdsFile[]) {
    for (const file of files) {
      mkdirSync(file.folder, { recursive: true });
      this.write(file, file.plugin.ecds === "later" ? "later" : file.plugin);
    }
  }

  /**
   * Gives a plugin a new configuration. Resolves with true when Envoy accepts the configuration, false when Envoy
   * rejects it.
   */
  async update(
    admin: Admin,
    listener: string,
    plugin: string,
    configuration: PluginConfiguration | undefined,
    limitMs: number,
  ): Promise<boolean> {
    const file = this.file(listener, plugin);
    file.plugin = { ...file.plugin };
    if (configuration === undefined) delete file.plugin.configuration;
    else file.plugin.configuration = configuration;
    return this.replace(admin, file, file.plugin, limitMs);
  }

  /** Removes a plugin. Requests then pass without the plugin. */
  async remove(admin: Admin, listener: string, plugin: string, limitMs: number): Promise<void> {
    await this.replace(admin, this.file(listener, plugin), "removed", limitMs);
  }

  private file(listener: string, plugin: string): EcdsFile {
    const file = this.files.find((one) => one.listener === listener && one.plugin.name === plugin);
    if (!file) throw new Error(`listener "${listener}" has no plugin "${plugin}" with ecds: true`);
    return file;
  }

  private async replace(admin: Admin, file: EcdsFile, what: Discovered, limitMs: number): Promise<boolean> {
    const before = await updateCounts(admin, file);
    this.write(file, what);
    return poll(
      limitMs,
      `Envoy neither accepted nor rejected the new configuration of "${file.plugin.name}"`,
      async () => {
        const now = await updateCounts(admin, file);
        if (now.accepted > before.accepted) return true;
        return now.rejected > before.rejected ? false : undefined;
      },
    );
  }

  /** Writes a new file and renames it: Envoy watches for the rename. */
  private write(file: EcdsFile, what: Discovered): void {
    const version = (this.versions.get(file) ?? 0) + 1;
    this.versions.set(file, version);
    const next = join(file.folder, "next.json");
    writeFileSync(next, ecdsText(file, what, version));
    renameSync(next, file.path);
  }
}

async function updateCounts(admin: Admin, { resource }: EcdsFile): Promise<{ accepted: number; rejected: number }> {
  const prefix = `extension_config_discovery.http_filter.${resource}.`;
  const stats = await admin.stats(`^${prefix.replaceAll(".", "\\.")}update_`);
  const count = (name: string) => stats.get(prefix + name) ?? 0;
  // config_reload is of no use: Envoy counts rejected configurations there too.
  return { accepted: count("update_success"), rejected: count("update_rejected") + count("update_failure") };
}
