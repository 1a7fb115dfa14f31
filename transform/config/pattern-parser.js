// Reads a pattern that JavaScript accepts with the flag u.

const LAST = 0x10ffff;

/** @typedef {[number, number][]} Ranges inclusive ranges of code points, ascending and apart */

/**
 * @typedef {{ set: Ranges } | { sequence: Part[] } | { alternatives: Part[] } | { assertion: "start" | "end" }
 * | { repeated: Part, least: number, most: number }} Part
 */

/** Sorts ranges and joins those that touch. */
export function normalized(/** @type {Ranges} */ ranges) {
  /** @type {Ranges} */
  const result = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else result.push([low, high]);
  }
  return result;
}

function complement(/** @type {Ranges} */ ranges) {
  /** @type {Ranges} */
  const result = [];
  let next = 0;
  for (const [low, high] of normalized(ranges)) {
    if (low > next) result.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= LAST) result.push([next, LAST]);
  return result;
}

/** The code points of which JavaScript says that they match a class such as \p{Lu}. */
function rangesOf(/** @type {string} */ text) {
  const regexp = new RegExp(`^${text}$`, "u");
  /** @type {Ranges} */
  const ranges = [];
  for (let c = 0; c <= LAST; c++) {
    if (!regexp.test(String.fromCodePoint(c))) continue;
    const last = ranges.at(-1);
    if (last && last[1] === c - 1) last[1] = c;
    else ranges.push([c, c]);
  }
  return ranges;
}

/** @type {Map<string, Ranges>} */
const known = new Map();
function classOf(/** @type {string} */ text) {
  const ranges = known.get(text) ?? rangesOf(text);
  known.set(text, ranges);
  return ranges;
}

const CONTROLS = /** @type {Record<string, number>} */ ({ t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 });

export class PatternParser {
  at = 0;

  constructor(/** @type {string} */ pattern) {
    this.chars = Array.from(pattern);
  }

  /** @returns {Part} */
  alternatives() {
    const alternatives = [];
    do {
      /** @type {Part[]} */
      const sequence = [];
      while (this.at < this.chars.length && this.peek() !== "|" && this.peek() !== ")") sequence.push(this.term());
      alternatives.push({ sequence });
    } while (this.eat("|"));
    return alternatives.length === 1 ? /** @type {Part} */ (alternatives[0]) : { alternatives };
  }

  peek() {
    return this.chars[this.at] ?? "";
  }

  take() {
    return this.chars[this.at++] ?? "";
  }

  eat(/** @type {string} */ text) {
    if (this.chars.slice(this.at, this.at + text.length).join("") !== text) return false;
    this.at += text.length;
    return true;
  }

  /** The text up to a character, which is taken too. */
  until(/** @type {string} */ end) {
    const from = this.at;
    this.at = this.chars.indexOf(end, from) + 1;
    return this.chars.slice(from, this.at - 1).join("");
  }

  /** @returns {Part} */
  term() {
    if (this.eat("^")) return { assertion: "start" };
    if (this.eat("$")) return { assertion: "end" };
    for (const text of ["(?=", "(?!", "(?<=", "(?<!"]) {
      if (this.eat(text)) throw new Error(`${text} is not supported`);
    }
    const part = this.atom();
    const [least, most] = this.quantifier();
    return least === 1 && most === 1 ? part : { repeated: part, least, most };
  }

  /** @returns {[number, number]} */
  quantifier() {
    /** @type {[number, number]} */
    let times;
    if (this.eat("*")) times = [0, Infinity];
    else if (this.eat("+")) times = [1, Infinity];
    else if (this.eat("?")) times = [0, 1];
    else if (this.eat("{")) {
      const [least = "", most] = this.until("}").split(",");
      times = [Number(least), most === undefined ? Number(least) : most === "" ? Infinity : Number(most)];
    } else return [1, 1];
    this.eat("?"); // a lazy quantifier matches the same texts
    return times;
  }

  /** @returns {Part} */
  atom() {
    if (this.eat("(")) {
      if (this.eat("?<")) this.until(">");
      else if (this.eat("?") && !this.eat(":")) throw new Error("flags in a group are not supported");
      const part = this.alternatives();
      this.eat(")");
      return part;
    }
    if (this.eat(".")) return { set: complement([[10, 10], [13, 13], [0x2028, 0x2029]]) }; // prettier-ignore
    if (this.eat("[")) return { set: this.brackets() };
    if (this.eat("\\")) return { set: this.escape() };
    const c = /** @type {number} */ (this.take().codePointAt(0));
    return { set: [[c, c]] };
  }

  brackets() {
    const negated = this.eat("^");
    /** @type {Ranges} */
    const ranges = [];
    while (!this.eat("]")) {
      const first = this.member();
      const isOne = first.length === 1 && first[0]?.[0] === first[0]?.[1];
      if (isOne && this.peek() === "-" && this.chars[this.at + 1] !== "]") {
        this.take();
        ranges.push([/** @type {any} */ (first)[0][0], /** @type {any} */ (this.member())[0][1]]);
      } else ranges.push(...first);
    }
    return negated ? complement(ranges) : normalized(ranges);
  }

  /** @returns {Ranges} */
  member() {
    if (this.eat("\\")) return this.escape(true);
    const c = /** @type {number} */ (this.take().codePointAt(0));
    return [[c, c]];
  }

  /** @returns {Ranges} */
  escape(inBrackets = false) {
    const c = this.take();
    if ("dDwWsS".includes(c)) return classOf(`\\${c}`);
    if (c === "p" || c === "P") {
      this.eat("{");
      return classOf(`\\${c}{${this.until("}")}}`);
    }
    if (!inBrackets && (c === "b" || c === "B")) throw new Error(`\\${c} is not supported`);
    if (!inBrackets && (c === "k" || /[1-9]/.test(c))) throw new Error("references to groups are not supported");
    const code = this.code(c);
    return [[code, code]];
  }

  /** The code point that an escape stands for. */
  code(/** @type {string} */ c) {
    const control = CONTROLS[c];
    if (control !== undefined) return control;
    if (c === "b") return 8;
    if (c === "c") return this.take().charCodeAt(0) % 32;
    if (c === "x") return this.hex(2);
    if (c !== "u") return /** @type {number} */ (c.codePointAt(0));
    if (this.eat("{")) return parseInt(this.until("}"), 16);
    const high = this.hex(4);
    if (high >> 10 !== 0x36 || !this.eat("\\u")) return high;
    const at = this.at;
    const low = this.hex(4);
    if (low >> 10 === 0x37) return 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
    this.at = at - 2;
    return high;
  }

  hex(/** @type {number} */ digits) {
    this.at += digits;
    return parseInt(this.chars.slice(this.at - digits, this.at).join(""), 16);
  }
}
