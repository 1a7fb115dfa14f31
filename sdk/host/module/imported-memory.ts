import type { Import, Limits } from "../../wasm-file/binary.js";
import { MOST_PAGES } from "../../wasm-file/memory-limit.js";

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
    const made =
      kind === "memory" ? new WebAssembly.Memory(limited(limits)) : new WebAssembly.Table({ ...limits, element });
    if (made instanceof WebAssembly.Memory) imported.memory = made;
    (imported.imports[module] ??= {})[name] = made;
  }
  return imported;
}

/** As in Envoy, memory grows up to 1 GiB. See `limitMemory` for memory that the module itself has. */
function limited({ initial, maximum = MOST_PAGES, ...more }: Limits): Limits {
  return { initial, maximum: Math.max(Math.min(maximum, MOST_PAGES), initial), ...more };
}
