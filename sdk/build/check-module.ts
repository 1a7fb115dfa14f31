import { importsOf, PluginLoadError, PluginModule, type HostKind } from "../host/index.js";

/** What a build has found out about a module that gateways load. */
export interface ModuleFacts {
  /** The host calls that the module imports, such as "env.proxy_log". */
  imports: string[];
  /** Why only Higress loads the module, such as "proxy_redis_call"; empty if Istio and Envoy load it too. */
  needsHigress: string[];
}

/** The callbacks without which no plugin starts. None of them sees a request, a connection, a tick or a log entry. */
const LIFECYCLE = new Set(
  ["memory_allocate", "vm_start", "configure", "context_create", "done", "delete"].map((name) => `proxy_on_${name}`),
);

const ON_ENVOY = importsOf("envoy", "0.2.1");
const ON_HIGRESS = importsOf("higress", "0.2.100");

/**
 * Checks a built module as Envoy and Higress do when they load it, and checks that it does anything at all.
 *
 * @returns the facts, or why no gateway could use the module
 */
export function checkModule(bytes: Uint8Array): ModuleFacts | string {
  const envoy = load(bytes, "envoy");
  const loaded = typeof envoy === "string" ? load(bytes, "higress") : envoy;
  if (typeof loaded === "string") return explain(loaded, bytes);
  const hooks = [...loaded.exports].filter((name) => /^(proxy|envoy)_on_/.test(name) && !LIFECYCLE.has(name));
  if (hooks.length === 0) {
    return (
      "the module has no hook, so no gateway would call it: it exports no callback for requests. SetCtx was not reached, " +
      "or registers nothing; a transform may have turned the entry file into a library"
    );
  }
  const imports = loaded.imports.map(({ module, name }) => `${module}.${name}`);
  if (typeof envoy !== "string") return { imports, needsHigress: [] };
  const missing = imports.filter((name) => !ON_ENVOY.has(name)).map((name) => name.replace(/^env\./, ""));
  return { imports, needsHigress: missing.length > 0 ? missing : [envoy] };
}

function load(bytes: Uint8Array, host: HostKind): PluginModule | string {
  try {
    return PluginModule.load(bytes, { name: "the module", host });
  } catch (error) {
    if (error instanceof PluginLoadError) return error.message;
    throw error;
  }
}

/** The reason why neither Envoy nor Higress loads the module, with a hint where the cause is known. */
function explain(reason: string, bytes: Uint8Array): string {
  if (reason.endsWith("Proxy-Wasm ABI version")) {
    return `${reason}; asconfig.json must have "extends": "as-proxy-wasm-sdk/asconfig.json"`;
  }
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) return reason;
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
  const names = imports.filter(({ kind }) => kind === "function").map(({ module, name }) => `${module}.${name}`);
  const unknown = names.filter((name) => !ON_ENVOY.has(name) && !ON_HIGRESS.has(name));
  return unknown.length > 0 ? `the module imports ${unknown.join(", ")}, which no gateway provides` : reason;
}
