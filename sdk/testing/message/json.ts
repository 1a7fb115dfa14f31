/**
 * Parses JSON as `JSON.parse` does, without a bug that `JSON.parse` has in Node.js 24.
 *
 * After `{"a":1,"\\":2}` has been parsed, `JSON.parse` of Node.js 24 returns the key `\` for `{"a":1,"\u0000":2}`: V8
 * compares the key with the escape sequence instead of the character. Only keys with an escape sequence are affected.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes("\\") ? read(text) : value;
}

/** A string, a bracket or brace, or a number, `true`, `false` or `null`. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s,:{}[\]"]+/g;

/** Parses a text that is known to be JSON. Strings are parsed one by one: V8 confuses keys of objects only. */
function read(text: string): unknown {
  const root: unknown[] = [];
  const open: object[] = [root];
  let key: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    const container = open.at(-1)!;
    if (token === "}" || token === "]") {
      open.pop();
    } else if (!Array.isArray(container) && key === undefined) {
      key = JSON.parse(token) as string;
    } else {
      const value: unknown = token === "{" ? {} : token === "[" ? [] : JSON.parse(token);
      if (Array.isArray(container)) container.push(value);
      else add(container, key!, value);
      key = undefined;
      if (token === "{" || token === "[") open.push(value as object);
    }
  }
  return root[0];
}

/** Adds a member, also one named `__proto__`. */
function add(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
