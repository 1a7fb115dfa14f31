import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import asc from "assemblyscript/asc";
import type { Schemas } from "../../sdk/build/compile.js";
import { Instance } from "../support/assembly.js";
import { countsWork } from "../support/work.js";
import { PluginProject } from "../support/plugin-project.js";

const SCHEMAS = Symbol.for("as-proxy-wasm-sdk/schemas");

const IMPORTS = `import { config, Json, JsonWriter, readConfig, SetCtx, ProcessRequestHeaders, Action, RulesInherit } from "as-proxy-wasm-sdk";`;
const REST = `
SetCtx<Config>("test", [ProcessRequestHeaders<Config>((ctx, config) => Action.Continue)]);
let made = new Config();
export function read(text: string): string {
  made = new Config();
  const error = readConfig<Config>(Json.parse(text), made);
  return error === null ? "" : error.message;
}
`;

/** A compiled plugin with configuration classes. */
export interface ConfigClassBuild {
  /**
   * Has the function `read`: reads a JSON text into a new Config and returns the message, or "". Counts its work, see
   * `Instance.work`.
   */
  wasm: Instance;
  schemas: Schemas;
  /** The module, without what counts. */
  binary: Uint8Array;
}

/** Makes the rules of the plugin inherit, in the code after the class. */
export const withRulesInherit = (rest: string) =>
  rest.replace("[ProcessRequestHeaders", "[RulesInherit<Config>(), ProcessRequestHeaders");

/**
 * Compiles a plugin whose configuration is the class `Config` of a source.
 *
 * @param source one or more classes; may export functions that use `made`, the Config that was read last
 * @param change changes the code after the classes
 * @throws Error with the output of asc
 */
export async function buildConfigClass(source: string, change = (rest: string) => rest): Promise<ConfigClassBuild> {
  const { output, schemas } = await compileConfigClass(source, change(REST));
  if (output.binary === undefined || schemas === undefined) throw new Error(output.text);
  const stub = () => 0;
  const imports = new Proxy({}, { get: () => stub });
  const module = await WebAssembly.compile(countsWork(output.binary) as BufferSource);
  const instance = await WebAssembly.instantiate(module, { env: imports, wasi_snapshot_preview1: imports } as never);
  (instance.exports["_initialize"] as () => void)();
  return { wasm: new Instance(instance.exports), schemas, binary: output.binary };
}

/** The output of asc for such a source. */
export async function compileConfigClass(source: string, rest = REST) {
  const project = new PluginProject({ "assembly/index.ts": `${IMPORTS}\n${source}\n${rest}` });
  const output: { binary?: Uint8Array; text: string } = { text: "" };
  let schemas: Schemas | undefined;
  Object.assign(globalThis, { [SCHEMAS]: (taken: Schemas) => void (schemas = taken) });
  const { error, stderr } = await asc.main(
    [
      "assembly/index.ts",
      "--config",
      "asconfig.json",
      "--target",
      "debug",
      "--exportRuntime",
      "--noColors",
      "--baseDir",
      project.folder,
    ],
    {
      readFile: (name, baseDir) => {
        try {
          return readFileSync(isAbsolute(name) ? name : join(baseDir, name), "utf8");
        } catch {
          return null;
        }
      },
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") output.binary = contents;
      },
      listFiles: () => null,
    },
  );
  output.text = `${stderr.toString()}${error?.message ?? ""}`;
  Reflect.deleteProperty(globalThis, SCHEMAS);
  project.remove();
  return { output, schemas };
}
