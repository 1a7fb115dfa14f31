import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));
/** A stack names a module by its path or by its file: URL, which writes a space as "%20". */
const FOLDERS = [`${FOLDER}/`, `${pathToFileURL(FOLDER).href}/`];

/** The lines of an error's stack without those of the test kit, which say nothing about the user's mistake. */
export function foreignFrames(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.filter((line) => !FOLDERS.some((folder) => line.includes(folder)) || line.includes(".test."));
}

/** Removes the test kit's lines from an error's stack. */
export function withoutOwnFrames<T extends Error>(error: T): T {
  error.stack = [`${error.name}: ${error.message}`, ...foreignFrames(error)].join("\n");
  return error;
}
