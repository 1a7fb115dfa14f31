// Measures 1,000 tests that use the test kit, in a project of their own, from the start of vitest to its end.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../sdk/envoy/index.js";
import { Compilers } from "../scripts/compilers.js";
import { buildExample, builtFile } from "../scripts/examples.js";

const FILES = 10;
const TESTS = 100;
/** The most milliseconds that all tests may take, on two cores. */
const LIMIT_MS = 10_000;
const RUNS = 3;

/** Each test starts the plugin, sends a request, and makes two assertions about the response. */
const test = (i: number) => `
test("request ${i}", async () => {
  const plugin = await startPlugin({ config: { content: "hello ${i}" } });
  const response = await plugin.fetch("/${i}");
  expect(response.status).toBe(200);
  expect(response).toBeLocalReply({ body: "hello ${i}" });
});
`;

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-bench-"));
try {
  await prepare();
  const runs = Array.from({ length: RUNS }, measure);
  for (const { ms, cpu } of runs) {
    console.log(
      `${FILES * TESTS} tests in ${FILES} files: ${(ms / 1000).toFixed(2)} s, ${cpu.toFixed(1)} s of CPU time`,
    );
  }
  const best = Math.min(...runs.map(({ ms }) => ms));
  // A loaded machine makes the time longer.
  console.log(`load of the machine during the runs: ${loadavg()[0]!.toFixed(1)}`);
  console.log(
    `best of ${RUNS}: ${(best / 1000).toFixed(2)} s, of at most ${LIMIT_MS / 1000} s (${cpus().length} cores)`,
  );
  if (best > LIMIT_MS) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Writes a project like a plugin author's, with the package as npm packs it. */
async function prepare(): Promise<void> {
  run("npm", ["run", "--silent", "build:sdk"], root);
  const compilers = new Compilers();
  await buildExample(compilers, "mock-response", "debug").finally(() => compilers.close());
  const installed = join(folder, "node_modules", "as-proxy-wasm-sdk");
  mkdirSync(installed, { recursive: true });
  for (const file of ["dist", "package.json"]) run("cp", ["-r", join(root, file), installed], root);
  for (const name of ["vitest", "vite"]) symlinkSync(moduleFolder(name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  mkdirSync(join(folder, "build"));
  const wasm = builtFile("mock-response", "debug");
  for (const end of ["", ".map"]) copyFileSync(`${wasm}${end}`, join(folder, "build", `debug.wasm${end}`));
  const head = 'import { startPlugin } from "as-proxy-wasm-sdk/testing";\nimport { expect, test } from "vitest";\n';
  for (let file = 0; file < FILES; file++) {
    const tests = Array.from({ length: TESTS }, (_, i) => test(file * TESTS + i));
    writeFileSync(join(folder, `plugin-${file}.test.ts`), head + tests.join(""));
  }
}

function moduleFolder(name: string): string {
  return dirname(createRequire(join(root, "package.json")).resolve(`${name}/package.json`));
}

function measure(): { ms: number; cpu: number } {
  const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
  const start = performance.now();
  const output = run("sh", ["-c", '"$0" "$@" && times', process.execPath, vitest, "run"], folder);
  const ms = performance.now() - start;
  if (!new RegExp(`${FILES * TESTS} passed`).test(output)) throw new Error(`not all tests passed:\n${output}`);
  // The last line is the CPU time of the shell's children, as user and as system: "0m7.25s 0m1.10s".
  const used = [
    ...output
      .trim()
      .split("\n")
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ];
  return { ms, cpu: used.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0) };
}

/** @throws Error when the command fails */
function run(command: string, args: string[], cwd: string): string {
  const env = { ...process.env, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
