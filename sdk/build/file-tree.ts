import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The version of each file by its path: a text that differs when the file was written or replaced. */
export type Snapshot = Map<string, string>;

/** What `readTree` passes over, and what it calls. */
export interface TreeReader {
  ignore(name: string): boolean;
  /** Called with a folder before its entries are read. */
  visit(folder: string, id: string): void;
}

/**
 * Whether a watcher passes over a file or folder: node_modules, build, everything that begins with a dot, and the
 * temporary files of editors.
 */
export function isIgnored(name: string): boolean {
  return name === "node_modules" || name === "build" || /^[.#]|~$|\.(tmp|swp|swx)$|^___jb_|^4913$/.test(name);
}

/** Adds a file, or all files of a folder and its subfolders, to the snapshot. Links are followed. */
export async function readTree(path: string, snapshot: Snapshot, reader: TreeReader): Promise<void> {
  await readEntry(path, snapshot, reader, new Set());
}

/** A text that differs for a folder that was removed and made again. */
export function idOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

async function readEntry(path: string, snapshot: Snapshot, reader: TreeReader, seen: Set<string>): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory()) {
    if (found.isFile()) snapshot.set(path, `${idOf(found)}:${found.size}:${found.mtimeMs}`);
    return;
  }
  const id = idOf(found);
  // A link may lead back to a folder above it.
  if (seen.has(id)) return;
  seen.add(id);
  reader.visit(path, id);
  const names = await readdir(path).catch(() => []);
  await Promise.all(
    names.filter((name) => !reader.ignore(name)).map((name) => readEntry(join(path, name), snapshot, reader, seen)),
  );
}
