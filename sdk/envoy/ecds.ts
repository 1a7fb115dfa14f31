import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Admin } from "./admin.js";
import { ecdsText, type EcdsFile } from "./bootstrap.js";
import type { Discovered } from "./plugin.js";
import type { PluginConfiguration } from "../spec/gateway-spec.js";
import { poll } from "./wait.js";

/** Replaces plugins' configurations in a running Envoy, by files that it watches. */
export class EcdsUpdates {
  private readonly versions = new Map<EcdsFile, number>();

  constructor(private readonly files: readonly EcdsFile[]) {
    for (const file of files) {
      mkdirSync(file.folder, { recursive: true });
      this.write(file, file.plugin.ecds === "later" ? "to come" : file.plugin);
    }
  }

  /** Resolves once Envoy has taken (true) or refused (false) the configuration. */
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

  /** Takes a plugin away: requests pass without it. */
  async remove(admin: Admin, listener: string, plugin: string, limitMs: number): Promise<void> {
    await this.replace(admin, this.file(listener, plugin), "gone", limitMs);
  }

  private file(listener: string, plugin: string): EcdsFile {
    const file = this.files.find((one) => one.listener === listener && one.plugin.name === plugin);
    if (!file) throw new Error(`listener "${listener}" has no plugin "${plugin}" with ecds: true`);
    return file;
  }

  private async replace(admin: Admin, file: EcdsFile, what: Discovered, limitMs: number): Promise<boolean> {
    const before = await outcome(admin, file);
    this.write(file, what);
    return poll(limitMs, `Envoy did not react to the new configuration of "${file.plugin.name}"`, async () => {
      const now = await outcome(admin, file);
      if (now.taken > before.taken) return true;
      return now.refused > before.refused ? false : undefined;
    });
  }

  /** Writes beside the file and renames, which is what Envoy watches for. */
  private write(file: EcdsFile, what: Discovered): void {
    const version = (this.versions.get(file) ?? 0) + 1;
    this.versions.set(file, version);
    const next = join(file.folder, "next.json");
    writeFileSync(next, ecdsText(file, what, version));
    renameSync(next, file.path);
  }
}

async function outcome(admin: Admin, { resource }: EcdsFile): Promise<{ taken: number; refused: number }> {
  const prefix = `extension_config_discovery.http_filter.${resource}.`;
  const stats = await admin.stats(`^${prefix.replaceAll(".", "\\.")}update_`);
  const count = (name: string) => stats.get(prefix + name) ?? 0;
  // Not config_reload: a refused configuration counts there too.
  return { taken: count("update_success"), refused: count("update_rejected") + count("update_failure") };
}
