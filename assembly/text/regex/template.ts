import { isWord } from "./code-point";
import { hasCharacter, normalize } from "./ranges";
import { RegexMatch } from "./regex-match";
import { TextBuilder } from "./text-builder";
import { addCategory } from "./unicode";

const DOLLAR: i32 = 0x24;
/** Stands for a group with a name. */
const NAMED: i32 = -1;
/** Stands for text. */
const TEXT: i32 = -2;

/** A replacement that refers to groups, as Go's `Expand` reads one: `$1`, `${1}`, `$name`, `${name}`, and `$$` for `$`. */
export class Template {
  /** The number of a group, NAMED or TEXT. */
  private kinds: Array<i32> = [];
  /** The text, or the name. */
  private texts: Array<string> = [];
  /** Letters and digits, once a character above U+007F needs them. */
  private letters: Array<u64> = [];

  constructor(template: string) {
    let at = 0;
    while (at < template.length) {
      const dollar = template.indexOf("$", at);
      if (dollar < 0) break;
      this.add(TEXT, template.substring(at, dollar));
      at = dollar + 1;
      const isBraced = at < template.length && template.charCodeAt(at) == 0x7b;
      const start = isBraced ? at + 1 : at;
      const end = this.endOfName(template, start);
      const isClosed = end < template.length && template.charCodeAt(end) == 0x7d;
      if (end == start || (isBraced && !isClosed)) {
        // A `$` without a name stands for itself; of two, one does.
        this.add(TEXT, "$");
        if (at < template.length && template.charCodeAt(at) == DOLLAR) at++;
        continue;
      }
      const name = template.substring(start, end);
      this.add(numberOf(name), name);
      at = isBraced ? end + 1 : end;
    }
    this.add(TEXT, template.substring(at));
  }

  /** The index behind the letters, digits and underscores at an index. */
  private endOfName(text: string, at: i32): i32 {
    while (at < text.length) {
      const c = text.codePointAt(at);
      if (c < 0x80 ? !isWord(c) : !this.isLetter(c)) break;
      at += c > 0xffff ? 2 : 1;
    }
    return at;
  }

  private isLetter(c: u32): bool {
    const letters = this.letters;
    if (letters.length == 0) {
      addCategory(letters, "L");
      addCategory(letters, "Nd");
      normalize(letters);
    }
    return hasCharacter(letters.dataStart, letters.length, c);
  }

  private add(kind: i32, text: string): void {
    this.kinds.push(kind);
    this.texts.push(text);
  }

  /** Adds the replacement of a match in a text. */
  addTo(out: TextBuilder, subject: string, match: RegexMatch): void {
    for (let i = 0; i < this.kinds.length; i++) {
      const kind = unchecked(this.kinds[i]);
      const text = unchecked(this.texts[i]);
      // `numberOf` compares a name with those of all groups.
      out.spend(kind == NAMED ? match.groupCount : 1);
      if (out.isFull) return;
      if (kind == TEXT) {
        out.add(text, 0, text.length);
        continue;
      }
      const group = kind == NAMED ? match.numberOf(text) : kind;
      if (match.has(group)) out.add(subject, match.startOf(group), match.endOf(group));
    }
  }
}

/** The number that a name is; NAMED for another name, for a number with leading zeros, and for a large number. */
function numberOf(name: string): i32 {
  if (name.length > 9 || (name.length > 1 && name.charCodeAt(0) == 0x30)) return NAMED;
  let value = 0;
  for (let i = 0; i < name.length; i++) {
    const digit = name.charCodeAt(i) - 0x30;
    if (<u32>digit > 9) return NAMED;
    value = value * 10 + digit;
  }
  return value;
}
