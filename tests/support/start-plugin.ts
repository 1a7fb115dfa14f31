import asc from "assemblyscript/asc";
import type { PluginProject } from "./plugin-project.js";

/**
 * Builds a plugin, and starts the module with host calls that do nothing. Returns the module's exports.
 *
 * This function is not in plugin-project.ts, because the types of asc change the global types of the tests in sdk/.
 */
export async function startPlugin({ folder }: PluginProject, target: string): Promise<WebAssembly.Exports> {
  let binary: Uint8Array | undefined;
  const flags = ["--baseDir", folder, "--config", "asconfig.json", "--target", target, "--outFile", "out.wasm"];
  const { error, stderr } = await asc.main(["assembly/index.ts", ...flags], {
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm") && typeof contents !== "string") binary = contents;
    },
  });
  if (error) throw new Error(stderr.toString());
  const module = await WebAssembly.compile(binary as BufferSource);
  const env = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]));
  return (await WebAssembly.instantiate(module, { env, wasi_snapshot_preview1: env })).exports;
}
