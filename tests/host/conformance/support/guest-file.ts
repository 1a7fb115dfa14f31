import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Guest } from "./guest.js";

/** A guest as a file, for a gateway. */
export function guestFile(guest: Guest): string {
  const path = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "guest.wasm");
  writeFileSync(path, guest.bytes);
  return path;
}

/** What a plugin of that name, or its root, has logged: the lines of Envoy's log without what Envoy puts in front. */
export function toldIn(log: string): string[] {
  return [...log.matchAll(/wasm log[^:\n]*: (.*)$/gm)].map(([, text]) => text!);
}
