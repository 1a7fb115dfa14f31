import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { FetchOptions } from "../oci/index.js";
import { Builder, type BuildFailure, type BuildSuccess } from "../build/index.js";
import type { ModuleCopies } from "./module-copies.js";
import type { ModuleSource } from "./module-source.js";
import { RemoteModules, type RemoteEvents } from "./remote-modules.js";
import { substituteModule } from "./substitute.js";

/** What happens to the projects whose plugins run, and to modules that are fetched. */
export interface ModuleEvents extends RemoteEvents {
  building(folder: string): void;
  built(folder: string, result: BuildSuccess): void;
}

/** The modules of the chain: copies built modules, and builds projects when their sources have changed. */
export class Modules {
  /** The path of the copy of each project that is built and unchanged since. */
  private readonly current = new Map<string, string>();
  private readonly builders = new Map<string, Builder>();
  /** The builds that run. A reload that was aborted leaves its builds to the next reload. */
  private readonly builds = new Map<string, { result: Promise<string>; controller: AbortController }>();
  /** The files that the compiler has read of each project. */
  private readonly sources = new Map<string, readonly string[]>();

  private readonly remote: RemoteModules;

  constructor(
    private readonly copies: ModuleCopies,
    private readonly events: ModuleEvents,
    options: FetchOptions = {},
  ) {
    this.remote = new RemoteModules(copies, events, options);
  }

  /** Builds the projects again to which changed files belong. */
  forget(paths: readonly string[]): void {
    for (const folder of [...this.current.keys(), ...this.builds.keys()]) {
      const inputs = this.inputsOf(folder);
      if (paths.some((path) => contains(inputs, path))) this.forgetOne(folder);
    }
  }

  /** Builds all projects again. */
  forgetAll(): void {
    for (const folder of [...this.current.keys(), ...this.builds.keys()]) this.forgetOne(folder);
  }

  /** Asks for images with the pull policy "Always" again. */
  forgetRemote(): void {
    this.remote.forgetAll();
  }

  /** Whether another module stands in for the module of a source. */
  isMissing(source: ModuleSource): boolean {
    return source.kind === "missing" || (source.kind === "remote" && this.remote.isMissing(source));
  }

  /** The files and folders from which modules are made. */
  watched(sources: readonly ModuleSource[]): string[] {
    return sources.flatMap((source) => {
      if (source.kind === "missing" || source.kind === "remote") return [];
      return source.kind === "file" ? [source.path] : this.inputsOf(source.folder);
    });
  }

  /**
   * The paths of the modules, in the order of the sources. Builds what is not built yet.
   *
   * @throws BuildError when a build fails; ManifestError when the module of a plugin for TCP cannot be fetched
   */
  async prepare(sources: readonly ModuleSource[], signal?: AbortSignal): Promise<string[]> {
    const paths: string[] = [];
    const fetches = sources.flatMap((source) => (source.kind === "remote" ? [this.remote.path(source, signal)] : []));
    const fetched = (await Promise.all(fetches))[Symbol.iterator]();
    for (const source of sources) {
      if (source.kind === "project") paths.push(await this.build(source.folder, signal));
      else if (source.kind === "remote") paths.push(fetched.next().value!);
      else if (source.kind === "file") paths.push(this.copies.copy(source.path));
      else paths.push(this.copies.add(substituteModule(source.failOpen)));
    }
    return paths;
  }

  /** Ends the builds and the compilers. */
  stop(): void {
    for (const { controller } of this.builds.values()) controller.abort();
    for (const builder of this.builders.values()) builder.close();
  }

  private forgetOne(folder: string): void {
    this.current.delete(folder);
    this.builds.get(folder)?.controller.abort();
    this.builds.delete(folder);
  }

  private async build(folder: string, signal?: AbortSignal): Promise<string> {
    const built = this.current.get(folder);
    if (built !== undefined) return built;
    let build = this.builds.get(folder);
    if (!build) {
      const controller = new AbortController();
      build = { controller, result: this.compile(folder, controller.signal) };
      this.builds.set(folder, build);
      const forget = () => {
        if (this.builds.get(folder) === build) this.builds.delete(folder);
      };
      build.result.then(forget, forget);
    }
    return orAborted(build.result, signal);
  }

  private async compile(folder: string, signal: AbortSignal): Promise<string> {
    this.events.building(folder);
    let builder = this.builders.get(folder);
    if (!builder) this.builders.set(folder, (builder = new Builder(folder)));
    const result = await builder.build({ debug: true, signal });
    signal.throwIfAborted();
    this.sources.set(folder, result.sources);
    if (!result.ok) throw new BuildError(folder, result);
    const path = this.copies.copy(result.wasm);
    this.current.set(folder, path);
    this.events.built(folder, result);
    return path;
  }

  /**
   * The files and folders that a project is built from: its settings, the folders of its entries, and files elsewhere
   * that the last build has read. Installed packages do not count.
   */
  private inputsOf(folder: string): string[] {
    const config = join(folder, "asconfig.json");
    const own = [config, join(folder, "package.json"), ...entryFolders(config).map((one) => resolve(folder, one))];
    const read = this.sources.get(folder) ?? [];
    const outside = read.filter((path) => !path.includes(`${sep}node_modules${sep}`) && !contains(own, path));
    return [...own, ...outside];
  }
}

/** The result of a promise. Rejects with the reason of the signal when the signal is aborted before. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const aborted = new AbortController();
  try {
    return await Promise.race([
      promise,
      once(signal, "abort", aborted).then(() => Promise.reject(signal.reason as Error)),
    ]);
  } finally {
    aborted.abort();
  }
}

/** Whether a file is one of some files, or is in one of some folders. */
function contains(paths: readonly string[], file: string): boolean {
  return paths.some((path) => file === path || file.startsWith(path + sep));
}

/** A project does not compile. */
export class BuildError extends Error {
  override readonly name = "BuildError";

  constructor(
    readonly folder: string,
    readonly result: BuildFailure,
  ) {
    super(`${folder}: the build failed`);
  }
}

function entryFolders(config: string): string[] {
  try {
    const { entries } = JSON.parse(readFileSync(config, "utf8")) as { entries?: unknown };
    const names = Array.isArray(entries) ? entries.map(String) : [];
    return names.length > 0 ? [...new Set(names.map(dirname))] : ["assembly"];
  } catch {
    // The build reports a broken asconfig.json.
    return ["assembly"];
  }
}
