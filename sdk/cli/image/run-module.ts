import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkModule } from "../../build/check-module.js";
import { temporaryFolder } from "../../dev/temporary-folder.js";
import { assertModule, fetchModule, nameOf, shownUrl } from "../../oci/index.js";
import { startProgress } from "../../terminal/index.js";
import type { CommandLine } from "../command-line.js";
import { readOptions, type GatewayOptions, type OPTIONS } from "../gateway-options.js";
import { interruptible } from "../interruption.js";
import { fetchOptionsOf } from "./fetch-options.js";
import { referenceOf } from "./push-plugin.js";

/**
 * Serves the module of an image, a file or a URL until Ctrl-C.
 *
 * @returns the exit code
 * @throws UsageError for a wrong option, OciError when there is no module
 */
export async function runModule(name: string, values: Readonly<Record<string, unknown>>): Promise<number> {
  const folder = temporaryFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  try {
    let options: GatewayOptions | undefined;
    const code = await interruptible(async (signal) => {
      options = optionsOf(await moduleFile(name, folder, values, signal), values);
      return 0;
    });
    if (!options) return code;
    const { serve } = await import("../gateway-run.js");
    return await serve(options);
  } finally {
    remove();
    process.off("exit", remove);
  }
}

async function moduleFile(
  name: string,
  folder: string,
  values: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string> {
  const isUrl = /^https?:\/\//i.test(name);
  if (!isUrl && existsSync(name) && statSync(name).isFile()) {
    assertModule(readFileSync(name), name);
    return name;
  }
  const reference = isUrl ? undefined : referenceOf(name);
  const url = reference ? `oci://${name.replace(/^oci:\/\//i, "")}` : name;
  const shown = reference ? nameOf(reference) : shownUrl(name);
  const end = startProgress(`pulling ${shown}`);
  const options = fetchOptionsOf(values, signal);
  const { bytes, digest } = await fetchModule({ url, imagePullPolicy: "Always" }, options).finally(end);
  console.log(digest === undefined ? shown : `${shown}@${digest}`);
  const path = join(folder, "plugin.wasm");
  writeFileSync(path, bytes);
  return path;
}

/** The options of `gateway` for a module. */
function optionsOf(wasm: string, values: Readonly<Record<string, unknown>>): GatewayOptions {
  const facts = checkModule(readFileSync(wasm));
  const needsHigress = typeof facts !== "string" && facts.needsHigress.length > 0;
  const host = values["host"] ?? (needsHigress && values["engine"] !== "envoy" ? "higress" : "envoy");
  return readOptions({ positionals: [], values: { ...values, wasm, host } } as unknown as CommandLine<typeof OPTIONS>);
}
