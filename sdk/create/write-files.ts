import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateError } from "./create-error.js";

/**
 * Writes new files, and the folders that they need. If a file cannot be written, all files and folders that were written
 * before are removed again.
 *
 * @param files the text of each file by its path in the folder
 * @throws CreateError if a file exists or cannot be written
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  const undo: (() => void)[] = [];
  const makeFolder = (path: string): void => {
    if (existsSync(path)) return;
    makeFolder(dirname(path));
    mkdirSync(path);
    undo.push(() => rmdirSync(path));
  };
  try {
    for (const [path, text] of files) {
      const file = join(folder, path);
      makeFolder(dirname(file));
      // `wx` fails for a file that exists, so no file of somebody else is overwritten or, in case of an error, removed.
      writeFileSync(file, "", { flag: "wx" });
      undo.push(() => rmSync(file));
      writeFileSync(file, text);
    }
  } catch (error) {
    for (const step of undo.reverse()) attempt(step);
    throw new CreateError(`the project cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** A file that cannot be removed must not hide the first error. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // A folder stays if somebody else has put a file into it.
  }
}
