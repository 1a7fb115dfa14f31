import binaryen from "assemblyscript/binaryen";

/** The exported global that counts. */
const COUNTER = "work_counter";
/** The function that Binaryen calls at each function entry, return and iteration. */
const LOGGER = "log_execution";
/** The functions that Binaryen makes of instructions which work on many bytes. */
const [COPY, FILL] = ["__memory_copy", "__memory_fill"];
/** So many bytes that are copied or filled count as one iteration: 2 to the power of this. */
const BYTES = 4;

const { BulkMemory, BulkMemoryOpt, MutableGlobals, SignExt, NontrappingFPToInt } = binaryen.Features;
/** The features that asc enables. Binaryen's functions for memory.copy are only made without others. */
const FEATURES = BulkMemory | BulkMemoryOpt | MutableGlobals | SignExt | NontrappingFPToInt;

/**
 * Makes a module count its work: entries of functions, their returns, iterations of loops, and each 16 bytes that
 * `memory.copy` and `memory.fill` write. The count is the same each time, on any machine, so a test can show with it that
 * work grows in proportion to the input. It says nothing about speed: benchmarks measure that.
 *
 * Work of the host does not count, nor does the cost of `memory.grow`.
 */
export function countsWork(binary: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(binary);
  try {
    module.setFeatures(FEATURES);
    const { i32, i64, global, local, memory } = module;
    module.addGlobal(COUNTER, binaryen.i64, true, i64.const(0n));
    module.addGlobalExport(COUNTER, COUNTER);
    const count = (work: number) => global.set(COUNTER, i64.add(global.get(COUNTER, binaryen.i64), work));
    const redefine = (name: string, parameters: number, body: () => number) => {
      if (module.getFunction(name) === 0) return;
      module.removeFunction(name);
      const types = binaryen.createType(Array<number>(parameters).fill(binaryen.i32));
      module.addFunction(name, types, binaryen.none, [], body());
    };
    const parameter = (index: number) => local.get(index, binaryen.i32);
    const countBytes = () => count(i64.extend_u(i32.shr_u(parameter(2), i32.const(BYTES))));

    // Calls a function for each memory.copy and memory.fill. Binaryen's function would have a loop over the bytes.
    module.runPasses(["llvm-memory-copy-fill-lowering"]);
    module.setFeatures(FEATURES);
    redefine(COPY, 3, () => module.block(null, [countBytes(), memory.copy(parameter(0), parameter(1), parameter(2))]));
    redefine(FILL, 3, () => module.block(null, [countBytes(), memory.fill(parameter(0), parameter(1), parameter(2))]));
    module.runPasses(["log-execution"]);
    redefine(LOGGER, 1, () => count(i64.const(1n)));
    module.runPasses(["inlining"]);
    if (!module.validate()) throw new Error("the module that counts is not valid");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** The work that an instance of such a module has done until now. */
export function workOf({ [COUNTER]: counter }: WebAssembly.Exports): number {
  if (!(counter instanceof WebAssembly.Global)) throw new Error("the module does not count its work");
  return Number(counter.value);
}
