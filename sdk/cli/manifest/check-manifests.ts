import { checkTogether } from "../../manifest/check/check-together.js";
import { isCheckable, problemsOf } from "../../manifest/check/problems-of.js";
import { ManifestError } from "../../manifest/manifest-error.js";
import { readResources } from "../../manifest/read-resources.js";
import type { Resource } from "../../manifest/resource.js";
import { checkPlugin } from "./check-plugin.js";
import { filesToCheck, type ManifestFile } from "./files-to-check.js";
import { findModule, pluginsOf } from "./plugin-module.js";
import { Report } from "./report.js";

/** Which module is checked with which WasmPlugin. */
interface CheckOptions {
  wasm?: string;
  plugin?: string;
}

/**
 * Checks manifests and the configurations in them, and prints a line per problem and a summary.
 *
 * @param paths the values of `-f`
 * @returns the exit code: 1 if there is an error
 * @throws Error for a path or an option that is wrong
 */
export function checkManifests(paths: readonly string[], options: CheckOptions): number {
  const files = filesToCheck(paths);
  const report = new Report();
  const resources = files.flatMap((file) => read(file, report));
  for (const resource of resources) report.add(resource, problemsOf(resource));
  for (const { resource, problem } of checkTogether(resources)) report.add(resource, [problem]);
  const notes = runParsers(resources.filter(isCheckable), report, options);
  report.print(files.map(({ path }) => path));
  for (const note of notes) console.log(note);
  console.log(report.summary(resources));
  return report.errors > 0 ? 1 : 0;
}

function read(file: ManifestFile, report: Report): Resource[] {
  let text = "";
  try {
    text = file.text();
    return readResources(text, file.path);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    // A folder of a plugin has package.json and envoy.yaml, too.
    if (!file.isFound || /^[\s{"-]*apiVersion"?\s*:/m.test(text)) report.fail(error.position, error.reason);
    return [];
  }
}

/**
 * Gives the configurations of WasmPlugins to the module.
 *
 * @returns a line for each WasmPlugin whose configuration no module has seen
 */
function runParsers(plugins: readonly Resource[], report: Report, options: CheckOptions): string[] {
  const files = plugins.map(({ position }) => position.file);
  const module = findModule(options.wasm, files);
  if (module === undefined) {
    const hint = "there is no build/debug.wasm; build the module with npx as-proxy-wasm build --debug";
    return plugins.length === 0 ? [] : [`note: configurations not checked: ${hint}`];
  }
  const own = pluginsOf(module, plugins, options.plugin);
  for (const resource of own) {
    report.add(resource, checkPlugin({ resource, problems: report.problemsOf(resource) }, module));
  }
  const others = plugins.filter((one) => !own.includes(one));
  return [...new Set(others.map(({ name }) => name))].map(
    (name) => `note: configuration of ${name} not checked: ${module} is another plugin; see --plugin and --wasm`,
  );
}
