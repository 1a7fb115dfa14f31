import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Asc, AscConfig, AscDiagnostic } from "./asc.js";
import type { Diagnostic } from "./diagnostic.js";
import { Sources } from "./sources.js";

/** The result of one run of asc. Nothing is written. */
export interface Compiled {
  /** The file that the target of asconfig.json names; undefined if it names none. */
  outFile: string | undefined;
  /** The files that asc would write. The module comes last. */
  files: { path: string; content: Uint8Array | string }[];
  diagnostics: Diagnostic[];
  /** Why asc or a transform failed, apart from the diagnostics. */
  failure?: string;
  /** What asc and transforms have printed, apart from the diagnostics. */
  notes: string;
  /** The paths of all files that asc has read. */
  sources: string[];
  /** The schemas of the plugin's configuration; undefined if the configuration is no class that is marked with @config. */
  schemas?: Schemas;
}

/** JSON Schemas of a plugin's configuration, as texts. The SDK's transform writes them. */
export interface Schemas {
  plugin: string;
  /** The schema of a WasmPlugin resource, which refers to `plugin.schema.json`. */
  wasmPlugin: string;
  /** An object with `configSchema` and `routeConfigSchema` for Higress's console. */
  console: string;
}

/** The global variable whose function the SDK's transform calls with the schemas. */
const SCHEMAS = Symbol.for("as-proxy-wasm-sdk/schemas");

/**
 * Runs asc in the current folder, in this process.
 *
 * @param asc the compiler
 * @param target a target of the folder's asconfig.json
 */
export async function compile(asc: Asc, target: string): Promise<Compiled> {
  const sources = new Sources(asc.libraryFiles);
  const compiled: Compiled = { outFile: undefined, files: [], diagnostics: [], notes: "", sources: [] };
  try {
    const { outFile, disableWarning } = await readConfig(asc, target);
    if (outFile) compiled.outFile = resolve(outFile);
    else return compiled;
    const reported: AscDiagnostic[] = [];
    const notes = memoryStream();
    Object.assign(globalThis, { [SCHEMAS]: (schemas: Schemas) => void (compiled.schemas = schemas) });
    const { error } = await asc.main(["--target", target, "--noColors"], {
      readFile: (name, baseDir) => sources.read(name, baseDir),
      writeFile: (name, content, baseDir) => void compiled.files.unshift({ path: resolve(baseDir, name), content }),
      reportDiagnostic: (one) => void reported.push(one),
      stdout: notes,
      stderr: notes,
    });
    const isOff = ({ code, category }: AscDiagnostic) =>
      category < 3 && disableWarning && (disableWarning.length === 0 || disableWarning.map(Number).includes(code));
    compiled.diagnostics = reported.filter((one) => !isOff(one)).flatMap((one) => sources.diagnostic(one) ?? []);
    if (error) compiled.failure = failureOf(error);
    compiled.notes = notesOf(notes.text);
  } catch (error) {
    compiled.failure = failureOf(error as Error);
  }
  compiled.sources = sources.paths;
  return compiled;
}

/**
 * A text that changes when the compiler or a transform of the target was replaced. A process must not be used again
 * then, because Node.js never loads a module again.
 */
export async function stampOf(asc: Asc, ascFile: string, target: string): Promise<string> {
  const { transform = [] } = await readConfig(asc, target).catch(() => ({ transform: [] }));
  const require = createRequire(pathToFileURL(join(process.cwd(), "asconfig.json")));
  const folders = transform.flatMap((name) => {
    try {
      return [dirname(require.resolve(name))];
    } catch {
      return []; // asc reports it
    }
  });
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return [ascFile, ...files].map((file) => `${file}:${statSync(file).mtimeMs}`).join("\n");
}

/** Asks asc for the options of a target, because only asc knows how files that extend each other are merged. */
async function readConfig(asc: Asc, target: string): Promise<AscConfig> {
  const output = memoryStream();
  const sources = new Sources({});
  await asc.main(["--target", target, "--showConfig"], {
    readFile: (name, baseDir) => sources.read(name, baseDir),
    writeFile: () => {},
    reportDiagnostic: () => {},
    stdout: output,
    stderr: output,
  });
  // asc prints its help, which is no JSON, if there are no entries.
  if (!output.text.startsWith("{"))
    throw new Error('asconfig.json names no source; expected "entries": ["assembly/index.ts"]');
  return (JSON.parse(output.text) as { options: AscConfig }).options;
}

/** The SDK's transform and asc itself fail with errors whose stack is the message. */
function failureOf(error: Error): string {
  const text = /\n\s+at /.test(error.stack ?? "") ? error.message : (error.stack ?? error.message);
  return text.replace(/^Error: /, "");
}

/** The output without the diagnostics, which were reported, and without the error, which asc returns. */
function notesOf(text: string): string {
  const blocks = stripVTControlCharacters(text).split(/\n\n+/);
  return (
    blocks
      .filter((block) => !/^(ERROR|WARNING|INFO|PEDANTIC) (AS|TS)\d+: /.test(block))
      .join("\n\n")
      .replace(/^FAILURE [^]*/m, "")
      // The build says the same about the module itself.
      .replace(/^as-proxy-wasm-sdk: runs on Higress only.*/m, "")
      .trim()
  );
}

function memoryStream() {
  const decoder = new TextDecoder();
  return {
    text: "",
    write(chunk: string | Uint8Array) {
      this.text += typeof chunk === "string" ? chunk : decoder.decode(chunk);
    },
  };
}
