import { existsSync, writeFileSync } from "node:fs";
import { exampleYaml } from "../../envoy/example.js";
import { pathText } from "../../manifest/check/problem.js";
import { problemsOf } from "../../manifest/check/problems-of.js";
import { readResources } from "../../manifest/read-resources.js";
import { higressManifest, istioManifest, type PluginManifest } from "../../manifest/write-manifest.js";
import type { Command } from "../command.js";
import { unknownName } from "../../options/unknown-option.js";
import { UsageError } from "../usage-error.js";
import { readConfiguration } from "./configuration.js";
import { readProject } from "./project.js";

const GATEWAYS = ["higress", "istio", "envoy"] as const;

/** `as-proxy-wasm manifest`: writes the manifest of the plugin in this folder. */
export const writeManifest: Command = {
  usage: "manifest [--for higress|istio|envoy] [-o FILE]",
  about: "writes the manifest of the plugin: a WasmPlugin for Higress or Istio, or an envoy.yaml",
  help: `Writes a manifest with name and version of package.json. A WasmPlugin names the image of the plugin; an envoy.yaml is a
whole configuration, which runs build/plugin.wasm with envoy -c envoy.yaml.

  --for GATEWAY        higress, istio or envoy; higress by default
  --output, -o FILE    the file; by default the manifest is printed
  --force              replaces the file if it exists
  --config FILE|JSON   the plugin's configuration, as JSON or as a file with JSON or YAML; {} by default
  --image ADDRESS      the image; oci://registry.example.com/NAME:VERSION by default. Not for envoy
  --namespace NAME     higress-system or istio-system by default. Not for envoy
  --phase PHASE        AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, which is the default. Not for envoy
  --priority NUMBER    100 by default. Not for envoy
  --help               print this text

Examples:
  npx as-proxy-wasm manifest -o wasmplugin.yaml
  npx as-proxy-wasm manifest --for istio --image ghcr.io/me/auth:1.0.0 --phase AUTHN --config config.yaml
  npx as-proxy-wasm manifest --for envoy -o envoy.yaml`,
  options: {
    for: { type: "string" },
    output: { type: "string", short: "o" },
    force: { type: "boolean" },
    config: { type: "string" },
    image: { type: "string" },
    namespace: { type: "string" },
    phase: { type: "string" },
    priority: { type: "string" },
  },

  run(positionals, values) {
    if (positionals.length > 0) throw new UsageError(unknownName("command", positionals[0]!, ["check", "convert"]));
    const { output, force, ...settings } = values as Settings & { output?: string; force?: boolean };
    const text = manifestOf(settings);
    if (output === undefined) process.stdout.write(text);
    else save(output, text, force === true);
    return Promise.resolve();
  },
};

/** The options that say what the manifest contains. */
export interface Settings {
  for?: string;
  config?: string;
  image?: string;
  namespace?: string;
  phase?: string;
  priority?: string;
}

/**
 * The text of a manifest.
 *
 * @throws UsageError that names the option, or package.json, and what was expected
 */
export function manifestOf(settings: Settings): string {
  const { for: gateway = "higress" } = settings;
  const configuration = settings.config === undefined ? {} : readConfiguration(settings.config);
  const project = readProject(".");
  if (gateway === "envoy") {
    const wrong = (["image", "namespace", "phase", "priority"] as const).find((name) => settings[name] !== undefined);
    if (wrong !== undefined) throw new UsageError(`--${wrong} is for higress and istio, not for envoy`);
    return exampleYaml({ name: project.name, wasm: "build/plugin.wasm", configuration });
  }
  if (gateway !== "higress" && gateway !== "istio") throw new UsageError(`--for: ${unknownName("gateway", gateway, GATEWAYS)}`);
  const manifest: PluginManifest = {
    name: project.name,
    namespace: settings.namespace ?? `${gateway}-system`,
    url: imageUrl(settings.image, project),
    phase: settings.phase ?? "UNSPECIFIED_PHASE",
    priority: settings.priority === undefined ? 100 : priorityOf(settings.priority),
    configuration,
  };
  const text = gateway === "higress" ? higressManifest(manifest) : istioManifest(manifest);
  check(text);
  return text;
}

function imageUrl(image: string | undefined, { name, version }: ReturnType<typeof readProject>): string {
  if (image !== undefined) return image.includes("://") ? image : `oci://${image}`;
  if (version !== undefined) return `oci://registry.example.com/${name}:${version.replaceAll("+", "-")}`;
  throw new UsageError(
    "package.json has no version for the tag of the image; add the version, or name the image with --image",
  );
}

function priorityOf(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(`--priority ${text}: expected an integer`);
}

/** The option that each field comes from. */
const SOURCES: Readonly<Record<string, string>> = {
  "metadata.name": "name in package.json",
  "metadata.namespace": "--namespace",
  "spec.url": "--image",
  "spec.phase": "--phase",
  "spec.priority": "--priority",
};

/** Checks the manifest, with messages about the options. */
function check(text: string): void {
  for (const { severity, path, message } of readResources(text, "manifest").flatMap(problemsOf)) {
    const field = pathText(path);
    const line = `${SOURCES[field] ?? field}: ${message}`;
    if (severity === "error") throw new UsageError(line);
    console.error(`warning: ${line}`);
  }
}

function save(file: string, text: string, force: boolean): void {
  if (existsSync(file) && !force) throw new UsageError(`-o ${file}: the file exists; --force replaces it`);
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`-o ${file}: ${(error as Error).message}`);
  }
  console.error(`wrote ${file}`);
}
