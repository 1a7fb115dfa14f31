// Says better what is wrong where a message of asc misleads. docs/assemblyscript.md lists the messages.

// Codes of asc's diagnostics.
const NOT_IMPLEMENTED = 100;
const UNUSUAL_TYPE = 226;
const NOT_ASSIGNABLE = 2322;
const NO_PROPERTY = 2339;
const BEFORE_ASSIGNED = 2454;

/** The source text that a diagnostic is about. */
const textOf = (/** @type {any} */ { range }) => range?.source.text.slice(range.start, range.end) ?? "";

/** Whether two diagnostics are about the same place. */
const isSamePlace = (/** @type {any} */ a, /** @type {any} */ b) =>
  a?.range?.source === b.range?.source && a?.range?.start === b.range?.start;

/** Rewrites the messages that asc reports from now on. */
export function improveMessages(/** @type {any[]} */ diagnostics) {
  const push = diagnostics.push;
  diagnostics.push = (/** @type {any[]} */ ...added) => {
    for (const diagnostic of added) {
      improve(diagnostic, diagnostics);
      // asc looks at some expressions twice.
      const isKnown = diagnostics.some((it) => it.message === diagnostic.message && isSamePlace(it, diagnostic));
      if (!isKnown) push.call(diagnostics, diagnostic);
    }
    return diagnostics.length;
  };
}

/** The message about a property that an object of the SDK does not have, for authors who use the names of Go. */
function withoutGoName(/** @type {string} */ message) {
  const found = /^Property '(\w+)' does not exist on type '~lib\/as-proxy-wasm-sdk\/.*\/(\w+)'/.exec(message);
  if (!found) return message;
  const [, name, type] = /** @type {[string, string, string]} */ (/** @type {unknown} */ (found));
  const level = /^(trace|debug|info|warn|error|critical)f$/i.exec(name)?.[1]?.toLowerCase();
  if (level) return `a log has no "${name}": AssemblyScript has no Sprintf; write log.${level}("a " + b)`;
  if (!/^[A-Z]/.test(name)) return message;
  return `${type} has no "${name}"; docs/porting.md lists what stands for the functions of Go`;
}

function improve(/** @type {any} */ diagnostic, /** @type {any[]} */ diagnostics) {
  const { code, message } = diagnostic;
  const last = diagnostics.at(-1);
  if (code === NOT_IMPLEMENTED && message.endsWith("Closures")) {
    // asc reports a captured variable twice, the first time as a variable that has no value yet.
    if (last?.code === BEFORE_ASSIGNED && isSamePlace(last, diagnostic)) diagnostics.pop();
    const name = textOf(diagnostic);
    diagnostic.message = `AssemblyScript has no closures: this function cannot use "${name}" of the function around it; pass "${name}" as a parameter, or declare it at the top level`;
  } else if (code === UNUSUAL_TYPE && message.includes("'usize'") && textOf(diagnostic) === "null") {
    diagnostic.message = `null alone has no type here; declare the type: const value: string | null = condition ? null : "text"`;
  } else if (code === NOT_ASSIGNABLE && message.startsWith("Type 'void'") && /^return;?$/.test(textOf(diagnostic))) {
    diagnostic.message = `a return without a value is not possible in a constructor; write "return this;"`;
  } else if (code === NO_PROPERTY) diagnostic.message = withoutGoName(message);
}
