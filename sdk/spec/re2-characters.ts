/** A set of characters: classes of JavaScript without their brackets. */
export interface Characters {
  negated: boolean;
  /** The characters of these classes are in the set. */
  included: string[];
  /** All characters outside one of these classes are in the set. */
  excluded: string[];
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
/** RE2's classes have ASCII only, and its `\s` has no vertical tab. */
const PERL: Readonly<Record<string, string>> = { d: "0-9", w: "0-9A-Za-z_", s: "\\t\\n\\f\\r " };
const CONTROLS: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const LAST_CHARACTER = 0x10ffff;

/** What one piece of a pattern stands for, and how many characters of the pattern the piece has. */
interface Piece<T> {
  length: number;
  value: T;
}

/** The set of one character. */
export function single(character: string): Characters {
  return { negated: false, included: [hex(character.codePointAt(0)!)], excluded: [] };
}

/** All characters, or all but the line feed. */
export function anyCharacter(lineFeed: boolean): Characters {
  return { negated: true, included: lineFeed ? [] : ["\\n"], excluded: [] };
}

/** Whether a character is in a set. Throws an Error when JavaScript knows no such class. */
export function matcher({ negated, included, excluded }: Characters, ignoreCase: boolean): (one: string) => boolean {
  const compile = (text: string) => new RegExp(`^[${text}]$`, ignoreCase ? "iu" : "u");
  const positive = compile(included.join(""));
  const negative = excluded.map(compile);
  const known = new Map<string, boolean>();
  return (one) => {
    let found = known.get(one);
    if (found === undefined) {
      found = (positive.test(one) || negative.some((expression) => !expression.test(one))) !== negated;
      // A request can bring any character; the cache must not grow with them.
      if (one < "\x80") known.set(one, found);
    }
    return found;
  };
}

/**
 * Reads an escape that stands for a set, such as `\d` or `\pL`; undefined for another escape.
 *
 * @param rest the pattern from the backslash
 */
export function readEscapedSet(rest: string): Piece<Characters> | undefined {
  const [perl, letter] = /^\\([dwsDWS])/.exec(rest) ?? [];
  if (perl !== undefined) return { length: 2, value: set(PERL[letter!.toLowerCase()]!, /[DWS]/.test(letter!)) };
  const [property] = /^\\[pP](?:\{\^?\w+\}|[A-Z])/.exec(rest) ?? [];
  if (property === undefined) return undefined;
  const name = property.replace(/^\\[pP]\{?\^?|\}$/g, "");
  const isNegated = property.startsWith("\\P") !== property.includes("^");
  const isGeneral = /^(Any|[A-Z][a-z]?)$/.test(name);
  const value = set(`\\p{${isGeneral ? name : `Script=${name}`}}`, isNegated);
  try {
    matcher(value, false);
  } catch {
    throw new Error(`RE2 has no class ${property}`);
  }
  return { length: property.length, value };
}

/** Reads an escape that stands for one character. Throws an Error for an escape that RE2 does not have. */
export function readEscapedCharacter(rest: string): Piece<string> {
  const letter = rest[1];
  if (letter === undefined) throw new Error("the expression ends in a backslash");
  const [octal] = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ?? [];
  if (octal !== undefined) {
    return { length: octal.length, value: String.fromCodePoint(Number.parseInt(octal.slice(1), 8)) };
  }
  if (/[1-9]/.test(letter)) throw new Error("RE2 has no references to groups");
  const [byCode, digits] = /^\\x(?:\{([0-9A-Fa-f]+)\}|[0-9A-Fa-f]{2})/.exec(rest) ?? [];
  if (byCode !== undefined) {
    const code = Number.parseInt(digits ?? byCode.slice(2), 16);
    if (code > LAST_CHARACTER) throw new Error(`there is no character ${byCode}`);
    return { length: byCode.length, value: String.fromCodePoint(code) };
  }
  if (Object.hasOwn(CONTROLS, letter)) return { length: 2, value: CONTROLS[letter]! };
  if (/[A-Za-z0-9\x80-\uFFFF]/.test(letter)) throw new Error(`RE2 has no escape \\${letter}`);
  return { length: 2, value: letter };
}

/** Reads a class in brackets. */
export function readClass(rest: string): Piece<Characters> {
  const value: Characters = { negated: rest[1] === "^", included: [], excluded: [] };
  const first = value.negated ? 2 : 1;
  let at = first;
  for (;;) {
    const left = rest.slice(at);
    if (left === "") throw new Error("a class [ has no end ]");
    if (left.startsWith("]") && at > first) return { length: at + 1, value };
    const piece = readPosix(left) ?? readEscapedSet(left);
    if (piece) {
      value.included.push(...piece.value.included);
      value.excluded.push(...piece.value.excluded);
      at += piece.length;
    } else {
      const range = readRange(left);
      value.included.push(range.value);
      at += range.length;
    }
  }
}

function readPosix(rest: string): Piece<Characters> | undefined {
  const [whole, negated, name] = /^\[:(\^?)(\w+):\]/.exec(rest) ?? [];
  if (whole === undefined) return undefined;
  if (!Object.hasOwn(POSIX, name!)) throw new Error(`RE2 has no class ${whole}`);
  return { length: whole.length, value: set(POSIX[name!]!, negated !== "") };
}

function readRange(rest: string): Piece<string> {
  const low = readClassCharacter(rest);
  const after = rest.slice(low.length);
  if (!/^-[^\]]/.test(after)) return { length: low.length, value: hex(low.value.codePointAt(0)!) };
  const high = readClassCharacter(after.slice(1));
  const length = low.length + 1 + high.length;
  const [from, to] = [low.value.codePointAt(0)!, high.value.codePointAt(0)!];
  if (from > to) throw new Error(`the range ${rest.slice(0, length)} ends before it begins`);
  return { length, value: `${hex(from)}-${hex(to)}` };
}

function readClassCharacter(rest: string): Piece<string> {
  if (rest.startsWith("\\")) return readEscapedCharacter(rest);
  const [value = ""] = rest;
  return { length: value.length, value };
}

/** The characters of a class or, negated, all others. */
function set(characters: string, negated: boolean): Characters {
  return { negated: false, included: negated ? [] : [characters], excluded: negated ? [characters] : [] };
}

function hex(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
