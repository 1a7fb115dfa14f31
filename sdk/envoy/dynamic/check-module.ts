import { closeSync, openSync, readSync } from "node:fs";
import type { PluginSpec } from "../../spec/gateway-spec.js";

const MAGIC = "\0asm";

/** @throws Error when the module of a plugin cannot be read or is not a WebAssembly module */
export function checkModule({ name, wasm }: PluginSpec): void {
  const label = `plugin "${name}" (${wasm})`;
  const buffer = Buffer.alloc(MAGIC.length);
  try {
    const file = openSync(wasm, "r");
    try {
      readSync(file, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new Error(`${label} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (buffer.toString("latin1") !== MAGIC) throw new Error(`${label} is not a WebAssembly module`);
}
