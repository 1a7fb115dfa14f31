import { ABI_MARKERS, supportsAbi, type AbiVersion, type HostKind } from "../abi.js";
import { entities, type Import } from "../../wasm-file/binary.js";
import { allocatorOf, callbacksOf, preparersOf, startersOf, type Starter } from "./callbacks.js";
import { PluginLoadError } from "./errors.js";
import { addLoopChecks, type CheckedModule } from "../../wasm-file/loop-checks.js";
import { limitMemory } from "../../wasm-file/memory-limit.js";
import { importsOf, type HostFunction } from "../imports/index.js";
import { createImportedMemory, type ImportedMemory } from "./imported-memory.js";

export interface ModuleOptions {
  /** The name of the module in errors and traps; "plugin" by default. */
  name?: string;
  /** "envoy" by default. */
  host?: HostKind;
  /** The text of the source map, which gives traps files and lines. */
  sourceMap?: string;
  /** Loops of the module check `Services.callLimit`. */
  loopChecks?: boolean;
}

/**
 * A plugin's module. `load` checks it as Envoy does: it is WebAssembly and has the marker of an ABI version that the
 * host supports, all its imports exist in that version, and imports and callbacks have the right types.
 *
 * @throws PluginLoadError that names the problem
 * @example
 * const module = PluginModule.load(readFileSync("build/plugin.wasm"));
 * module.abi; // "0.2.1"
 */
export class PluginModule {
  private constructor(
    readonly compiled: WebAssembly.Module,
    readonly bytes: Uint8Array,
    /** The host that the module runs on. */
    readonly host: HostKind,
    readonly abi: AbiVersion,
    readonly name: string,
    /** The host calls that the module imports. */
    readonly imports: readonly { module: string; name: string; run: HostFunction }[],
    /** The names of exported functions. */
    readonly exports: ReadonlySet<string>,
    /** Makes the memory and the tables that an instance imports. */
    readonly createImportedMemory: () => ImportedMemory,
    /** The name of the exported memory; undefined if the module imports its memory. */
    readonly memory: string | undefined,
    readonly sourceMap: string | undefined,
    /** The position in `bytes` of a position in the compiled module. */
    readonly original: (at: number) => number,
    /** The compiled module has the checks of `addLoopChecks`. */
    readonly hasLoopChecks: boolean,
  ) {}

  static load(bytes: Uint8Array, options: ModuleOptions = {}): PluginModule {
    const { name = "plugin", host = "envoy" } = options;
    const { bytes: limited, shift } = limitMemory(bytes);
    const plain = compile(limited, name);
    const { imports, exports } = entities(bytes);
    const checked = options.loopChecks ? loopChecks(limited, imports) : undefined;
    const compiled = checked ? compile(checked.bytes, name) : plain;
    const original = (at: number) => (checked?.original(at) ?? at) - shift;
    const functions = new Map(exports.filter(({ kind }) => kind === "function").map((one) => [one.name, one.type!]));
    const abi = findAbi([...functions.keys()], host, name);
    const known = importsOf(host, abi);
    const found = imports.flatMap((one) => resolve(one, known, abi, name));
    const memory = exports.find(({ kind }) => kind === "memory")?.name;
    if (memory === undefined && !imports.some(({ kind }) => kind === "memory")) {
      throw new PluginLoadError(`${name} has no memory that the host can access: it must export or import one`);
    }
    const wanted = { ...callbacksOf(host, abi), ...preparersOf(host, functions) };
    for (const [callback, type] of Object.entries(wanted)) {
      const has = functions.get(callback);
      if (has === undefined || has === type) continue;
      throw new PluginLoadError(
        `bad function signature for ${callback} in ${name}: want ${signature(type)}, got ${signature(has)}`,
      );
    }
    if (!functions.has(allocatorOf(functions))) {
      throw new PluginLoadError(`${name} is missing a malloc function: malloc or proxy_on_memory_allocate`);
    }
    const createMemory = () => createImportedMemory(imports);
    const names = new Set(functions.keys());
    return new PluginModule(
      compiled,
      bytes,
      host,
      abi,
      name,
      found,
      names,
      createMemory,
      memory,
      options.sourceMap,
      original,
      checked !== undefined,
    );
  }

  /** The export that allocates memory for the host. */
  get allocator(): string {
    return allocatorOf(this.exports);
  }

  /** The exports that start the module. */
  get starters(): readonly Starter[] {
    return startersOf(this.host, this.exports);
  }
}

function compile(bytes: Uint8Array, name: string): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new PluginLoadError(
      `${name} is not a WebAssembly module that this host can run: ${(error as Error).message}`,
    );
  }
}

/** A module with checks, if it can have them. */
function loopChecks(bytes: Uint8Array, imports: readonly Import[]): CheckedModule | undefined {
  const checked = addLoopChecks(bytes, imports);
  return checked && WebAssembly.validate(checked.bytes as Uint8Array<ArrayBuffer>) ? checked : undefined;
}

/** The version of the first marker, in the order of exports, that the host supports. */
function findAbi(exports: readonly string[], host: HostKind, name: string): AbiVersion {
  const marked = exports.filter((one): one is keyof typeof ABI_MARKERS => Object.hasOwn(ABI_MARKERS, one));
  const marker = marked.find((one) => supportsAbi(host, ABI_MARKERS[one]));
  if (marker !== undefined) return ABI_MARKERS[marker];
  const other = marked.length > 0 ? `: ${marked.join(", ")} is only supported by Higress` : "";
  throw new PluginLoadError(`${name} has a missing or unknown Proxy-Wasm ABI version${other}`);
}

/** The host call behind an import; none for a memory or a table, which the host makes for each instance. */
function resolve(one: Import, known: ReadonlyMap<string, ImportEntry>, abi: AbiVersion, name: string): Found[] {
  const label = `${one.module}.${one.name}`;
  if (one.kind === "memory" || one.kind === "table") return [];
  if (one.kind !== "function")
    throw new PluginLoadError(`${name} imports a ${one.kind}, ${label}: the host does not provide it`);
  const entry = known.get(label);
  if (!entry) {
    throw new PluginLoadError(`failed to load ${name} due to a missing import: ${label} (not in ABI ${abi})`);
  }
  if (entry.type === one.type) return [{ module: one.module, name: one.name, run: entry.run }];
  const types = `host has ${signature(entry.type)}, ${name} wants ${signature(one.type!)}`;
  throw new PluginLoadError(`failed to load ${name} due to an import type mismatch: ${label}: ${types}`);
}

type Found = PluginModule["imports"][number];

interface ImportEntry {
  type: string;
  run: HostFunction;
}

/** A type for messages: "iI>i" as "(i32, i64) -> i32". */
function signature(type: string): string {
  const names: Readonly<Record<string, string>> = { i: "i32", I: "i64", f: "f32", F: "f64", v: "v128" };
  const [parameters, results] = type.split(">").map((part) => [...part].map((one) => names[one] ?? one).join(", "));
  return `(${parameters}) -> ${results === "" ? "nothing" : results}`;
}
