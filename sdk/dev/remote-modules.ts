import { fetchModule, OciError, shownUrl, type FetchOptions } from "../oci/index.js";
import type { ModuleCopies } from "./module-copies.js";
import { fetchError, missingWarning, type RemoteSource } from "./module-source.js";
import { substituteModule } from "./substitute.js";

/** What happens to modules in registries and on servers. */
export interface RemoteEvents {
  /** A module is asked for. */
  fetching(url: string): void;
  warning(text: string): void;
}

/** The modules of registries and servers, as Istio's agent fetches them. */
export class RemoteModules {
  /** The path of the copy of each module, by its resource. */
  private readonly fetched = new Map<string, string>();
  /** The reasons why modules are missing, by their resources. */
  private readonly missing = new Map<string, string>();

  constructor(
    private readonly copies: ModuleCopies,
    private readonly events: RemoteEvents,
    private readonly options: FetchOptions = {},
  ) {}

  /** Asks for images with the pull policy "Always" again. */
  forgetAll(): void {
    this.fetched.clear();
  }

  /** Whether another module stands in for the module. */
  isMissing(source: RemoteSource): boolean {
    return this.missing.has(keyOf(source));
  }

  /**
   * The path of a module. A module that denies or allows all requests stands in for a module that cannot be fetched.
   *
   * @throws ManifestError when the module of a plugin for TCP cannot be fetched; the reason of the signal when it is aborted
   */
  async path(source: RemoteSource, signal?: AbortSignal): Promise<string> {
    const key = keyOf(source);
    const known = this.fetched.get(key);
    if (known !== undefined) return known;
    const { address, plugin } = source;
    this.events.fetching(shownUrl(address.url));
    try {
      const { bytes } = await fetchModule(address, { tries: 3, idleMs: 10_000, ...this.options, signal });
      const path = this.copies.add(bytes);
      this.fetched.set(key, path);
      this.missing.delete(key);
      return path;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof OciError)) throw error;
      if (plugin.type === "network") throw fetchError(plugin, error.message);
      // Each reload tries again, and repeats no warning.
      if (this.missing.get(key) !== error.message) this.events.warning(missingWarning(plugin, error.message));
      this.missing.set(key, error.message);
      return this.copies.add(substituteModule(plugin.failOpen));
    }
  }
}

function keyOf({ revision, plugin: { filter } }: RemoteSource): string {
  return `${filter}\n${revision}`;
}
