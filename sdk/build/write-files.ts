import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

let drafts = 0;

/**
 * Writes files so that a reader sees either the old file or the whole new one: first beside the file, under a name that
 * watchers pass over. The files take their places together, once all are written.
 *
 * @throws Error of the file system; the old files are then as they were
 */
export function writeFiles(files: readonly { path: string; content: Uint8Array | string }[]): void {
  const written: { draft: string; path: string }[] = [];
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(path), { recursive: true });
      const draft = join(dirname(path), `.${basename(path)}.${process.pid}-${drafts++}.tmp`);
      written.push({ draft, path });
      writeFileSync(draft, content);
    }
    for (const { draft, path } of written) renameSync(draft, path);
  } finally {
    for (const { draft } of written) rmSync(draft, { force: true });
  }
}
