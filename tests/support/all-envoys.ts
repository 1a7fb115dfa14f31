import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describeEnvoy, ENVOY_VERSION, installEnvoy, packageRoot } from "../../sdk/envoy/index.js";

// npm run test:envoys [-- arguments for vitest]: runs the tests on every supported version of Envoy, the oldest first.
const VERSIONS = ["1.36.4", "1.38.2", "1.39.3", "1.40.0"];

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const failed: string[] = [];
for (const version of VERSIONS) {
  try {
    const envoy = await installEnvoy({ version, say: (line) => console.log(line) });
    console.log(`\n== ${describeEnvoy(envoy)}`);
    if ((await run(envoy.path, version)) !== 0) failed.push(version);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    failed.push(version);
  }
}
console.log(failed.length > 0 ? `failed with Envoy ${failed.join(", ")}` : `passed with Envoy ${VERSIONS.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function run(envoy: string, version: string): Promise<number | null> {
  const given = process.argv.slice(2);
  const args = given.length > 0 ? given : ["sdk/envoy", "tests"];
  // The Node host behaves as ENVOY_VERSION does: the differential tests compare with that version only.
  const skipped = version === ENVOY_VERSION ? [] : ["--exclude", "tests/differential/**"];
  const child = spawn(process.execPath, [vitest, "run", ...args, ...skipped], {
    cwd: packageRoot(),
    stdio: "inherit",
    env: { ...process.env, ENVOY_PATH: envoy, ALL_ENVOYS: "1" },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
