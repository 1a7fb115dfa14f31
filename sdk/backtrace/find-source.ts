import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const SDK = "as-proxy-wasm-sdk";

/**
 * Finds a source file of a source map. asc writes paths relative to the folder it ran in, and `~lib/…` for libraries.
 *
 * @param wasm the path of the module; its folder and the folders above are searched
 * @returns an absolute path; undefined when the file does not exist
 * @example
 * findSource("assembly/index.ts", "/my-plugin/build/debug.wasm"); // "/my-plugin/assembly/index.ts"
 */
export function findSource(source: string, wasm: string): string | undefined {
  const library = /^~lib\/(.*)$/.exec(source)?.[1];
  if (library !== undefined) return findInLibrary(library, wasm);
  for (let folder = dirname(resolve(wasm)); ; folder = dirname(folder)) {
    const path = resolve(folder, source);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Finds a file of a package or of AssemblyScript's standard library. */
function findInLibrary(file: string, wasm: string): string | undefined {
  const require = createRequire(resolve(wasm));
  const inPackage = (name: string, ...rest: string[]) => {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), ...rest);
      return existsSync(path) ? path : undefined;
    } catch {
      return undefined;
    }
  };
  const [name, ...rest] = file.split("/") as [string, ...string[]];
  if (name === SDK) return inPackage(SDK, ...rest);
  return inPackage("assemblyscript", "std", "assembly", file) ?? inPackage(name, ...rest);
}
