import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../sdk/envoy/index.js";

const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
const FOLDER = join(packageRoot(), "examples");

/** The builds of an example: the plugin, the plugin for tests and backtraces, and functions for unit tests. */
export type Build = "release" | "debug" | "functions";

const FILES: Readonly<Record<Build, string>> = {
  release: "build/plugin.wasm",
  debug: "build/debug.wasm",
  functions: "build/functions.js",
};

/** The names of all examples. */
export function examples(): string[] {
  return readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, "asconfig.json")));
}

/** The builds that an example has. */
export function buildsOf(name: string): Build[] {
  const hasFunctions = existsSync(join(FOLDER, name, "asconfig.functions.json"));
  return ["release", "debug", ...(hasFunctions ? (["functions"] as const) : [])];
}

/** The file that a build writes. */
export function builtFile(name: string, build: Build): string {
  return join(FOLDER, name, FILES[build]);
}

/**
 * Builds an example as its author would: asc in the example's folder.
 *
 * @throws Error when asc fails; asc has printed the reason to the terminal
 */
export function buildExample(name: string, build: Build): void {
  const options = build === "functions" ? ["--config", "asconfig.functions.json"] : ["--target", build];
  const { status } = spawnSync(process.execPath, [asc, ...options], { cwd: join(FOLDER, name), stdio: "inherit" });
  if (status !== 0) throw new Error(`examples/${name}: the ${build} build failed`);
}

/** Whether a build is newer than all files that it is made from. */
export function isFresh(name: string, build: Build): boolean {
  const built = statSync(builtFile(name, build), { throwIfNoEntry: false });
  const sdk = ["assembly", "transform", "index.ts", "asconfig.json"].map((path) => join(packageRoot(), path));
  const example = ["assembly", "asconfig.json", "asconfig.functions.json"].map((path) => join(FOLDER, name, path));
  return built !== undefined && newest([...sdk, ...example]) <= built.mtimeMs;
}

function newest(paths: readonly string[]): number {
  return Math.max(
    ...paths.map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) return 0;
      return found.isFile() ? found.mtimeMs : newest(["", ...readdirSync(path).map((name) => join(path, name))]);
    }),
  );
}
