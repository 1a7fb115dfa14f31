import { functionAt, functionsOf, type FunctionRange } from "../../wasm-file/functions.js";
import type { PluginModule } from "../module/plugin-module.js";
import { SourceMap } from "../../wasm-file/source-map.js";

/** How many frames of a trap the message contains, as in Envoy. */
const MOST_FRAMES = 20;

interface Sources {
  map: SourceMap;
  functions: readonly FunctionRange[];
}

const sources = new WeakMap<PluginModule, Sources>();

/**
 * Describes why and where a call into a plugin failed: the functions on the stack, innermost first, with file and line
 * of the source if the module has a source map.
 *
 * @example
 * describeTrap(error, module);
 * // "unreachable\nProxy-Wasm plugin in-VM backtrace:\n  0:  0x3ca - assembly/index/onRequest (assembly/index.ts:14:5)"
 */
export function describeTrap(error: unknown, module: PluginModule): string {
  if (!(error instanceof Error)) return String(error);
  const frames = wasmFrames(error.stack ?? "", module.original).slice(0, MOST_FRAMES);
  // For a bug of the host itself, its own frames are more useful.
  if (isHostBug(error)) return `internal error of the host: ${error.stack}`;
  if (frames.length === 0) return error.message;
  const known = sourcesOf(module);
  const lines = frames.map(({ name, offset }, index) => {
    const place = known?.map.at(offset, functionAt(known.functions, offset)?.from);
    return `  ${index}:  0x${offset.toString(16)} - ${name}${place === undefined ? "" : ` (${place})`}`;
  });
  return [error.message, "Proxy-Wasm plugin in-VM backtrace:", ...lines].join("\n");
}

interface Frame {
  name: string;
  offset: number;
}

function wasmFrames(stack: string, original: PluginModule["original"]): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const found = /^\s*at (?:(.*) \()?wasm:\/\/[^\s)]*wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/.exec(line);
    if (!found) continue;
    const name = (found[1] ?? `function ${found[2]}`).replace(/^wasm:\/\/wasm\/[0-9a-f]+\.|^[\w-]+\.wasm\./, "");
    frames.push({ name, offset: original(Number.parseInt(found[3]!, 16)) });
  }
  return frames;
}

function isHostBug(error: Error): boolean {
  if (error instanceof WebAssembly.RuntimeError) return false;
  return (
    error instanceof TypeError || error instanceof ReferenceError || (error as NodeJS.ErrnoException).code !== undefined
  );
}

function sourcesOf(module: PluginModule): Sources | undefined {
  if (module.sourceMap === undefined) return undefined;
  let known = sources.get(module);
  if (!known) {
    known = { map: new SourceMap(module.sourceMap), functions: functionsOf(module.bytes) };
    sources.set(module, known);
  }
  return known;
}
