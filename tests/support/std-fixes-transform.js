import { connectCollector, removeRuntime } from "../../transform/runtime.js";
import { fixStandardLibrary } from "../../transform/std-fixes.js";

/** A transform with nothing but the SDK's changes to asc's library. */
export default class {
  afterParse(/** @type {any} */ parser) {
    fixStandardLibrary(parser);
    const sources = /** @type {any[]} */ (parser.sources);
    if (sources.some((it) => it.normalizedPath === "assembly/runtime/collector.ts")) removeRuntime(parser);
  }

  afterInitialize(/** @type {any} */ program) {
    if (program.filesByName.has("assembly/runtime/collector")) connectCollector(program, "");
  }
}
