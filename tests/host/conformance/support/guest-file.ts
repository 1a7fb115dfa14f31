import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Guest } from "./guest.js";

/** Writes a guest to a file, for a gateway. Returns the path. */
export function guestFile(guest: Guest): string {
  const path = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "guest.wasm");
  writeFileSync(path, guest.bytes);
  return path;
}

/** The plugins' log lines in Envoy's log, without Envoy's prefix. */
export function pluginLog(log: string): string[] {
  return [...log.matchAll(/wasm log[^:\n]*: (.*)$/gm)].map(([, text]) => text!);
}
