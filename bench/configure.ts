import { readFileSync } from "node:fs";

/** Configures a plugin in a new VM. Returns the time that this took, and the size of the VM's memory afterwards. */
export async function configureOnce(
  wasm: string,
  configuration: object,
): Promise<{ milliseconds: number; bytes: number }> {
  const module = await WebAssembly.compile(readFileSync(wasm));
  const bytes = Buffer.from(JSON.stringify(configuration));
  const host = {
    proxy_get_buffer_bytes: (_buffer: number, _start: number, _length: number, address: number, size: number) => {
      const at = guest.malloc(bytes.length);
      new Uint8Array(guest.memory.buffer, at, bytes.length).set(bytes);
      const view = new DataView(guest.memory.buffer);
      view.setUint32(address, at, true);
      view.setUint32(size, bytes.length, true);
      return 0;
    },
  };
  // All other host calls return 1.
  const others = new Proxy(host, { get: (known, name) => known[name as keyof typeof host] ?? (() => 1) });
  const instance = await WebAssembly.instantiate(module, { env: others, wasi_snapshot_preview1: others });
  const guest = instance.exports as unknown as {
    memory: WebAssembly.Memory;
    malloc(size: number): number;
    _initialize(): void;
    proxy_on_context_create(id: number, root: number): void;
    proxy_on_configure(root: number, size: number): number;
  };
  guest._initialize();
  guest.proxy_on_context_create(1, 0);
  const start = performance.now();
  if (!guest.proxy_on_configure(1, bytes.length)) throw new Error("the plugin rejected the configuration");
  return { milliseconds: performance.now() - start, bytes: guest.memory.buffer.byteLength };
}
