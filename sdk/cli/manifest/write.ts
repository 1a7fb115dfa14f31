import { existsSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { exampleYaml } from "../../envoy/example.js";
import { pathText } from "../../manifest/path-text.js";
import { problemsOf } from "../../manifest/check/problems-of.js";
import { readResources } from "../../manifest/read-resources.js";
import { PHASES } from "../../manifest/wasm-plugin.js";
import { higressManifest, istioManifest, type PluginManifest } from "../../manifest/write-manifest.js";
import { unknownWord } from "../../options/unknown-option.js";
import { nameOf } from "../../oci/reference.js";
import { lastPush } from "../image/pushed.js";
import { UsageError } from "../usage-error.js";
import { readConfiguration } from "./configuration.js";
import { consoleSpec, hasSchema, WASM_PLUGIN_SCHEMA, type ConsoleSettings } from "./console.js";
import { readProject } from "./project.js";

/** The module that `build` writes. */
const MODULE = "build/plugin.wasm";
const GATEWAYS = ["higress", "istio", "envoy", "console"] as const;

/**
 * Writes the manifest of the plugin in the current folder to a file, or to the standard output.
 *
 * @param options the options of `as-proxy-wasm manifest`
 * @throws UsageError that names the option, or package.json, and what was expected
 */
export async function writeManifest(options: Settings & { output?: string; force?: boolean }): Promise<void> {
  const text = options.for === "console" ? await consoleSpec(consoleSettings(options)) : manifestOf(options);
  if (options.output === undefined) process.stdout.write(text);
  else save(options.output, schemaComment(options) + text, options.force === true);
}

/** The comment by which editors find the schema of the resource. */
function schemaComment({ for: gateway = "higress", output = "" }: Settings & { output?: string }): string {
  if (!hasSchema() || (gateway !== "higress" && gateway !== "istio")) return "";
  const path = relative(dirname(resolve(output)), resolve(WASM_PLUGIN_SCHEMA)).replaceAll("\\", "/");
  return `# yaml-language-server: $schema=${path}\n`;
}

function consoleSettings({ image, phase, priority, config, namespace }: Settings): ConsoleSettings {
  const wrong = config !== undefined ? "config" : namespace !== undefined ? "namespace" : undefined;
  if (wrong !== undefined) throw new UsageError(`--${wrong} is not for console`);
  if (phase !== undefined && !PHASES.some((known) => known === phase))
    throw new UsageError(`--phase: ${unknownWord("phase", phase, PHASES)}`);
  return {
    priority: priority === undefined ? 100 : priorityOf(priority),
    image: imageUrl(image, readProject(".")).replace("oci://", ""),
    ...(phase === undefined ? {} : { phase }),
  };
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
    return exampleYaml({ name: project.name, wasm: MODULE, configuration });
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

/** The image with its digest, if it was pushed; otherwise with its tag. */
function imageUrl(image: string | undefined, { name, version }: ReturnType<typeof readProject>): string {
  const last = lastPush(MODULE);
  if (image !== undefined) {
    const url = image.includes("://") ? image : `oci://${image}`;
    const isPushed = last?.pushed.tags.some((tag) => url === `oci://${nameOf(last.reference)}:${tag}`);
    return last && isPushed && !last.isOld ? `oci://${last.pushed.image}` : url;
  }
  if (last && !last.isOld) return `oci://${last.pushed.image}`;
  if (last)
    console.error(`warning: ${MODULE} has changed since it was pushed; push it again for a manifest with its digest`);
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
