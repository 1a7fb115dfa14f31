// Callbacks that a plugin exports itself, such as `proxy_on_tick`, because the SDK has no hook for them.

import { CALLBACKS, OPTIONAL } from "./callbacks.js";
import { failure } from "./failure.js";

const ABI = "assembly/abi/";

/**
 * Finds the callbacks that the entry files of a plugin export.
 *
 * @param {any} program asc's program
 * @param {any[]} entries the sources of the entry files
 * @param {string} library the path of the SDK's sources
 * @returns {{ name: string, isSdk: boolean }[]} `isSdk`: the callback is re-exported from the SDK, for use with
 * `setCallbacks`
 * @throws Error if the type of a callback is wrong
 */
export function findOwnCallbacks(program, entries, library) {
  const wire = program.filesByName.get(`${library}${ABI}exports`).exports;
  const files = entries.map(({ internalPath }) => program.filesByName.get(internalPath));
  const found = [];
  for (const [name, expected] of wire) {
    const exported = files.map((file) => file.lookupExport(name)).find(Boolean);
    if (!exported || name.startsWith("proxy_abi_version_")) continue;
    const isSdk = exported.internalName.startsWith(library);
    if (!isSdk) {
      if (isAllocator(name)) throw failure(`the plugin must not export ${name}: the SDK manages the memory`);
      checkType(program, name, expected, exported);
    }
    found.push({ name, isSdk });
  }
  return found;
}

/**
 * Throws if the plugin exports a callback that a hook of the SDK needs too: the host would call only one of the two.
 *
 * @param {string[]} names the callbacks that the plugin exports itself
 * @param {(keeper: string) => boolean} isUsed whether a function of the SDK was compiled
 * @param {string} entry `SetCtx` or `SetTcpCtx`, which need the callbacks that are always exported; "" if neither was compiled
 * @param {(callback: string) => boolean} isAlways whether a callback is always exported
 */
export function checkConflicts(names, isUsed, entry, isAlways) {
  for (const name of names) {
    const keepers = OPTIONAL[name] ?? CALLBACKS[name];
    if (!keepers) continue;
    const by = keepers.find(isUsed) ?? (isAlways(name) ? entry : "");
    if (!by) continue;
    const client = /(\w+)(?:Client|Connection)#/.exec(by)?.[1];
    const hook = client ? `${client}Client` : /(\w+?)(?:By)?<?$/.exec(by)?.[1];
    throw failure(`the plugin exports ${name}, which the SDK needs for ${hook}: one of the two would never run`);
  }
}

/**
 * Wraps a callback of the plugin in `enter` and `leave`, as the SDK's callbacks are: cached data is valid only during the
 * call, and the garbage collector may run at its end.
 *
 * @param {any} binaryen
 * @param {any} module
 * @param {string} library the path of the SDK's sources
 */
export function wrapCallback(binaryen, module, library, /** @type {string} */ name) {
  const { i32, none } = binaryen;
  const own = binaryen.getExportInfo(module.getExport(name)).value;
  const { params, results } = binaryen.getFunctionInfo(module.getFunction(own));
  const types = binaryen.expandType(params);
  const [outer, result] = [types.length, types.length + 1];
  const entry = (/** @type {string} */ which) => `${library}${ABI}entry/${which}`;
  const call = module.call(
    own,
    types.map((/** @type {number} */ type, /** @type {number} */ index) => module.local.get(index, type)),
    results,
  );
  const body = [
    module.local.set(outer, module.call(entry("enter"), [module.local.get(0, i32)], i32)),
    results === none ? call : module.local.set(result, call),
    module.call(entry("leave"), [module.local.get(outer, i32)], none),
    ...(results === none ? [] : [module.local.get(result, results)]),
  ];
  const wrapper = `${library}transform/${name}`;
  const locals = results === none ? [i32] : [i32, results];
  module.addFunction(wrapper, params, results, locals, module.block(null, body, results));
  module.removeExport(name);
  module.addFunctionExport(wrapper, name);
}

const isAllocator = (/** @type {string} */ name) => name === "malloc" || name === "proxy_on_memory_allocate";

/** Throws if a callback has the wrong type: a host would not load the module. */
function checkType(
  /** @type {any} */ program,
  /** @type {string} */ name,
  /** @type {any} */ expected,
  /** @type {any} */ exported,
) {
  const typeOf = (/** @type {any} */ element) => {
    const signature = program.resolver.resolveFunction(element, null)?.signature;
    return signature && `${signature.paramRefs}>${signature.resultRefs}`;
  };
  // A generic function, or an export that is not a function, has no signature here and fails the comparison.
  if (exported.kind === expected.kind && typeOf(exported) === typeOf(expected)) return;
  const declaration = expected.declaration.range;
  const text = declaration.source.text.slice(declaration.start, declaration.end);
  const head = /function (.*?) \{/s.exec(text)?.[1];
  throw failure(`the plugin exports ${name} with the wrong type: expected ${head}`);
}
