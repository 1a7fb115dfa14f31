import type { Import } from "../../wasm-file/binary.js";

/** What an instance is given besides host calls. */
export interface Provided {
  imports: WebAssembly.Imports;
  /** Its memory, where it brings none of its own. */
  memory?: WebAssembly.Memory;
}

/** Makes the memory and the table that a module imports: as large as it wants, and empty. */
export function provide(imports: readonly Import[]): Provided {
  const provided: Provided = { imports: {} };
  for (const { module, name, kind, limits, element = "anyfunc" } of imports) {
    if (limits === undefined) continue;
    const made = kind === "memory" ? new WebAssembly.Memory(limits) : new WebAssembly.Table({ ...limits, element });
    if (made instanceof WebAssembly.Memory) provided.memory = made;
    (provided.imports[module] ??= {})[name] = made;
  }
  return provided;
}
