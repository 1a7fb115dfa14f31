import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

/** The lines of an error's stack, without those of the kit and its host: nobody's mistake is there. */
export function foreignFrames(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.filter((line) => !line.includes(`${FOLDER}/`) || line.includes(".test."));
}

/** Takes them out of an error's stack. */
export function withoutOwnFrames<T extends Error>(error: T): T {
  error.stack = [`${error.name}: ${error.message}`, ...foreignFrames(error)].join("\n");
  return error;
}
