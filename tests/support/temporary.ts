import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes a temporary folder, and removes the folder when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
