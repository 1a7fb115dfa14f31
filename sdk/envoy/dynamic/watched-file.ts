import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

let versions = 0;

/** A file with a discovery response that Envoy watches. The file stands alone in a folder. */
export class WatchedFile {
  private readonly path: string;

  constructor(private readonly folder: string) {
    // Envoy needs the folder when it begins to watch.
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, "response.json");
  }

  /** Envoy's `ConfigSource` for this file. */
  get source(): object {
    return {
      path_config_source: { path: this.path, watched_directory: { path: this.folder } },
      resource_api_version: "V3",
    };
  }

  /** Replaces the file by a rename, which Envoy waits for. */
  write(type: string, resources: readonly object[]): void {
    const next = join(this.folder, "next.json");
    const typed = resources.map((resource) => ({ "@type": `type.googleapis.com/${type}`, ...resource }));
    writeFileSync(next, JSON.stringify({ version_info: String(++versions), resources: typed }));
    renameSync(next, this.path);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
