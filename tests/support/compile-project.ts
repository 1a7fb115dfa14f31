import asc from "assemblyscript/asc";
import type { PluginProject } from "./plugin-project.js";

/**
 * Compiles the plugin of a project in this process, and writes no file.
 *
 * This function is not in plugin-project.ts, because the types of asc change the global types of the tests in sdk/.
 *
 * @param flags more flags of asc, such as `["--target", "release"]`
 * @param name the name of the plugin in errors
 * @throws Error with the output of asc if the plugin does not compile
 */
export async function compileProject(
  { folder }: PluginProject,
  flags: readonly string[],
  name = "plugin",
): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const options = ["--baseDir", folder, "--config", "asconfig.json", "--outFile", "out.wasm", ...flags];
  const { error, stderr } = await asc.main(["assembly/index.ts", ...options], {
    writeFile: (_file, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
  });
  if (error || binary === undefined) throw new Error(`${name}: ${stderr.toString()}`);
  return binary;
}
