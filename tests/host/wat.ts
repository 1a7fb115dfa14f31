import binaryen from "assemblyscript/binaryen";

/** A module from WebAssembly's text, with a memory and an allocator that gives 4096 on. */
export function wat(body: string, { marker = "proxy_abi_version_0_2_1", allocator = "malloc" } = {}): Uint8Array {
  const module = binaryen.parseText(`(module ${body}
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    ${marker === "" ? "" : `(func (export "${marker}"))`}
    ${
      allocator === ""
        ? ""
        : `(func (export "${allocator}") (param i32) (result i32)
      (global.set $next (i32.add (global.get $next) (local.get 0)))
      (i32.sub (global.get $next) (local.get 0)))`
    }
  )`);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
