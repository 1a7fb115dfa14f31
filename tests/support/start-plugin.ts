import { compileProject } from "./compile-project.js";
import type { PluginProject } from "./plugin-project.js";

/** Builds a plugin, and starts the module with host calls that do nothing. Returns the module's exports. */
export async function startPlugin(project: PluginProject, target: string): Promise<WebAssembly.Exports> {
  const binary = await compileProject(project, ["--target", target]);
  const module = await WebAssembly.compile(binary as BufferSource);
  const env = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]));
  return (await WebAssembly.instantiate(module, { env, wasi_snapshot_preview1: env })).exports;
}
