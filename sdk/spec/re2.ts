// Envoy's regular expressions have the syntax of RE2. The Node gateway runs them as JavaScript's, which have other
// escapes, and which can take exponential time.

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
const MOST_REPETITIONS = 1000;

const cache = new Map<string, RegExp>();
const CACHE_SIZE = 10_000;

/**
 * Compiles a regular expression of RE2 for JavaScript. The result matches as RE2 does, but a pattern such as `(a+)+$`
 * can take exponential time.
 *
 * @param whole the expression must match a whole text, as Envoy's matchers require
 * @throws Error when RE2 or JavaScript rejects the pattern; the message says why
 * @example
 * re2("/foo/(?P<id>\\d+)", true).test("/foo/1"); // true
 */
export function re2(pattern: string, whole = false): RegExp {
  const key = `${whole ? "whole" : "part"} ${pattern}`;
  let found = cache.get(key);
  if (!found) {
    const { source, flags } = new Translation(pattern).run();
    found = compiled(pattern, whole ? `^(?:${source})$` : source, `u${flags}${whole ? "" : "g"}`);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(key, found);
  }
  return found;
}

function compiled(pattern: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*: /s, "");
    throw invalid(pattern, reason);
  }
}

function invalid(pattern: string, reason: string): Error {
  return new Error(`invalid regular expression ${JSON.stringify(pattern)}: ${reason}`);
}

/** Translates a pattern from left to right. */
class Translation {
  private at = 0;
  private out = "";
  private flags = "";

  constructor(private readonly pattern: string) {}

  run(): { source: string; flags: string } {
    const [flags, letters] = /^\(\?([a-zA-Z]+)\)/.exec(this.pattern) ?? [];
    if (flags !== undefined) {
      if (/[^ims]/.test(letters!)) throw this.error(`the flags "${letters}" are not supported`);
      this.flags = [...new Set(letters)].join("");
      this.at = flags.length;
    }
    while (this.at < this.pattern.length) this.next();
    return { source: this.out, flags: this.flags };
  }

  private next(): void {
    const rest = this.pattern.slice(this.at);
    if (rest.startsWith("\\Q")) this.literal(rest);
    else if (rest.startsWith("\\")) this.escape(rest, false);
    else if (rest.startsWith("[")) this.class(rest);
    else if (rest.startsWith("(?")) this.group(rest);
    else if (rest.startsWith("{")) this.repetition(rest);
    else if (rest.startsWith("}") || rest.startsWith("]")) this.take(1, `\\${rest[0]}`);
    else if (/^[*+?]{2}/.test(rest) && rest[1] !== "?") throw this.error("a repetition follows another one");
    else this.take(1, rest[0]!);
  }

  private take(length: number, out: string): void {
    this.at += length;
    this.out += out;
  }

  private literal(rest: string): void {
    const end = rest.indexOf("\\E");
    const text = rest.slice(2, end < 0 ? undefined : end);
    this.take(end < 0 ? rest.length : end + 2, text.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&"));
  }

  private escape(rest: string, inClass: boolean): void {
    const letter = rest[1];
    if (letter === undefined) throw this.error("the expression ends in a backslash");
    const [octal] = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ?? [];
    if (octal !== undefined) return this.take(octal.length, hex(Number.parseInt(octal.slice(1), 8)));
    if (/[1-9]/.test(letter)) throw this.error("RE2 has no references to groups");
    const [byCode, digits] = /^\\x(?:\{([0-9A-Fa-f]+)\}|[0-9A-Fa-f]{2})/.exec(rest) ?? [];
    if (byCode !== undefined) {
      return this.take(byCode.length, hex(Number.parseInt(digits ?? byCode.slice(2), 16)));
    }
    const [property, negated, name] = /^\\([pP])(?:\{\^?[A-Za-z_]+\}|[A-Z])/.exec(rest) ?? [];
    if (property !== undefined && name === undefined) {
      const word = property.replace(/^\\[pP]\{?\^?|\}$/g, "");
      const isNegated = (negated === "P") !== property.includes("^");
      const isCategory = /^[A-Z][a-z]?$/.test(word);
      return this.take(property.length, `\\${isNegated ? "P" : "p"}{${isCategory ? word : `Script=${word}`}}`);
    }
    if (letter === "s" || letter === "S") return this.take(2, this.space(letter, inClass));
    const known: Readonly<Record<string, string>> = inClass
      ? { a: "\\x07" }
      : { a: "\\x07", A: "(?<![^])", z: "(?![^])", b: "\\b", B: "\\B" };
    const out = Object.hasOwn(known, letter) ? known[letter] : /[dDwWfnrtv]/.test(letter) ? `\\${letter}` : undefined;
    if (out !== undefined) return this.take(2, out);
    if (/[A-Za-z]/.test(letter)) throw this.error(`RE2 has no escape \\${letter}`);
    const [character = letter] = rest.slice(1);
    const isSyntax = /[\^$\\.*+?()[\]{}|/]/.test(character) || (inClass && character === "-");
    this.take(1 + character.length, isSyntax ? `\\${character}` : character);
  }

  /** RE2's `\s` has ASCII only, without the vertical tab. */
  private space(letter: "s" | "S", inClass: boolean): string {
    if (letter === "s") return inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]";
    return inClass ? "\\x00-\\x08\\x0B\\x0E-\\x1F!-\\u{10FFFF}" : "[^\\t\\n\\f\\r ]";
  }

  private class(rest: string): void {
    const [open] = /^\[\^?\]?/.exec(rest)!;
    this.take(open.length, open.endsWith("]") && open !== "[" ? `${open.slice(0, -1)}\\]` : open);
    for (;;) {
      const left = this.pattern.slice(this.at);
      if (left === "") throw this.error("a class [ has no end ]");
      const [posix, negated, name] = /^\[:(\^?)(\w+):\]/.exec(left) ?? [];
      if (left.startsWith("]")) return this.take(1, "]");
      if (posix !== undefined) {
        if (negated !== "" || !Object.hasOwn(CLASSES, name!)) throw this.error(`the class ${posix} is not supported`);
        this.take(posix.length, CLASSES[name!]!);
      } else if (left.startsWith("\\")) this.escape(left, true);
      else {
        const [character = ""] = left;
        this.take(character.length, /[[/^]/.test(character) ? `\\${character}` : character);
      }
    }
  }

  private group(rest: string): void {
    const [named, name] = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest) ?? [];
    if (named !== undefined) return this.take(named.length, `(?<${name}>`);
    if (rest.startsWith("(?:")) return this.take(3, "(?:");
    const [flags] = /^\(\?[a-zA-Z-]+[:)]/.exec(rest) ?? [];
    if (flags !== undefined) throw this.error(`the Node gateway supports flags at the beginning only, not ${flags}`);
    throw this.error(`RE2 has no group ${rest.slice(0, 4)}`);
  }

  private repetition(rest: string): void {
    const [whole, least, most] = /^\{(\d+)(?:,(\d*))?\}/.exec(rest) ?? [];
    // Other braces stand for themselves.
    if (whole === undefined) return this.take(1, "\\{");
    if (Math.max(Number(least), Number(most ?? 0)) > MOST_REPETITIONS) {
      throw this.error(`${whole} repeats more than ${MOST_REPETITIONS} times`);
    }
    this.take(whole.length, whole);
  }

  private error(reason: string): Error {
    return invalid(this.pattern, reason);
  }
}

function hex(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

/**
 * Replaces every match, as RE2 does.
 *
 * @param substitution `\1` stands for the first group, `\0` for the whole match, `\\` for a backslash
 * @example
 * replaceAll("/a/b", re2("^/a/(.*)"), "/\\1"); // "/b"
 */
export function replaceAll(text: string, expression: RegExp, substitution: string): string {
  return text.replace(expression, (...found: unknown[]) =>
    substitution.replace(/\\([\d\\])/g, (_, one: string) => {
      if (one === "\\") return "\\";
      const group = found[Number(one)];
      return typeof group === "string" ? group : "";
    }),
  );
}

/**
 * Checks a substitution.
 *
 * @returns the reason why Envoy rejects it; undefined if the substitution is valid
 */
export function substitutionProblem(pattern: string, substitution: string): string | undefined {
  const groups = new RegExp(`${re2(pattern).source}|`, "u").exec("")!.length - 1;
  for (const [escape, one] of substitution.matchAll(/\\(.?)/gs)) {
    if (one === "\\") continue;
    if (!/\d/.test(one!)) return `"${escape}" is no group; a backslash is \\\\`;
    if (Number(one) > groups) return `"${escape}" is not one of ${groups} groups`;
  }
  return undefined;
}
