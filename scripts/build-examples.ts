// Builds every example: release, debug, and functions where an example has them.
import { statSync } from "node:fs";
import { buildExample, builtFile, buildsOf, examples } from "./examples.js";

for (const name of examples()) {
  for (const build of buildsOf(name)) {
    try {
      buildExample(name, build);
    } catch (error) {
      console.error((error as Error).message);
      process.exit(1);
    }
  }
  console.log(`examples/${name}/build/plugin.wasm: ${statSync(builtFile(name, "release")).size} bytes`);
}
