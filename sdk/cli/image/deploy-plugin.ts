import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { withObject } from "../../manifest/index.js";
import type { Resource } from "../../manifest/resource.js";
import { writeYaml } from "../../manifest/yaml/write-yaml.js";
import { isJsonObject } from "../../spec/json.js";
import { pluginsOf } from "../manifest/plugin-module.js";
import { readFiles } from "../manifest/read-files.js";
import { manifestOf } from "../manifest/write.js";
import { UsageError } from "../usage-error.js";
import { lastPush } from "./pushed.js";

interface Settings {
  file?: string;
  plugin?: string;
  wasm: string;
  context?: string;
  "dry-run"?: boolean;
  for?: string;
  config?: string;
}

/**
 * Applies the WasmPlugin of the pushed image to a cluster.
 *
 * @returns the exit code: that of kubectl, 1 without kubectl
 * @throws UsageError when nothing was pushed, or the manifest has no WasmPlugin of the project
 */
export async function deployPlugin(values: Readonly<Record<string, unknown>>): Promise<number> {
  const settings = values as unknown as Settings;
  const image = pushedImage(settings.wasm);
  const text = deployedManifest(settings, `oci://${image}`);
  if (settings["dry-run"] === true) {
    process.stdout.write(text);
    return 0;
  }
  const context = settings.context === undefined ? [] : ["--context", settings.context];
  const code = await kubectl([...context, "apply", "--server-side", "--field-manager=as-proxy-wasm", "-f", "-"], text);
  if (code !== undefined) return code;
  console.error("kubectl is not on PATH, so nothing was applied. The manifest:");
  process.stdout.write(text);
  return 1;
}

function pushedImage(wasm: string): string {
  const last = lastPush(wasm);
  if (!last) throw new UsageError(`${wasm} was not pushed; run: npx as-proxy-wasm push REGISTRY/REPOSITORY:TAG`);
  if (last.isOld) throw new UsageError(`${wasm} has changed since it was pushed; push it again`);
  return last.pushed.image;
}

function deployedManifest(settings: Settings, url: string): string {
  const { file = "wasmplugin.yaml", plugin, wasm } = settings;
  if (settings.file === undefined && !existsSync(file)) {
    const { for: gateway, config } = settings;
    if (gateway === "envoy") throw new UsageError("--for envoy: expected higress or istio");
    return manifestOf({
      ...{ image: url },
      ...(gateway === undefined ? {} : { for: gateway }),
      ...(config === undefined ? {} : { config }),
    });
  }
  for (const name of ["for", "config"] as const)
    if (settings[name] !== undefined) throw new UsageError(`--${name}: ${file} says that already`);
  const all = readFiles([file]).filter(({ kind }) => kind === "WasmPlugin");
  const own = pluginsOf(wasm, all, plugin);
  if (own.length === 0)
    throw new UsageError(`${file} has no WasmPlugin of this project; name the WasmPlugin with --plugin`);
  return own.map((resource) => writeYaml(withUrl(resource, url))).join("---\n");
}

/** The resource with the image's address. A checksum of another image goes. */
function withUrl(resource: Resource, url: string): Resource["object"] {
  const { spec } = resource.object;
  const { sha256, ...others } = isJsonObject(spec) ? spec : {};
  void sha256;
  return withObject(resource, { ...resource.object, spec: { ...others, url } }).object;
}

/** Runs kubectl with a manifest. Returns undefined when kubectl is not installed. */
function kubectl(args: readonly string[], input: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn("kubectl", args, { stdio: ["pipe", "inherit", "inherit"] });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve(undefined);
      else reject(error);
    });
    child.once("close", (code) => resolve(code ?? 1));
    child.stdin.on("error", () => {}); // kubectl may end without reading.
    child.stdin.end(input);
  });
}
