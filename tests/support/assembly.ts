import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENTRY = "inline-test.ts";

type Pointer = number;

interface Runtime {
  memory: WebAssembly.Memory;
  __new(size: number, id: number): Pointer;
  __pin(pointer: Pointer): Pointer;
  __unpin(pointer: Pointer): void;
  __collect(): void;
}

const ARRAY_BUFFER_ID = 1;
const STRING_ID = 2;

/** A compiled source: its exported functions, and ways to get text and bytes in and out. */
export class Instance {
  readonly #runtime: Runtime;

  constructor(
    readonly exports: Record<string, (...args: (number | bigint)[]) => number>,
    /** The module's size in bytes. */
    readonly size: number,
  ) {
    this.#runtime = exports as unknown as Runtime;
  }

  /** Calls an exported function with strings, bytes (ArrayBuffer there), numbers; returns what it returns. */
  call(name: string, ...args: (string | Uint8Array | number | bigint | boolean)[]): number {
    const runtime = this.#runtime;
    const pinned: Pointer[] = [];
    const lowered = args.map((arg) => {
      if (typeof arg === "number" || typeof arg === "bigint") return arg;
      if (typeof arg === "boolean") return Number(arg);
      const units = typeof arg === "string" ? Buffer.from(arg, "utf16le") : arg;
      const id = typeof arg === "string" ? STRING_ID : ARRAY_BUFFER_ID;
      const pointer = runtime.__pin(runtime.__new(units.byteLength, id));
      new Uint8Array(runtime.memory.buffer, pointer, units.byteLength).set(units);
      pinned.push(pointer);
      return pointer;
    });
    const run = this.exports[name];
    if (run === undefined) throw new Error(`the source exports no ${name}`);
    const result = run(...lowered);
    for (const pointer of pinned) runtime.__unpin(pointer);
    return result;
  }

  /** As `call`, for a function that returns a string. */
  string(name: string, ...args: Parameters<Instance["call"]> extends [string, ...infer A] ? A : never): string {
    return this.liftString(this.call(name, ...args));
  }

  /** As `call`, for a function that returns an ArrayBuffer. */
  bytes(name: string, ...args: Parameters<Instance["call"]> extends [string, ...infer A] ? A : never): Uint8Array {
    return this.liftBytes(this.call(name, ...args));
  }

  liftString(pointer: Pointer): string {
    const bytes = this.liftBytes(pointer);
    return Buffer.from(bytes.buffer).toString("utf16le");
  }

  liftBytes(pointer: Pointer): Uint8Array {
    const { buffer } = this.#runtime.memory;
    // The runtime keeps the size in the four bytes before an object.
    const size = new DataView(buffer).getUint32(pointer - 4, true);
    return new Uint8Array(buffer.slice(pointer, pointer + size));
  }

  /** Frees what nothing refers to; only between calls. */
  collect(): void {
    this.#runtime.__collect();
  }
}

/** Compiles an AssemblyScript source to a module. Imports are written as from the root: `from "./assembly/json"`. */
export async function compileToBinary(source: string, flags: string[] = []): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [ENTRY, "--runtime", "minimal", "--outFile", "out.wasm", "--baseDir", ROOT, ...flags],
    {
      readFile: (name) => {
        if (name === ENTRY) return source;
        // The configuration in the root is for plugins: its transform would add the whole SDK.
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
 * Compiles an AssemblyScript source and starts it. Imports in it are written as from the root of the repository:
 * `import { Json } from "./assembly/json";`. A trap in it throws, an abort with its message.
 */
export async function compileAssembly(source: string, flags: string[] = ["-O1"]): Promise<Instance> {
  const binary = await compileToBinary(source, ["--exportRuntime", ...flags]);
  const running: { instance?: Instance } = {};
  const { instance } = await WebAssembly.instantiate(binary as BufferSource, {
    env: {
      abort(message: Pointer, file: Pointer, line: number, column: number): never {
        const text = (pointer: Pointer): string => (pointer ? (running.instance?.liftString(pointer) ?? "?") : "?");
        throw new Error(`abort: ${text(message)} at ${text(file)}:${String(line)}:${String(column)}`);
      },
    },
  });
  running.instance = new Instance(instance.exports as Instance["exports"], binary.byteLength);
  return running.instance;
}
