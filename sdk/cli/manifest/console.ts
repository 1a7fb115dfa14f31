import { existsSync } from "node:fs";
import { buildPlugin } from "../../build/index.js";
import { writeYaml } from "../../manifest/yaml/write-yaml.js";
import type { JsonObject } from "../../spec/json.js";
import { UsageError } from "../usage-error.js";
import { readProject } from "./project.js";

/** The options that say what the file contains. */
export interface ConsoleSettings {
  /** Without a scheme. */
  image: string;
  phase?: string;
  priority: number;
}

/**
 * The text of a `spec.yaml`, from which Higress's console draws the form for the configuration of the plugin in the current
 * folder. The command builds the plugin, because the schema comes from the class that is marked with `@config`.
 *
 * @throws UsageError when the plugin does not build, or has no such class
 */
export async function consoleSpec({ image, phase = "UNSPECIFIED_PHASE", priority }: ConsoleSettings): Promise<string> {
  const { name, version = "0.0.0", description } = readProject(".");
  const result = await buildPlugin(".");
  if (!result.ok) throw new UsageError(`the plugin does not build: ${result.diagnostics[0]?.message}`);
  if (result.schemas === undefined) {
    throw new UsageError("--for console needs a configuration class: mark the class that SetCtx names with @config");
  }
  const { configSchema, routeConfigSchema } = JSON.parse(result.schemas.console) as Record<string, JsonObject>;
  return writeYaml({
    apiVersion: "1.0.0",
    info: {
      gatewayMinVersion: "",
      type: "oss",
      category: "custom",
      name,
      image,
      title: name,
      ...(description === undefined ? {} : { description }),
      version,
    },
    spec: {
      phase: phase === "UNSPECIFIED_PHASE" ? "default" : phase,
      priority,
      configSchema: { openAPIV3Schema: configSchema! },
      routeConfigSchema: { openAPIV3Schema: routeConfigSchema! },
    },
  });
}

/** The file with the schema of a WasmPlugin resource, if the plugin has been built. */
export const WASM_PLUGIN_SCHEMA = "build/wasmplugin.schema.json";

/** Whether the plugin in the current folder has a schema. */
export const hasSchema = () => existsSync(WASM_PLUGIN_SCHEMA);
