import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildError, type Diagnostic } from "./diagnostic.js";

/** A plugin's folder in which a build can start. */
export interface Project {
  folder: string;
  /** The file `dist/asc.js` of the assemblyscript that the folder has installed. */
  ascFile: string;
}

const ASCONFIG = "asconfig.json";

/** The text of an asconfig.json that builds a plugin. */
export const ASCONFIG_TEXT = `{
  "extends": "as-proxy-wasm-sdk/asconfig.json",
  "entries": ["assembly/index.ts"],
  "targets": { "debug": { "outFile": "build/debug.wasm" }, "release": { "outFile": "build/plugin.wasm" } }
}`;

/**
 * Checks all that asc would only report with a stack: the folder, its asconfig.json, the file that it extends, and
 * assemblyscript itself.
 *
 * @param folder an absolute path
 * @returns the project, or the error
 */
export function readProject(folder: string): Project | Diagnostic {
  if (!existsSync(folder)) return buildError(`the folder ${folder} does not exist`);
  if (!statSync(folder).isDirectory()) return buildError(`${folder} is no folder; expected the folder of a plugin`);
  const file = join(folder, ASCONFIG);
  if (!existsSync(file)) {
    return buildError(
      `${folder} has no ${ASCONFIG}, so it is not the folder of a plugin. To build it, write:\n${ASCONFIG_TEXT}`,
    );
  }
  const problem = checkConfig(file, readFileSync(file, "utf8"));
  if (problem) return problem;
  const ascFile = resolveFrom(folder, "assemblyscript/package.json");
  if (ascFile === undefined)
    return buildError(`assemblyscript is not installed in ${folder}; run: npm install -D assemblyscript`);
  return { folder, ascFile: join(dirname(ascFile), "dist", "asc.js") };
}

/**
 * The file that a name stands for in a folder, as `require.resolve` finds it.
 *
 * @example
 * resolveFrom("my-plugin", "vitest/package.json"); // "/…/my-plugin/node_modules/vitest/package.json"
 */
export function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(pathToFileURL(join(folder, "package.json"))).resolve(name);
  } catch {
    return undefined;
  }
}

/** The targets that an asconfig.json names itself, for messages. */
export function targetsOf(folder: string): string[] {
  const { targets } = JSON.parse(readFileSync(join(folder, ASCONFIG), "utf8")) as { targets?: object };
  return Object.keys(targets ?? {});
}

function checkConfig(file: string, text: string): Diagnostic | undefined {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    return buildError(`not valid JSON: ${(error as Error).message}`, { file, line: lineOf(text) });
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    return buildError("expected an object", { file, line: 1 });
  }
  const { extends: base } = config as { extends?: unknown };
  if (base === undefined) return undefined;
  const line = text.slice(0, text.indexOf('"extends"')).split("\n").length;
  if (typeof base !== "string") return buildError('"extends": expected the name of a file', { file, line });
  if (resolveFrom(dirname(file), base) !== undefined || existsSync(join(dirname(file), base))) return undefined;
  const fix = base.startsWith(".") ? "the file does not exist" : "the package is not installed; run: npm install";
  return buildError(`"extends": cannot find "${base}": ${fix}`, { file, line });
}

/** The line of the first character that is wrong. The messages of `JSON.parse` do not always name it. */
function lineOf(text: string): number {
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBeginning(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return text.slice(0, good).split("\n").length;
}

/** Whether a text is JSON, or becomes JSON with more text. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return /Unexpected end|Unterminated/.test(message) || message.includes(`position ${text.length}`);
  }
}
