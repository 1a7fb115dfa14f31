import binaryen from "assemblyscript/binaryen";

const PAGE = '(memory (export "memory") 1)';

/** The first address that the allocator of `wat` returns. */
export const HEAP = 4096;

/** Assembles a module from WebAssembly text. By default adds a memory, and an allocator that starts at `HEAP`. */
export function wat(
  body: string,
  { marker = "proxy_abi_version_0_2_1", allocator = "malloc", memory = PAGE } = {},
): Uint8Array {
  const markers = marker === "" ? "" : `(func (export "${marker}"))`;
  return assemble(`(module ${body} ${memory} ${allocatorText(allocator, HEAP)} ${markers})`);
}

/** An allocator that never frees. An empty name gives no allocator. */
export function allocatorText(name: string, heap: number): string {
  if (name === "") return "";
  return `(global $next (mut i32) (i32.const ${heap}))
    (func (export "${name}") (param i32) (result i32)
      (global.set $next (i32.add (global.get $next) (local.get 0)))
      (i32.sub (global.get $next) (local.get 0)))`;
}

/** Assembles a module, with the names of its functions for the backtraces of traps. */
export function assemble(text: string): Uint8Array {
  binaryen.setDebugInfo(true);
  const module = binaryen.parseText(text);
  try {
    if (!module.validate()) throw new Error(text);
    return module.emitBinary();
  } finally {
    module.dispose();
    binaryen.setDebugInfo(false);
  }
}
