// Builds every example: release, debug, and functions where an example has them.
import { statSync } from "node:fs";
import { Compilers } from "./compilers.js";
import { buildExample, builtFile, buildsOf, examples } from "./examples.js";

const compilers = new Compilers();
try {
  await Promise.all(
    examples().map(async (name) => {
      const outputs = await Promise.all(buildsOf(name).map((build) => buildExample(compilers, name, build)));
      process.stderr.write(outputs.join(""));
      console.log(`examples/${name}/build/plugin.wasm: ${statSync(builtFile(name, "release")).size} bytes`);
    }),
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  compilers.close();
}
