import { ModuleReader } from "./module-reader.js";

/** A function of a module: the range of its code in bytes, and its name if the module has names. */
export interface FunctionRange {
  from: number;
  to: number;
  name: string | undefined;
}

/**
 * The functions of a module in order, without imported ones.
 *
 * @throws Error when the bytes are not a WebAssembly module
 * @example
 * const all = functionsOf(readFileSync("build/debug.wasm"));
 * all.find(({ from, to }) => from <= 0x3ca && 0x3ca < to)?.name; // "assembly/index/onRequestHeaders"
 */
export function functionsOf(bytes: Uint8Array): FunctionRange[] {
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) throw new Error("not a WebAssembly module");
  const compiled = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const imported = WebAssembly.Module.imports(compiled).filter(({ kind }) => kind === "function").length;
  const names = namesOf(WebAssembly.Module.customSections(compiled, "name")[0]);
  const reader = new ModuleReader(bytes);
  for (const { id } of reader.sections()) {
    if (id === CODE) return codeOf(reader).map(([from, to], i) => ({ from, to, name: names.get(imported + i) }));
  }
  return [];
}

/** The function whose code contains a position of the module. */
export function functionAt(functions: readonly FunctionRange[], offset: number): FunctionRange | undefined {
  return functions.find(({ from, to }) => from <= offset && offset < to);
}

const CODE = 10;
const FUNCTION_NAMES = 1;

function codeOf(reader: ModuleReader): [from: number, to: number][] {
  return Array.from({ length: reader.integer() }, () => {
    const size = reader.integer();
    const from = reader.at;
    reader.at += size;
    return [from, reader.at];
  });
}

function namesOf(section: ArrayBuffer | undefined): Map<number, string> {
  const names = new Map<number, string>();
  if (!section) return names;
  const reader = new ModuleReader(new Uint8Array(section), 0);
  for (const { id } of reader.sections()) {
    if (id === FUNCTION_NAMES) reader.list(() => names.set(reader.integer(), reader.name()));
  }
  return names;
}
