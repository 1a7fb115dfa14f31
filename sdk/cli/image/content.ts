import { existsSync, readFileSync } from "node:fs";
import { checkModule } from "../../build/check-module.js";
import { annotationsOf, assertModule, HUB_FILES, imageOf, LAYOUTS, OciError, type Image } from "../../oci/index.js";
import { oneOf } from "../option-values.js";
import { UsageError } from "../usage-error.js";

/**
 * Makes the image that the options describe.
 *
 * @returns the image, and the bytes of its module
 * @throws UsageError that names the option or the file, OciError for a file that is no module
 */
export async function readImage(
  values: Readonly<Record<string, unknown>>,
): Promise<{ image: Image; module: Buffer; wasm: string }> {
  const wasm = String(values["wasm"]);
  const layout = oneOf("--layout", String(values["layout"]), LAYOUTS);
  const module = readModule(wasm);
  const own = values["annotate"] === true ? await annotationsOf(".") : {};
  const given = ((values["annotation"] as string[] | undefined) ?? []).map(annotationOf);
  const image = imageOf({
    ...{ layout, module, annotations: { ...own, ...Object.fromEntries(given) }, hasIndex: values["index"] === true },
    ...(layout === "hub" ? { files: hubFiles() } : {}),
  });
  return { image, module, wasm };
}

function readModule(wasm: string): Buffer {
  if (!existsSync(wasm)) throw new UsageError(`${wasm} does not exist; npx as-proxy-wasm build builds the plugin`);
  let module: Buffer;
  try {
    module = readFileSync(wasm);
  } catch (error) {
    throw new UsageError(`--wasm ${wasm}: ${(error as Error).message}`);
  }
  assertModule(module, wasm);
  if (!WebAssembly.validate(module as Uint8Array<ArrayBuffer>))
    throw new OciError(`${wasm} is damaged: no gateway can load it`);
  const facts = checkModule(module);
  if (typeof facts === "string") console.error(`warning: ${wasm}: ${facts}`);
  return module;
}

function annotationOf(text: string): [key: string, value: string] {
  const [, key, value] = /^([\w./-]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw new UsageError(`--annotation ${text}: expected KEY=TEXT`);
  return [key, value!];
}

function hubFiles(): Map<string, Buffer> {
  const files = new Map(
    Object.keys(HUB_FILES)
      .filter((name) => existsSync(name))
      .map((name) => [name, readFileSync(name)]),
  );
  const missing = ["spec.yaml", "README.md"].filter((name) => !files.has(name));
  if (missing.length > 0) throw new UsageError(`--layout hub: this folder has no ${missing.join(" and no ")}`);
  return files;
}
