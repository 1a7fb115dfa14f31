import type { Resource } from "../../manifest/resource.js";
import type { Command } from "../command.js";
import { UsageError } from "../usage-error.js";

const TARGETS = ["istio", "higress"];
const FORMATS = ["yaml", "json"];

/** `as-proxy-wasm manifest convert`: converts WasmPlugins between Higress and Istio. */
export const convert: Command = {
  usage: "manifest convert -f FILE [--to istio|higress] [-o yaml|json]",
  about: "converts WasmPlugins between Higress and Istio",
  help: `Prints the WasmPlugin of Istio that Higress's controller makes of a WasmPlugin of Higress, or the other way round.
Prints nothing for a plugin of which the controller makes nothing: its default configuration is disabled, and no rule
is left. The exit code is 1 for a plugin that the controller rejects. Other kinds are passed over.

  -f, --file FILE       a manifest, a folder with manifests, or - for standard input; may be repeated
  --to istio|higress    the API to convert to; by default the one that the manifests do not use
  -o, --output FORMAT   yaml, the default, or json

Examples:
  npx as-proxy-wasm manifest convert -f wasmplugin.yaml
  kubectl get wasmplugins.extensions.higress.io -A -o yaml | npx as-proxy-wasm manifest convert -f - --to istio -o json`,
  options: {
    file: { type: "string", short: "f", multiple: true },
    to: { type: "string" },
    output: { type: "string", short: "o", default: "yaml" },
  },
  values: { file: "file", to: TARGETS, output: FORMATS },

  async run(positionals, values) {
    const files = values["file"] as string[] | undefined;
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"; name manifests with -f`);
    if (!files) throw new UsageError("name a manifest with -f");
    const to = choice("--to", values["to"] as string | undefined, TARGETS);
    const format = choice("--output", values["output"] as string, FORMATS);

    const { readFiles } = await import("./read-files.js");
    const { convertPlugins } = await import("./convert-plugins.js");
    const { checkUnique } = await import("../../manifest/check-unique.js");
    const resources = readFiles(files);
    checkUnique(resources);
    const { converted, notes } = convertPlugins(resources, to);
    for (const note of notes) console.error(`as-proxy-wasm manifest convert: ${note}`);
    if (converted.length > 0) console.log(format === "json" ? json(converted) : await yaml(converted));
  },
};

function choice(option: string, value: string | undefined, known: readonly string[]): string | undefined {
  if (value === undefined || known.includes(value)) return value;
  throw new UsageError(`${option} ${value}: expected ${known.join(" or ")}`);
}

/** Several resources become a list, as with kubectl. */
function json(resources: readonly Resource[]): string {
  const objects = resources.map(({ object }) => object);
  return JSON.stringify(
    objects.length === 1 ? objects[0] : { apiVersion: "v1", kind: "List", items: objects },
    null,
    2,
  );
}

async function yaml(resources: readonly Resource[]): Promise<string> {
  const { writeYaml } = await import("../../manifest/yaml/write-yaml.js");
  return resources
    .map(({ object }) => writeYaml(object))
    .join("---\n")
    .trimEnd();
}
