import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../sdk/envoy/index.js";
import type { Compilers } from "./compilers.js";

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
 * @returns what asc has printed
 * @throws Error with what asc has printed, if asc fails
 */
export function buildExample(compilers: Compilers, name: string, build: Build): Promise<string> {
  const options = build === "functions" ? ["--config", "asconfig.functions.json"] : ["--target", build];
  return compilers.run(join(FOLDER, name), options);
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
