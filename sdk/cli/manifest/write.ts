import { existsSync, writeFileSync } from "node:fs";
import { exampleYaml } from "../../envoy/example.js";
import { pathText } from "../../manifest/path-text.js";
import { problemsOf } from "../../manifest/check/problems-of.js";
import { readResources } from "../../manifest/read-resources.js";
import { higressManifest, istioManifest, type PluginManifest } from "../../manifest/write-manifest.js";
import { unknownWord } from "../../options/unknown-option.js";
import { UsageError } from "../usage-error.js";
import { readConfiguration } from "./configuration.js";
import { readProject } from "./project.js";

const GATEWAYS = ["higress", "istio", "envoy"] as const;

/**
 * Writes the manifest of the plugin in the current folder to a file, or to the standard output.
 *
 * @param options the options of `as-proxy-wasm manifest`
 * @throws UsageError that names the option, or package.json, and what was expected
 */
export function writeManifest(options: Settings & { output?: string; force?: boolean }): void {
  const text = manifestOf(options);
  if (options.output === undefined) process.stdout.write(text);
  else save(options.output, text, options.force === true);
}

/** The options that say what the manifest contains. */
interface Settings {
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
  if (gateway !== "higress" && gateway !== "istio")
    throw new UsageError(`--for: ${unknownWord("gateway", gateway, GATEWAYS)}`);
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
