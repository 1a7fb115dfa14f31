import { existsSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { checkModule } from "./check-module.js";
import type { Schemas } from "./compile.js";
import { Compiler } from "./compiler.js";
import { buildError, type Diagnostic } from "./diagnostic.js";
import { readProject, targetsOf, type Project } from "./project.js";
import { writeFiles } from "./write-files.js";

export interface BuildOptions {
  /** Builds the target "debug" of asconfig.json, with function names and a source map, instead of "release". */
  debug?: boolean;
  /** Another target of asconfig.json. */
  target?: string;
  /** Ends the compiler's process. The build then rejects with the reason of the signal. */
  signal?: AbortSignal;
}

/** What a build has made, or why it made nothing. */
export type BuildResult = BuildSuccess | BuildFailure;

export interface BuildSuccess {
  ok: true;
  /** The path of the module. */
  wasm: string;
  /** The path of the source map; undefined if the target has none. */
  map?: string;
  bytes: number;
  gzipBytes: number;
  /** The size of the module that was there before; undefined for the first build. */
  previousBytes?: number;
  /** The host calls that the module imports, such as "env.proxy_log". */
  imports: string[];
  /** Why only Higress loads the module, such as "proxy_redis_call"; empty if Istio and Envoy load it too. */
  needsHigress: string[];
  warnings: Diagnostic[];
  /** The schemas of the plugin's configuration; undefined if the configuration is no class that is marked with @config. */
  schemas?: Schemas;
  /** What transforms have printed. */
  notes: string;
  /** The paths of all files that the compiler has read. */
  sources: string[];
  ms: number;
}

export interface BuildFailure {
  ok: false;
  /** At least one error, and warnings. */
  diagnostics: Diagnostic[];
  notes: string;
  sources: string[];
  ms: number;
}

/**
 * Builds a plugin with the assemblyscript of its project and its asconfig.json, and checks that gateways load the module
 * and that it has a hook. A failed build leaves the previous files as they are.
 *
 * @param folder the folder of the plugin, which has an asconfig.json
 * @throws the reason of the signal when it is aborted
 * @example
 * const result = await buildPlugin("my-plugin", { debug: true });
 * if (result.ok) console.log(result.wasm, result.bytes);
 * else console.log(result.diagnostics);
 */
export async function buildPlugin(folder: string, options: BuildOptions = {}): Promise<BuildResult> {
  const builder = new Builder(folder);
  try {
    return await builder.build(options);
  } finally {
    builder.close();
  }
}

/**
 * Builds a plugin again and again: like `buildPlugin`, but keeps the compiler's process, so that later builds take a
 * fraction of the first. `close` ends the process.
 *
 * @example
 * const builder = new Builder("my-plugin");
 * const first = await builder.build({ debug: true });
 * const second = await builder.build({ debug: true });
 * builder.close();
 */
export class Builder {
  readonly folder: string;
  private compiler: Compiler | undefined;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  /** Builds the plugin. Builds at the same time wait for each other. */
  async build(options: BuildOptions = {}): Promise<BuildResult> {
    const started = performance.now();
    const ms = () => performance.now() - started;
    const project = readProject(this.folder);
    if ("severity" in project) return { ok: false, diagnostics: [project], notes: "", sources: [], ms: ms() };
    const target = options.target ?? (options.debug ? "debug" : "release");
    try {
      const { ok, ...result } = await this.run(project, target, options.signal);
      return { ok, ...result, ms: ms() } as BuildResult;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      const diagnostics = [buildError((error as Error).message)];
      return { ok: false, diagnostics, notes: "", sources: [], ms: ms() };
    }
  }

  /** Ends the compiler's process. */
  close(): void {
    this.compiler?.close();
    this.compiler = undefined;
  }

  private async run(project: Project, target: string, signal?: AbortSignal): Promise<WithoutTime> {
    if (this.compiler?.ascFile !== project.ascFile) this.close();
    this.compiler ??= new Compiler(this.folder, project.ascFile);
    const { diagnostics, failure, files, notes, outFile, schemas, sources } = await this.compiler.compile(
      target,
      signal,
    );
    const fail = (...more: string[]) => {
      const all = [...diagnostics, ...more.map((message) => buildError(message))];
      return { ok: false, diagnostics: all, notes, sources } as const;
    };
    const isReported = diagnostics.some(({ severity }) => severity === "error");
    if (failure !== undefined) return isReported ? fail() : fail(failure);
    if (outFile === undefined) return fail(noTarget(this.folder, target));
    const wasm = files.find(({ path }) => path === outFile)?.content;
    if (!(wasm instanceof Uint8Array)) return fail(`asc wrote no module to ${outFile}`);
    const facts = checkModule(wasm);
    if (typeof facts === "string") return fail(facts);

    const previous = statSync(outFile, { throwIfNoEntry: false })?.size;
    writeFiles([...files, ...schemaFiles(dirname(outFile), schemas)]);
    if (schemas === undefined) for (const name of SCHEMA_FILES) rmSync(join(dirname(outFile), name), { force: true });
    const map = files.find(({ path }) => path === `${outFile}.map`)?.path;
    return {
      ...{ ok: true, wasm: outFile, bytes: wasm.length, gzipBytes: gzipSync(wasm, { level: 9 }).length },
      ...(map === undefined ? {} : { map }),
      ...(previous === undefined ? {} : { previousBytes: previous }),
      ...(schemas === undefined ? {} : { schemas }),
      ...{ ...facts, warnings: diagnostics, notes, sources },
    };
  }
}

/** The files with the schemas, beside the module. */
const SCHEMA_FILES = ["plugin.schema.json", "wasmplugin.schema.json"];

function schemaFiles(folder: string, schemas: Schemas | undefined): { path: string; content: string }[] {
  const texts = schemas === undefined ? [] : [schemas.plugin, schemas.wasmPlugin];
  return texts.map((content, i) => ({ path: join(folder, SCHEMA_FILES[i]!), content }));
}

type WithoutTime = Omit<BuildSuccess, "ms"> | Omit<BuildFailure, "ms">;

function noTarget(folder: string, target: string): string {
  const file = join(folder, "asconfig.json");
  const names = existsSync(file) ? targetsOf(folder) : [];
  const example = `"${target}": { "outFile": "build/${target === "release" ? "plugin" : target}.wasm" }`;
  const known = names.includes(target) ? `its target "${target}" has no "outFile"` : `it has no target "${target}"`;
  return `asconfig.json does not say where the module goes: ${known}; write ${example} into its "targets"`;
}
