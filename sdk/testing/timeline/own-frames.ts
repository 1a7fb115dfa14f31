import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));
/** Stacks name modules that Node loads itself by their addresses, where a space is "%20". */
const FOLDERS = [`${FOLDER}/`, `${pathToFileURL(FOLDER).href}/`];

/** The lines of an error's stack, without those of the kit and its host: nobody's mistake is there. */
export function foreignFrames(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.filter((line) => !FOLDERS.some((folder) => line.includes(folder)) || line.includes(".test."));
}

/** Takes them out of an error's stack. */
export function withoutOwnFrames<T extends Error>(error: T): T {
  error.stack = [`${error.name}: ${error.message}`, ...foreignFrames(error)].join("\n");
  return error;
}
