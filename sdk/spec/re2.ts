import { Machine } from "./re2-machine.js";
import { parseRe2 } from "./re2-syntax.js";

// Envoy's regular expressions are those of RE2. JavaScript's have other escapes and can take exponential time, so that a
// client's path could stop the Node gateway.

/** A compiled regular expression of RE2. It takes time in proportion to the text. */
export class Re2 {
  private readonly machine: Machine;
  /** How many groups the expression has. */
  readonly groups: number;

  /** @throws Error when RE2 rejects the pattern; the message says why */
  constructor(pattern: string) {
    try {
      const { tree, groups } = parseRe2(pattern);
      this.machine = new Machine(tree);
      this.groups = groups;
    } catch (error) {
      throw new Error(`invalid regular expression ${JSON.stringify(pattern)}: ${(error as Error).message}`);
    }
  }

  /** Whether the whole text matches, as Envoy's matchers require. */
  test(text: string): boolean {
    return this.machine.find([...text], 0, true) !== undefined;
  }

  /**
   * Replaces every match, as RE2 does: without an empty match at the end of another match.
   *
   * @param substitution `\1` stands for the first group, `\0` for the whole match, `\\` for a backslash
   */
  replaceAll(text: string, substitution: string): string {
    const characters = [...text];
    const slice = (from?: number, to?: number) => characters.slice(from, to).join("");
    let out = "";
    let at = 0;
    let end = -1;
    while (at <= characters.length) {
      const found = this.machine.find(characters, at, false);
      if (!found) break;
      const [from, to] = [found[0]!, found[1]!];
      out += slice(at, from);
      if (from === to && from === end) {
        out += slice(from, from + 1);
        at = from + 1;
        continue;
      }
      out += substitution.replace(/\\([\d\\])/g, (_, one: string) => {
        const index = 2 * Number(one);
        return one === "\\" ? "\\" : found[index + 1] === undefined ? "" : slice(found[index], found[index + 1]);
      });
      at = end = to;
    }
    return out + slice(at);
  }
}

const cache = new Map<string, Re2>();
const CACHE_SIZE = 10_000;

/**
 * Compiles a regular expression of RE2.
 *
 * @throws Error when RE2 rejects the pattern; the message says why
 * @example
 * re2("/foo/(?P<id>\\d+)").test("/foo/1"); // true
 * re2("^/a/(.*)").replaceAll("/a/b", "/\\1"); // "/b"
 */
export function re2(pattern: string): Re2 {
  let found = cache.get(pattern);
  if (!found) {
    found = new Re2(pattern);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(pattern, found);
  }
  return found;
}

/**
 * Checks a substitution.
 *
 * @returns the reason why Envoy rejects it; undefined if the substitution is valid
 */
export function substitutionProblem(pattern: string, substitution: string): string | undefined {
  const { groups } = re2(pattern);
  for (const [escape, one] of substitution.matchAll(/\\(.?)/gs)) {
    if (one === "\\") continue;
    if (!/\d/.test(one!)) return `"${escape}" is no group; a backslash is \\\\`;
    if (Number(one) > groups) return `"${escape}" is not one of ${groups} groups`;
  }
  return undefined;
}
