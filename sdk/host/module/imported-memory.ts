import type { Import } from "../../wasm-file/binary.js";

/** The memory and the tables that the host makes for an instance whose module imports them. */
export interface ImportedMemory {
  imports: WebAssembly.Imports;
  /** Undefined if the module has its own memory. */
  memory?: WebAssembly.Memory;
}

/** Makes the memory and the tables that a module imports, empty and as large as the module wants. */
export function createImportedMemory(imports: readonly Import[]): ImportedMemory {
  const imported: ImportedMemory = { imports: {} };
  for (const { module, name, kind, limits, element = "anyfunc" } of imports) {
    if (limits === undefined) continue;
    const made = kind === "memory" ? new WebAssembly.Memory(limits) : new WebAssembly.Table({ ...limits, element });
    if (made instanceof WebAssembly.Memory) imported.memory = made;
    (imported.imports[module] ??= {})[name] = made;
  }
  return imported;
}
