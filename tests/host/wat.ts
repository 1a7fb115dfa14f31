import binaryen from "assemblyscript/binaryen";

const PAGE = '(memory (export "memory") 1)';

/** Where the allocator of `wat` begins. */
export const HEAP = 4096;

/** A module from WebAssembly's text, with a memory and an allocator that gives 4096 on, unless it has others. */
export function wat(
  body: string,
  { marker = "proxy_abi_version_0_2_1", allocator = "malloc", memory = PAGE } = {},
): Uint8Array {
  const markers = marker === "" ? "" : `(func (export "${marker}"))`;
  return assemble(`(module ${body} ${memory} ${allocatorText(allocator, HEAP)} ${markers})`);
}

/** An allocator that never frees; none without a name. */
export function allocatorText(name: string, heap: number): string {
  if (name === "") return "";
  return `(global $next (mut i32) (i32.const ${heap}))
    (func (export "${name}") (param i32) (result i32)
      (global.set $next (i32.add (global.get $next) (local.get 0)))
      (i32.sub (global.get $next) (local.get 0)))`;
}

/** The bytes of a module's text, with the names of functions, which traps tell. */
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
