// What a plugin keeps of a stream or of a root context, as far as the types of its variables and classes show.

const CONTEXT = "assembly/wrapper/http-context/HttpContext";
const HEADERS = "assembly/proxywasm/headers/Headers";
const SET_CTX = "assembly/wrapper/set-ctx/SetCtx";

// ElementKind.Global of asc.
const GLOBAL = 0;

/**
 * Whether the configuration of the plugin is a class with fields: each root context has an object of this class, in which
 * the plugin may keep state.
 *
 * @param {any} program asc's program, compiled
 * @param {string} library the path of the SDK's sources
 */
export function hasConfigurationFields(program, library) {
  const instances = [...(program.elementsByName.get(library + SET_CTX)?.instances?.values() ?? [])];
  return instances.some(({ typeArguments }) => typeArguments[0].classReference.nextMemoryOffset > 0);
}

/**
 * Whether a variable, a field or a collection may keep the context of a stream after its hook. The plugin may then use the
 * context when the stream is over, so the SDK must learn about the end of streams.
 *
 * @param {any} program asc's program, compiled
 * @param {string} library the path of the SDK's sources
 */
export function mayStoreContext(program, library) {
  const kept = [CONTEXT, HEADERS].map((name) => program.elementsByName.get(library + name));
  const classes = [...program.managedClasses.values()];
  // A variable of a base class or of an interface may hold the context as well.
  const wide = new Set();
  for (const one of classes) {
    if (!kept.includes(one.prototype)) continue;
    for (let base = one; base; base = base.base) {
      wide.add(base);
      for (const type of base.interfaces ?? []) wide.add(type);
    }
  }
  const holds = (/** @type {any} */ type) => wide.has(type?.classReference);
  for (const one of classes) {
    if (one.typeArguments?.some(holds)) return true;
    if (one.internalName.startsWith(library)) continue;
    for (const { type, instance } of one.members?.values() ?? []) if (holds(instance?.type ?? type)) return true;
  }
  for (const one of program.elementsByName.values()) if (one.kind === GLOBAL && holds(one.type)) return true;
  return false;
}
