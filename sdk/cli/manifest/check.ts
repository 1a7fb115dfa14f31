import { checkTogether } from "../../manifest/check/check-together.js";
import { isCheckable, problemsOf } from "../../manifest/check/problems-of.js";
import { ManifestError } from "../../manifest/manifest-error.js";
import { readResources } from "../../manifest/read-resources.js";
import type { Resource } from "../../manifest/resource.js";
import type { Command } from "../command.js";
import { UsageError } from "../usage-error.js";
import { checkPlugin } from "./check-plugin.js";
import { manifestFiles, type ManifestFile } from "./manifest-files.js";
import { findModule, pluginsOf } from "./plugin-module.js";
import { Report } from "./report.js";

/** `as-proxy-wasm manifest check`: what is wrong with the WasmPlugins of manifests. */
export const checkManifests: Command = {
  usage: "manifest check [-f FILE|DIR]… [--wasm FILE] [--plugin NAME]",
  about: "checks WasmPlugins of Higress and Istio, and runs the plugin's parser on their configurations",
  help: `Checks WasmPlugins as the cluster does: the schema and the rules of their CRD, and what the controllers and the gateway
reject, ignore or overwrite later. Then gives each configuration, and each rule alone, to the plugin itself.

  -f FILE|DIR    a manifest in YAML or JSON, a folder with manifests, or - for the standard input; may be repeated;
                 by default the files of this folder whose names begin with "wasmplugin"
  --wasm FILE    the module; by default build/debug.wasm or build/plugin.wasm, in this folder or next to the manifest
  --plugin NAME  the WasmPlugin that the module is for, if the manifests have several; by default the WasmPlugin with the
                 name of the project
  --help         print this text

The exit code is 1 if there is an error, and 0 if there are only warnings.

Examples:
  npx as-proxy-wasm manifest check
  npx as-proxy-wasm manifest check -f deploy/ --wasm build/plugin.wasm
  helm template . | npx as-proxy-wasm manifest check -f -`,
  options: {
    file: { type: "string", short: "f", multiple: true },
    wasm: { type: "string" },
    plugin: { type: "string" },
  },

  async run(positionals, values) {
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"; name manifests with -f`);
    const files = manifestFiles((values["file"] ?? []) as string[]);
    const report = new Report();
    const resources = files.flatMap((file) => read(file, report));
    for (const resource of resources) report.add(resource, problemsOf(resource));
    for (const { resource, problem } of checkTogether(resources)) report.add(resource, [problem]);
    const notes = runParsers(resources.filter(isCheckable), report, values as { wasm?: string; plugin?: string });
    report.print(files.map(({ path }) => path));
    for (const note of notes) console.log(note);
    const summary = report.summary(resources);
    if (report.errors > 0) throw new Error(summary);
    console.log(summary);
  },
};

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
function runParsers(
  plugins: readonly Resource[],
  report: Report,
  options: { wasm?: string; plugin?: string },
): string[] {
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
