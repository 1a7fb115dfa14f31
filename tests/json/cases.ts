import type { Random } from "../support/random.js";

/** A call of gjson (`query`), sjson (`set`, `replace`, `delete`) or pretty (`pretty`, `ugly`). */
export interface Case {
  op: "query" | "set" | "replace" | "delete" | "pretty" | "ugly";
  json: string;
  path: string;
  value: string;
}

const KEYS = ["a", "b", "c", "name", "age", "a.b", "x y", "é", "0", "1", "-1", "", "ab", 'q"t', "back\\s"];
const STRINGS = [
  "",
  "a",
  "x",
  "ann",
  "bob",
  "anna",
  "a.b",
  "é€😀",
  'say "hi"',
  "back\\slash",
  "line\nfeed",
  "1",
  "true",
  "f",
];
const NUMBERS = ["0", "1", "2", "-1", "45", "1.5", "1e3", "-0", "1E-2", "12345678901234567890", "0.1"];

/** A random document, with white space if `space`. */
export function document(random: Random, space: boolean, depth = 0): string {
  const gap = (): string => (space && random.below(3) === 0 ? random.pick([" ", "\n", "\t", "  ", "\r\n"]) : "");
  const list = (element: () => string): string =>
    Array.from({ length: random.below(5) }, () => gap() + element() + gap()).join(",") || gap();
  const inner = (): string => document(random, space, depth + 1);
  const kind = random.below(depth === 0 ? 2 : depth > 3 ? 5 : 8);
  if (depth === 0 ? kind === 0 : kind === 5 || kind === 6) {
    return `{${list(() => `${text(random, KEYS)}${gap()}:${gap()}${inner()}`)}}`;
  }
  if (depth === 0 ? kind === 1 : kind === 7) return `[${list(inner)}]`;
  if (kind <= 1) return random.pick(NUMBERS);
  return kind === 2 ? random.pick(["true", "false", "null"]) : text(random, STRINGS);
}

/** A string, sometimes with escapes that it does not need. */
function text(random: Random, texts: readonly string[]): string {
  const quoted = JSON.stringify(random.pick(texts));
  return random.below(8) === 0 ? quoted.replace(/[a-zé]/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : quoted;
}

const escaped = (key: string): string => key.replace(/[.\\"*?|#@!{}[\]()]/g, "\\$&");

function pathPart(random: Random, depth: number): string {
  const part = (): string => pathPart(random, depth + 1);
  switch (random.below(depth > 2 ? 6 : 14)) {
    case 0:
    case 1:
    case 2:
      return escaped(random.pick(KEYS));
    case 3:
      return String(random.below(4));
    case 4:
      return random.pick(["*", "a*", "?", "n?me", "*b", "*e*", "\\*", "a\\?", "-1", ":1", "00"]);
    case 5:
      return "#";
    case 6:
    case 7:
      return `#(${condition(random, depth)})${random.pick(["", "#"])}`;
    case 8:
    case 9:
      return random.pick(MODIFIERS);
    case 10:
      return `[${Array.from({ length: random.below(4) }, part).join(",")}]`;
    case 11: {
      const member = (): string => random.pick(["", "", "k:", '"x y":', "k\\:"]) + path(random, depth + 1);
      return `{${Array.from({ length: random.below(4) }, member).join(",")}}`;
    }
    case 12:
      return random.pick(['!"text"', "!true", "!null", "!12", '!{"a":[1]}', "![1,2]", "!false"]);
    default:
      return random.pick(["#[a==1]", "#.a", "#.#", "..0", "..#", "#|#", "a#", "0#", "##"]);
  }
}

const MODIFIERS = [
  ...["@this", "@valid", "@pretty", "@ugly", "@reverse", "@keys", "@values", "@flatten", "@join", "@tostr", "@fromstr"],
  ...["@group", "@dig:a", "@dig:name", '@flatten:{"deep":true}', '@join:{"preserve":false}', "@nothing", "@reverse:x"],
  ...['@pretty:{"indent":"\\t","width":20}', '@pretty:{"sortKeys":true}', '@pretty:{"prefix":"  "}'],
];

function condition(random: Random, depth: number): string {
  const left = random.pick(["", "a", "name", "age", "a.b", "b.#", () => path(random, depth + 1)]);
  const operator = random.pick(["", "==", "=", "!=", "<", "<=", ">", ">=", "%", "!%"]);
  const right = random.pick([
    '"a"',
    '"ann"',
    "45",
    "1",
    '"a*"',
    "true",
    "false",
    "null",
    "~true",
    "~false",
    "~null",
    "~*",
    "a",
    '"1"',
    '"q\\"t"',
    '"*"',
    "",
  ]);
  const space = random.pick(["", "", " "]);
  const name = typeof left === "string" ? left : left();
  return operator === "" ? name : name + space + operator + space + right;
}

/** A random path of gjson. */
export function path(random: Random, depth = 0): string {
  let text = pathPart(random, depth);
  for (let n = random.below(4 - Math.min(depth, 3)); n > 0; n--)
    text += random.pick([".", ".", ".", "|"]) + pathPart(random, depth);
  return text;
}

/** A path with one character too many or too few. */
function broken(random: Random, path: string): string {
  const at = random.below(path.length + 1);
  const added = random.pick(["", "", ".", "#", "|", "(", ")", '"', "\\", "{", "]", "@", "!", "=", "*"]);
  return path.slice(0, at) + added + path.slice(added === "" ? at + 1 : at);
}

function editPath(random: Random): string {
  const part = (): string =>
    random.below(3) === 0
      ? random.pick(["0", "1", "2", "-1", "5", ":1", ":-1", "new", "00"])
      : escaped(random.pick(KEYS)).replaceAll("-1", random.pick(["-1", ":-1"]));
  return Array.from({ length: 1 + random.below(4) }, part).join(".");
}

/** A path through members and elements that exist, with another end in some cases. */
function existingPath(random: Random, value: unknown): string {
  const parts: string[] = [];
  while (value !== null && typeof value === "object") {
    const keys = Object.keys(value);
    if (keys.length === 0 || random.below(5) === 0) break;
    const key = random.pick(keys);
    parts.push(escaped(key));
    value = (value as Record<string, unknown>)[key];
  }
  if (parts.length === 0 || random.below(4) === 0) parts.push(editPath(random));
  return parts.join(".");
}

/** A random case. */
export function randomCase(random: Random): Case {
  const json = document(random, random.below(2) === 0);
  const op = random.pick(["query", "query", "query", "set", "set", "replace", "delete", "pretty", "ugly"] as const);
  if (op === "query") {
    const whole = random.below(3) === 0 ? `${existingPath(random, JSON.parse(json))}.${path(random)}` : path(random);
    return { op, json, path: random.below(6) === 0 ? broken(random, whole) : whole, value: "" };
  }
  if (op === "pretty" || op === "ugly") return { op, json, path: "", value: "" };
  if (op === "replace") {
    const selects = random.pick([
      "#.a",
      "#.name",
      "*",
      "#.b.c",
      `#(${condition(random, 3)})#.a`,
      `#(${condition(random, 3)})`,
    ]);
    const before = random.pick(["", "*.", "*.*.", `${existingPath(random, JSON.parse(json))}.`]);
    return { op, json, path: before + selects, value: document(random, false, 3) };
  }
  const edited = random.below(15) === 0 ? random.pick(["", " ", "1", '"x"']) : json;
  const target = random.below(3) === 0 ? editPath(random) : existingPath(random, JSON.parse(json));
  return { op, json: edited, path: target, value: op === "set" ? document(random, false, 3) : "" };
}
