// Builds every example, release and debug, as its author would: asc in the example's folder.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../sdk/envoy/index.js";

const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
const examples = join(packageRoot(), "examples");

for (const name of readdirSync(examples)) {
  const folder = join(examples, name);
  for (const target of ["release", "debug"]) {
    const { status } = spawnSync(process.execPath, [asc, "--target", target], { cwd: folder, stdio: "inherit" });
    if (status !== 0) {
      console.error(`examples/${name}: the ${target} build failed`);
      process.exit(1);
    }
  }
  console.log(`examples/${name}/build/plugin.wasm: ${statSync(join(folder, "build", "plugin.wasm")).size} bytes`);
}
