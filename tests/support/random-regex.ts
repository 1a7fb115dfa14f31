import type { Random } from "./random.js";

const LITERALS = [
  "a",
  "b",
  "c",
  "A",
  "k",
  "s",
  "0",
  "_",
  "-",
  " ",
  "/",
  "é",
  "ſ",
  "K",
  "ß",
  "σ",
  "Ǆ",
  "世",
  "😀",
  "\n",
];
const ESCAPES = [
  ..."d D w W s S b B A z a f n r t v".split(" ").map((letter) => `\\${letter}`),
  ...["\\.", "\\*", "\\x41", "\\x{e9}", "\\x{1F600}", "\\101", "\\0", "\\Qa.b\\E", "\\Q*", "\\_", "\\/", "\\x{D800}"],
  ...[
    "\\pL",
    "\\PL",
    "\\p{Lu}",
    "\\P{Ll}",
    "\\p{^Nd}",
    "\\pM",
    "\\p{Zs}",
    "\\p{Any}",
    "\\p{Cn}",
    "\\pC",
    "\\p{LC}",
    "\\p{So}",
  ],
];
const WRONG = [
  "\\8",
  "\\1",
  "\\Z",
  "\\C",
  "\\p{Foo}",
  "\\pX",
  "\\x{110000}",
  "\\xg",
  "\\",
  "[[:foo:]]",
  "[z-a]",
  "(?z)",
];
const ASSERTIONS = ["^", "$", "\\b", "\\B", "\\A", "\\z"];
const POSIX = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split(" ");
const REPETITIONS = [
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{0,2}",
  "{1,}",
  "{2,3}?",
  "{0}",
  "{0,}",
  "{1,1}",
  "{3,}?",
];
const FLAGS = ["i", "s", "m", "U", "im", "i-s", "-i", "s-m", "-U", "imsU"];
const GARBAGE = [
  ..."()[]{}|*+?^$\\.-,:<>Pi0129abzQEpx=&!_",
  "(?",
  "(?P<",
  "(?i)",
  "[[:",
  ":]",
  "\\p{",
  "{2,",
  "[^",
  "é",
  "{1001}",
];
const TEMPLATES = [
  "$",
  "$$",
  "$0",
  "$1",
  "${1}",
  "$2x",
  "${2}x",
  "$n",
  "${n}",
  "$n1",
  "${",
  "${}",
  "$é",
  "$01",
  "x",
  "",
  "世",
];
/** Some are not UTF-8. */
const TEXTS = [
  ...LITERALS,
  "ab",
  "aa",
  "aab",
  "abc",
  "B",
  "Z",
  "9",
  ".",
  "\u0301",
  "\x80",
  "\xff",
  "\xc3",
  "\xe4\xb8",
  "\xed\xa0\x80",
];

/** A pattern; some are invalid. */
export function randomPattern(random: Random): string {
  const kind = random.below(12);
  if (kind === 0) return many(random, 8, () => random.pick(GARBAGE));
  const flags = random.below(3) === 0 ? `(?${random.pick(FLAGS)})` : "";
  return flags + choice(random, 1 + random.below(4));
}

/** The bytes of a text that patterns of `randomPattern` often match. */
export function randomText(random: Random): Uint8Array {
  const some = Array.from({ length: 1 + random.below(5) }, () => random.pick(TEXTS));
  const parts = Array.from({ length: random.below(random.below(10) === 0 ? 60 : 12) }, () => random.pick(some));
  // Characters from U+0080 to U+00FF with one code unit each stand for single bytes.
  return Buffer.concat(parts.map((part) => Buffer.from(part, part.length > 0 && isBytes(part) ? "latin1" : "utf8")));
}

export function randomTemplate(random: Random): string {
  return many(random, 3, () => random.pick(TEMPLATES));
}

function isBytes(part: string): boolean {
  return part !== "é" && part !== "ß" && /^[\x80-\xff]/.test(part);
}

function many(random: Random, below: number, one: () => string): string {
  return Array.from({ length: random.below(below + 1) }, one).join("");
}

function choice(random: Random, depth: number): string {
  const count = random.below(3) === 0 ? 1 + random.below(3) : 1;
  return Array.from({ length: count }, () => sequence(random, depth)).join("|");
}

function sequence(random: Random, depth: number): string {
  const count = random.below(4) + (depth > 1 ? 1 : 0);
  return Array.from({ length: count }, () => term(random, depth)).join("");
}

function term(random: Random, depth: number): string {
  const repetition = random.below(3) === 0 ? random.pick(REPETITIONS) : "";
  return atom(random, depth) + repetition;
}

function atom(random: Random, depth: number): string {
  const kind = random.below(depth > 0 ? 16 : 11);
  if (kind < 4) return random.pick(LITERALS);
  if (kind < 6) return random.pick(["a", "b"]);
  if (kind === 6) return ".";
  if (kind === 7) return random.pick(ESCAPES);
  if (kind === 8) return random.pick(ASSERTIONS);
  if (kind === 9) return brackets(random);
  if (kind === 10) return random.below(60) === 0 ? random.pick(WRONG) : random.pick(LITERALS);
  const inside = choice(random, depth - 1);
  if (kind < 13) return `(${inside})`;
  if (kind === 13) return `(?${random.pick(["P", ""])}<${random.pick(["n", "n1", "x_2"])}>${inside})`;
  return kind === 14 ? `(?:${inside})` : `(?${random.pick(FLAGS)}:${inside})`;
}

function brackets(random: Random): string {
  const items = Array.from({ length: 1 + random.below(3) }, () => {
    const kind = random.below(6);
    if (kind === 0) return `[:${random.pick(["", "^"])}${random.pick(POSIX)}:]`;
    if (kind === 1) return random.pick(["\\d", "\\W", "\\s", "\\pL", "\\P{Lu}", "\\x{100}", "\\]"]);
    if (kind === 2) return random.pick(["a-c", "A-z", "0-9", "é-世", "K-s", "\\x00-\\x7f", "😀-\\x{10FFFF}"]);
    return random.pick([...LITERALS, "]", "^"]);
  });
  return `[${random.pick(["", "", "^"])}${items.join("")}]`;
}
