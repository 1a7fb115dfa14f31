import binaryen from "assemblyscript/binaryen";

const PAGE = '(memory (export "memory") 1)';

/** A module from WebAssembly's text, with a memory and an allocator that gives 4096 on, unless it has others. */
export function wat(
  body: string,
  { marker = "proxy_abi_version_0_2_1", allocator = "malloc", memory = PAGE } = {},
): Uint8Array {
  const module = binaryen.parseText(`(module ${body}
    ${memory}
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
