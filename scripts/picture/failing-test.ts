import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";

/**
 * Builds the plugin of a folder for debugging, runs the folder's failing tests with vitest, and returns what vitest
 * prints about the failures, in colour.
 *
 * @param folder holds an asconfig.json and the tests
 * @param config vitest's configuration, unless the folder has one
 */
export function failuresOf(folder: string, config?: string): string {
  const require = createRequire(import.meta.url);
  const packageFile = (name: string, file: string) => join(dirname(require.resolve(`${name}/package.json`)), file);
  const asc = [packageFile("assemblyscript", "bin/asc.js"), "--target", "debug"];
  const built = spawnSync(process.execPath, asc, { cwd: folder, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  const vitest = [packageFile("vitest", "vitest.mjs"), "run", ...(config === undefined ? [] : ["--config", config])];
  // As from a shell: without the settings of a vitest that may run this.
  const inherited = Object.entries(process.env).filter(([key]) => !/^(NO_COLOR|FORCE_|VITEST|CI$)/.test(key));
  const env = { ...Object.fromEntries(inherited), FORCE_COLOR: "1" };
  const root = ["--root", folder];
  const { stderr } = spawnSync(process.execPath, [...vitest, ...root], { cwd: folder, env, encoding: "utf8" });
  return stderr;
}

/** The folder of the test that the README's picture shows. */
export const PICTURED = join(packageRoot(), "scripts", "picture", "project");

/** The picture, from the root of the repository. */
export const PICTURE = "docs/failing-test.svg";

/** The part of vitest's output that the picture shows: from the name of the test to the lines of its source. */
export function pictured(output: string): string[] {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line.includes(" FAIL "));
  const last = lines.findLastIndex((line) => line.includes("[1/1]"));
  if (first < 0 || last < 0) throw new Error(`vitest reports no failure:\n${output}`);
  const shown = lines.slice(first, last);
  while (plain(shown.at(-1)!).trim() === "") shown.pop();
  return shown;
}

/** A text without colours. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character begins a colour
  return text.replace(/\x1b\[[\d;]*m/g, "");
}
