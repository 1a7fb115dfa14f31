// Examples that guard something, in a host whose header maps cannot be read or written: no request may pass.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildPlugin } from "./support/build.js";

const BAD_ARGUMENT = 2;
const PLUGIN_CONFIGURATION = 7;

/** A local reply of a plugin. */
interface Reply {
  status: number;
  details: string;
}

/** Passes a request to a plugin. Host calls about headers and properties fail; all other host calls succeed. */
async function requestWithoutHeaders(plugin: string, config: object): Promise<Reply[]> {
  const replies: Reply[] = [];
  const configuration = Buffer.from(JSON.stringify(config));
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(await buildPlugin(plugin))));
  const bytes = (at: number, size: number) => Buffer.from(exports.memory.buffer, at, size);
  const hostCalls: Record<string, (...args: number[]) => number> = {
    proxy_send_local_response: (status, details, size) => {
      replies.push({ status: status!, details: bytes(details!, size!).toString() });
      return 0;
    },
    proxy_get_buffer_bytes: (type, _start, _size, addressSlot, sizeSlot) => {
      if (type !== PLUGIN_CONFIGURATION) return BAD_ARGUMENT;
      const address = exports.malloc(configuration.length);
      configuration.copy(bytes(address, configuration.length));
      bytes(addressSlot!, 4).writeUInt32LE(address);
      bytes(sizeSlot!, 4).writeUInt32LE(configuration.length);
      return 0;
    },
  };
  const imports: Record<string, Record<string, (...args: number[]) => number>> = {};
  for (const { module: space, name } of WebAssembly.Module.imports(module)) {
    const fails = /_header_map_|_property$/.test(name);
    (imports[space] ??= {})[name] = hostCalls[name] ?? (() => (fails ? BAD_ARGUMENT : 0));
  }
  const exports = new WebAssembly.Instance(module, imports).exports as unknown as Guest;
  exports._initialize();
  exports.proxy_on_context_create(1, 0);
  expect(exports.proxy_on_configure(1, configuration.length)).toBe(1);
  exports.proxy_on_context_create(2, 1);
  exports.proxy_on_request_headers(2, 0, 1);
  return replies;
}

interface Guest {
  memory: WebAssembly.Memory;
  malloc(size: number): number;
  _initialize(): void;
  proxy_on_context_create(id: number, parent: number): void;
  proxy_on_configure(id: number, size: number): number;
  proxy_on_request_headers(id: number, headers: number, end: number): number;
}

const removes = { operate: "remove", headers: [{ key: "x-admin" }] };
const keyAuth = { consumers: [{ name: "mia", credential: "token" }], keys: ["x-api-key"] };

test.each([
  ["key-auth", { ...keyAuth, in_header: true }, 401, "key-auth.no_key"],
  ["key-auth", { ...keyAuth, in_query: true }, 401, "key-auth.no_key"],
  // No key is needed, but the header x-mse-consumer of the client cannot be removed.
  ["key-auth", { ...keyAuth, in_header: true, global_auth: false }, 403, "key-auth.unauthorized"],
  ["cors", { allow_origins: ["https://example.com"] }, 403, "cors.forbidden"],
  ["transformer", { reqRules: [removes] }, 400, "transformer.invalid_header"],
])("%s with %j lets no request pass when the headers cannot be read", async (name, config, status, details) => {
  expect(await requestWithoutHeaders(`examples/${name}`, config)).toEqual([{ status, details }]);
});
