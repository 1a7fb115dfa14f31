import { widthAt } from "./code-point";
import { Matcher } from "./matcher";
import { Parser } from "./parser";
import { RegexMatch } from "./regex-match";
import { Search } from "./search";
import { Template } from "./template";
import { TextBuilder } from "./text-builder";

/** The most characters that a replacement makes. */
const MOST: i32 = 16_777_216;

/**
 * A regular expression with the syntax and the results of Go's `regexp` package: RE2's syntax, of which the classes of
 * scripts, such as `\p{Greek}`, are missing. Source: https://pkg.go.dev/regexp/syntax
 *
 * No pattern and no text takes exponential time or ends the VM. Parse a pattern once, when the plugin is configured.
 *
 * @example
 * ```ts
 * const versions = Regex.parse("^/v([0-9]+)/");
 * if (versions.error === null) {
 *   versions.test("/v2/users"); // true
 *   versions.replaceAll("/v2/users", "/api/$1/"); // "/api/2/users"
 * }
 * ```
 */
export class Regex {
  private matcher: Matcher | null = null;
  /**
   * The reason and the place if the pattern is no regular expression: `invalid regular expression "a(b" at offset 3:
   * expected ) for the ( at offset 1`. Otherwise null. With an error, nothing matches.
   */
  error: Error | null = null;

  /** @internal Not for plugins, they use `Regex.parse`. */
  constructor(
    /** The pattern as it was parsed. */
    readonly pattern: string,
  ) {
    const parser = new Parser(pattern);
    this.matcher = Matcher.of(parser);
    if (parser.error.length > 0) {
      this.error = new Error('invalid regular expression "' + pattern + '" ' + parser.error);
    }
  }

  /**
   * Parses a pattern.
   *
   * @param pattern The pattern, with at most 65,536 characters.
   * @returns The regular expression. If the pattern is invalid, one whose `error` has the reason.
   * @example
   * ```ts
   * const pattern = Regex.parse("(?i)bot|crawler");
   * if (pattern.error !== null) return pattern.error;
   * ```
   */
  static parse(pattern: string): Regex {
    return new Regex(pattern);
  }

  /**
   * Escapes a text, so that the pattern matches exactly this text. Like Go's `QuoteMeta`.
   *
   * @param text Any text.
   * @example
   * ```ts
   * Regex.quote("a.b"); // "a\\.b"
   * ```
   */
  static quote(text: string): string {
    const out = new TextBuilder();
    for (let i = 0; i < text.length; i++) {
      if ("\\.+*?()|[]{}^$".includes(text.charAt(i))) out.add("\\", 0, 1);
      out.add(text, i, i + 1);
    }
    return out.toString();
  }

  /**
   * Whether a part of a text matches. For the whole text, put the pattern between `^(?:` and `)$`.
   *
   * @param text Any text.
   * @returns Also false if the pattern is invalid.
   * @example
   * ```ts
   * Regex.parse("^/admin(/|$)").test("/admin/users"); // true
   * ```
   */
  test(text: string): bool {
    const matcher = this.matcher;
    return matcher !== null && matcher.test(text);
  }

  /**
   * Finds the first match in a text. Of the matches that begin there, the first in the order of the pattern counts.
   *
   * @param text Any text.
   * @returns The match; null if there is none.
   * @example
   * ```ts
   * const match = Regex.parse("id=(\\d+)").find("/users?id=42");
   * const id = match === null ? "" : match.group(1); // "42"
   * ```
   */
  find(text: string): RegexMatch | null {
    const found = this.findAll(text, 1);
    return found.length > 0 ? unchecked(found[0]) : null;
  }

  /**
   * Finds all matches in a text, one behind the other. An empty match at the end of another match does not count.
   *
   * @param text Any text.
   * @param limit The most matches to find; -1 for all.
   * @returns The matches from left to right; [] if there is none.
   * @example
   * ```ts
   * Regex.parse("[a-z]+").findAll("to be or not", 2).length; // 2
   * ```
   */
  findAll(text: string, limit: i32 = -1): RegexMatch[] {
    const found: RegexMatch[] = [];
    const search = this.search(text);
    if (search === null) return found;
    let at = 0;
    let lastEnd = -1;
    while (found.length != limit && search.find(at)) {
      const start = unchecked(search.slots[0]);
      const end = unchecked(search.slots[1]);
      if (start < end || start != lastEnd) found.push(this.match(text, search));
      at = end > at ? end : at + max(widthAt(text, at), 1);
      lastEnd = end;
    }
    return found;
  }

  /**
   * Replaces all matches in a text. Like Go's `ReplaceAllString`.
   *
   * @param text Any text.
   * @param template The replacement. `$1` or `${1}` stands for the first group, `$name` or `${name}` for a group with a
   * name, `$0` for the match, `$$` for `$`. A name is as long as possible: `$1x` is the group `1x`, not `${1}x`. A group
   * that does not exist is "".
   * @returns The new text. Without a match, or with an invalid pattern, the text. Null if the new text would be longer than
   * 16,777,216 characters, where each part of the template counts as one more character for each match.
   * @example
   * ```ts
   * Regex.parse("(?P<user>\\w+)@example.com").replaceAll("ann@example.com", "${user}@example.org"); // "ann@example.org"
   * ```
   */
  replaceAll(text: string, template: string): string | null {
    return this.replace(text, "", new Template(template));
  }

  /**
   * Replaces all matches in a text by another text. Like Go's `ReplaceAllLiteralString`.
   *
   * @param text Any text.
   * @param replacement The replacement, in which `$` has no meaning.
   * @returns The new text. Without a match, or with an invalid pattern, the text. Null if the new text would be longer than
   * 16,777,216 characters.
   * @example
   * ```ts
   * Regex.parse("\\d").replaceAllLiteral("card 4111", "$"); // "card $$$$"
   * ```
   */
  replaceAllLiteral(text: string, replacement: string): string | null {
    return this.replace(text, replacement, null);
  }

  /**
   * Splits a text at the matches. Like Go's `Split`.
   *
   * @param text Any text.
   * @param limit The most parts; the last part is the rest. -1 for all parts.
   * @returns The parts, without the matches. With an invalid pattern, the text as the only part.
   * @example
   * ```ts
   * Regex.parse("\\s*,\\s*").split("a , b,c"); // ["a", "b", "c"]
   * ```
   */
  split(text: string, limit: i32 = -1): string[] {
    const parts: string[] = [];
    if (limit == 0) return parts;
    if (text.length == 0 && this.pattern.length > 0) return [""];
    const matches = this.findAll(text, limit);
    let start = 0;
    let end = 0;
    for (let i = 0; i < matches.length && (limit < 0 || parts.length < limit - 1); i++) {
      const match = unchecked(matches[i]);
      end = match.start;
      if (match.end != 0) parts.push(text.substring(start, end));
      start = match.end;
    }
    if (end != text.length) parts.push(text.substring(start));
    return parts;
  }

  private search(text: string): Search | null {
    const matcher = this.matcher;
    return matcher === null ? null : matcher.search(text);
  }

  private match(text: string, search: Search): RegexMatch {
    return new RegexMatch(text, search.slots.slice<StaticArray<i32>>(), this.names);
  }

  private get names(): string[] {
    const matcher = this.matcher;
    return matcher === null ? [] : matcher.names;
  }

  /** Replaces by a template, or without one, by a replacement. */
  private replace(text: string, replacement: string, template: Template | null): string | null {
    const search = this.search(text);
    if (search === null) return text;
    const out = new TextBuilder(MOST);
    const match = new RegexMatch(text, search.slots, this.names);
    let at = 0;
    let lastEnd = 0;
    while (!out.isFull && at <= text.length && search.find(at)) {
      const start = unchecked(search.slots[0]);
      const end = unchecked(search.slots[1]);
      out.add(text, lastEnd, start);
      if (end > lastEnd || start == 0) {
        if (template !== null) template.addTo(out, text, match);
        else out.add(replacement, 0, replacement.length);
      }
      lastEnd = end;
      at = end > at ? end : at + max(widthAt(text, at), 1);
    }
    out.add(text, lastEnd, text.length);
    return out.isFull ? null : out.toString();
  }
}
