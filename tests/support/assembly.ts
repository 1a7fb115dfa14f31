import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { countsWork, workOf } from "./work.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENTRY = "inline-test.ts";
/** Corrects asc's standard library, as the SDK's transform does for plugins. */
const FIXES = "./tests/support/std-fixes-transform.js";
// Class ids that AssemblyScript's runtime defines.
const ARRAY_BUFFER_ID = 1;
const STRING_ID = 2;

type Pointer = number;
type Argument = string | Uint8Array | number | bigint | boolean;
type Exported = (...args: (number | bigint)[]) => number | bigint | undefined;

interface Runtime {
  memory: WebAssembly.Memory;
  __new(size: number, id: number): Pointer;
  __pin(pointer: Pointer): Pointer;
  __unpin(pointer: Pointer): void;
  __collect(): void;
}

/** Implements a host call. */
export type HostFunction = (guest: Instance, ...args: number[]) => number;

/** An instance of a compiled source. Arguments and return values of its functions are converted. */
export class Instance {
  readonly #runtime: Runtime;

  constructor(readonly exports: WebAssembly.Exports) {
    this.#runtime = exports as unknown as Runtime;
  }

  /** Calls a function that returns a number or a boolean. It gets strings as `string` and bytes as `ArrayBuffer`. */
  number(name: string, ...args: Argument[]): number {
    return Number(this.#run(name, args));
  }

  /** Calls a function that returns an i64. */
  bigint(name: string, ...args: Argument[]): bigint {
    return BigInt(this.#run(name, args) ?? 0);
  }

  /** Calls a function that returns a string. */
  string(name: string, ...args: Argument[]): string {
    return this.liftString(Number(this.#run(name, args)));
  }

  /** Calls a function that returns an ArrayBuffer. */
  bytes(name: string, ...args: Argument[]): Uint8Array {
    return this.#lift(Number(this.#run(name, args)));
  }

  /** The work that is done while a function runs, of an instance of `compileCounting`. */
  work(run: () => void): number {
    const before = workOf(this.exports);
    run();
    return workOf(this.exports) - before;
  }

  /** Runs the garbage collector. It does not run during a call. */
  collect(): void {
    this.#runtime.__collect();
  }

  /** Copies an argument to the guest, for calls that do not copy. It stays there. Returns its address. */
  keep(value: string | Uint8Array): Pointer {
    return this.#lower(value);
  }

  /** The UTF-8 text at an address. */
  text(address: Pointer, size: number): string {
    return Buffer.from(this.#runtime.memory.buffer, address, size).toString("utf8");
  }

  /** The bytes at an address. */
  read(address: Pointer, size: number): Buffer {
    return Buffer.from(Buffer.from(this.#runtime.memory.buffer, address, size));
  }

  /** Passes a text or bytes to the guest as a host does: stores them, then their address and size in the given slots. */
  hand(content: string | Uint8Array, addressSlot: Pointer, sizeSlot: Pointer): void {
    const bytes = Buffer.from(content as string);
    const address = this.#runtime.__new(bytes.length, ARRAY_BUFFER_ID);
    new Uint8Array(this.#runtime.memory.buffer, address, bytes.length).set(bytes);
    const view = new DataView(this.#runtime.memory.buffer);
    view.setUint32(addressSlot, address, true);
    view.setUint32(sizeSlot, bytes.length, true);
  }

  /** Stores an u64 at an address, as a host does. Returns 0, the status of success. */
  storeU64(address: Pointer, value: bigint): number {
    new DataView(this.#runtime.memory.buffer).setBigUint64(address, value, true);
    return 0;
  }

  liftString(pointer: Pointer): string {
    return Buffer.from(this.#lift(pointer)).toString("utf16le");
  }

  #run(name: string, args: Argument[]): number | bigint | undefined {
    const run = this.exports[name];
    if (typeof run !== "function") throw new Error(`the source exports no function ${name}`);
    const pinned: Pointer[] = [];
    const lowered = args.map((arg) => {
      if (typeof arg === "number" || typeof arg === "bigint") return arg;
      if (typeof arg === "boolean") return Number(arg);
      const pointer = this.#lower(arg);
      pinned.push(pointer);
      return pointer;
    });
    const result = (run as Exported)(...lowered);
    for (const pointer of pinned) this.#runtime.__unpin(pointer);
    return result;
  }

  #lower(value: string | Uint8Array): Pointer {
    const runtime = this.#runtime;
    const bytes = typeof value === "string" ? Buffer.from(value, "utf16le") : value;
    const id = typeof value === "string" ? STRING_ID : ARRAY_BUFFER_ID;
    const pointer = runtime.__pin(runtime.__new(bytes.byteLength, id));
    new Uint8Array(runtime.memory.buffer, pointer, bytes.byteLength).set(bytes);
    return pointer;
  }

  #lift(pointer: Pointer): Uint8Array {
    const { buffer } = this.#runtime.memory;
    // The runtime keeps the size in the four bytes before an object.
    const size = new DataView(buffer).getUint32(pointer - 4, true);
    return new Uint8Array(buffer.slice(pointer, pointer + size));
  }
}

/**
 * Compiles an AssemblyScript source.
 *
 * @param source Import paths are relative to the root of the repository: `import { Json } from "./assembly/json";`.
 * @param flags More flags for asc, such as `["-O3s"]`.
 * @throws with the output of asc if the source does not compile
 */
export async function compileToBinary(source: string, flags: string[] = []): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [ENTRY, "--runtime", "minimal", "--outFile", "out.wasm", "--baseDir", ROOT, "--transform", FIXES, ...flags],
    {
      readFile: (name) => {
        if (name === ENTRY) return source;
        // The asconfig.json in the root is for plugins: its transform would add the whole SDK.
        if (name.endsWith("asconfig.json")) return null;
        try {
          return readFileSync(isAbsolute(name) ? name : join(ROOT, name), "utf8");
        } catch {
          return null;
        }
      },
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => null,
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  if (binary === undefined) throw new Error("asc wrote nothing");
  return binary;
}

/**
 * Compiles and instantiates an AssemblyScript source. An abort in the source throws an Error with the abort's message,
 * a trap throws the error of the WebAssembly engine. Parameters as for `compileToBinary`.
 *
 * @param host implementations of host calls, by name; host calls without one throw
 *
 * @example
 * const wasm = await compileAssembly(`
 *   import { quote } from "./assembly/json";
 *   export function quoted(text: string): string { return quote(text); }
 * `);
 * wasm.string("quoted", "a"); // "a", with its quotes
 */
export async function compileAssembly(
  source: string,
  flags: string[] = ["-O1"],
  host: Record<string, HostFunction> = {},
): Promise<Instance> {
  return instantiate(await compileToBinary(source, ["--exportRuntime", ...flags]), host);
}

/**
 * As `compileAssembly`, for tests of how the work grows with the input: the instance counts what it does.
 *
 * @example
 * const wasm = await compileCounting(`export function join(count: i32): void { … }`);
 * const work = (count: number) => wasm.work(() => wasm.number("join", count));
 * expect(work(20_000)).toBeLessThan(11 * work(2_000));
 */
export async function compileCounting(source: string): Promise<Instance> {
  return instantiate(countsWork(await compileToBinary(source, ["--exportRuntime", "-O1"])), {});
}

async function instantiate(binary: Uint8Array, host: Record<string, HostFunction>): Promise<Instance> {
  const started: { running?: Instance } = {};
  const module = await WebAssembly.compile(binary as BufferSource);
  const imports: WebAssembly.ModuleImports = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    const call = host[name];
    imports[name] = (...args: (number | bigint)[]) => {
      if (!call || !started.running) throw new Error(`the host has no ${name} here`);
      return call(started.running, ...args.map(Number));
    };
  }
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: imports,
    env: {
      ...imports,
      abort(message: Pointer, file: Pointer, line: number, column: number): never {
        const text = (pointer: Pointer): string => (pointer ? (started.running?.liftString(pointer) ?? "?") : "?");
        throw new Error(`abort: ${text(message)} at ${text(file)}:${String(line)}:${String(column)}`);
      },
    },
  });
  started.running = new Instance(instance.exports);
  return started.running;
}
