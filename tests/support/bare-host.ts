import { readFileSync } from "node:fs";

const CONFIGURATION = 7;
const NOT_FOUND = 1;
const TRACE_OFF = 2;

/** A plugin that runs with nothing around it. */
export interface BarePlugin {
  /** Runs all callbacks of a request, and of the plugin's hooks on its response headers. */
  request(): void;
  /** Begins a request. Returns its context. */
  begin(): number;
  /** Ends a request. */
  end(context: number): void;
  /** Replaces the configuration: a new root context, and the end of the old one. */
  update(configuration: object): void;
  /** The size of the memory in bytes. */
  readonly memory: number;
}

export interface BareHostOptions {
  configuration: object;
  headers: readonly (readonly [string, string])[];
}

type Callback = (...args: number[]) => number | undefined;

/**
 * Starts a plugin on a host that does nothing but read headers and the configuration, and makes no garbage itself. It shows
 * what the module costs alone. Host calls that write have no effect.
 *
 * @param wasm the path of the module
 * @throws Error if the plugin rejects the configuration
 */
export async function startBare(wasm: string, { configuration, headers }: BareHostOptions): Promise<BarePlugin> {
  const fields = headers.map((field) => field.map((text) => Buffer.from(text)) as [Buffer, Buffer]);
  const pairs = encode(fields);
  let current = Buffer.from(JSON.stringify(configuration));
  let bytes = new Uint8Array(0);
  let words = new Uint32Array(0);
  const look = (): void => {
    const memory = guest["memory"] as unknown as WebAssembly.Memory;
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    words = new Uint32Array(memory.buffer);
  };
  const hand = (content: Uint8Array, address: number, size: number): number => {
    const at = content.length > 0 ? guest["malloc"]!(content.length)! : 0;
    look();
    bytes.set(content, at);
    words[address >> 2] = at;
    words[size >> 2] = content.length;
    return 0;
  };
  const isAt = (name: Buffer, at: number, size: number): boolean => {
    if (name.length !== size) return false;
    for (let i = 0; i < size; i++) if (bytes[at + i] !== name[i]) return false;
    return true;
  };
  const host: Record<string, Callback> = {
    proxy_get_log_level: (level) => {
      look();
      words[level! >> 2] = TRACE_OFF;
      return 0;
    },
    proxy_get_buffer_bytes: (buffer, _start, _length, address, size) =>
      buffer === CONFIGURATION ? hand(current, address!, size!) : NOT_FOUND,
    proxy_get_header_map_pairs: (_map, address, size) => hand(pairs, address!, size!),
    proxy_get_header_map_value: (_map, name, nameSize, address, size) => {
      look();
      for (const [key, value] of fields) if (isAt(key, name!, nameSize!)) return hand(value, address!, size!);
      return NOT_FOUND;
    },
    proxy_get_property: () => NOT_FOUND,
    environ_sizes_get: (count, size) => {
      look();
      words[count! >> 2] = words[size! >> 2] = 0;
      return 0;
    },
  };
  // All other host calls succeed.
  const imports = new Proxy(host, { get: (known, name) => known[name as string] ?? (() => 0) });
  const module = await WebAssembly.compile(readFileSync(wasm));
  const instance = await WebAssembly.instantiate(module, {
    env: imports as unknown as WebAssembly.ModuleImports,
    wasi_snapshot_preview1: imports as unknown as WebAssembly.ModuleImports,
  });
  const guest = instance.exports as unknown as Record<string, Callback | undefined>;
  let last = 0;
  let root = 0;
  const configure = (): void => {
    root = ++last;
    guest["proxy_on_context_create"]?.(root, 0);
    if (!guest["proxy_on_configure"]!(root, current.length)) throw new Error("the plugin rejected the configuration");
  };
  guest["_initialize"]!();
  configure();

  const plugin: BarePlugin = {
    request: () => plugin.end(plugin.begin()),
    begin: () => {
      const context = ++last;
      guest["proxy_on_context_create"]?.(context, root);
      guest["proxy_on_request_headers"]?.(context, fields.length, 1);
      return context;
    },
    end: (context) => {
      guest["proxy_on_response_headers"]?.(context, fields.length, 1);
      guest["proxy_on_log"]?.(context);
      guest["proxy_on_done"]?.(context);
      guest["proxy_on_delete"]?.(context);
    },
    update: (configuration) => {
      const old = root;
      current = Buffer.from(JSON.stringify(configuration));
      configure();
      guest["proxy_on_done"]?.(old);
      guest["proxy_on_delete"]?.(old);
    },
    get memory() {
      return (guest["memory"] as unknown as WebAssembly.Memory).buffer.byteLength;
    },
  };
  return plugin;
}

/** Header pairs as a host passes them. */
function encode(fields: readonly (readonly [Buffer, Buffer])[]): Uint8Array {
  const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const zero = Buffer.from([0]);
  return Buffer.concat([
    word(fields.length),
    ...fields.flatMap(([name, value]) => [word(name.length), word(value.length)]),
    ...fields.flatMap(([name, value]) => [name, zero, value, zero]),
  ]);
}
