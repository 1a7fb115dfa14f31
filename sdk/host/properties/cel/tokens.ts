/** An error in an expression, or in its evaluation. */
export class CelError extends Error {
  override readonly name = "CelError";
}

export interface Token {
  kind: "name" | "int" | "double" | "string" | "bytes" | "sign" | "end";
  text: string;
}

const SIGNS = /^(\|\||&&|==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}])/;
const NAME = /^[A-Za-z_]\w*/;
const NUMBER = /^(0[xX][\dA-Fa-f]+[uU]?|\d+\.\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+[uU]?)/;
const TEXT = /^([bB]?[rR]?|[rR][bB])("""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')/;
const RAW_TEXT = /^([rR][bB]?|[bB][rR])("""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')/;
const BLANK = /^(\s+|\/\/[^\n]*)/;

/**
 * Splits an expression into tokens.
 *
 * @throws CelError for a character that begins no token
 */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let rest = source;
  const take = (text: string) => (rest = rest.slice(text.length));
  while (rest !== "") {
    const blank = BLANK.exec(rest);
    const text = RAW_TEXT.exec(rest) ?? TEXT.exec(rest);
    const number = NUMBER.exec(rest);
    const other = NAME.exec(rest) ?? SIGNS.exec(rest);
    if (blank) take(blank[0]);
    else if (text) {
      found.push(literal(text[1]!.toLowerCase(), text[2]!));
      take(text[0]);
    } else if (number) {
      const isDouble = /[.eE]/.test(number[0]) && !/^0[xX]/.test(number[0]);
      found.push({ kind: isDouble ? "double" : "int", text: number[0].replace(/[uU]$/, "") });
      take(number[0]);
    } else if (other) {
      found.push({ kind: /\w/.test(other[0][0]!) ? "name" : "sign", text: other[0] });
      take(other[0]);
    } else throw new CelError(`unexpected "${rest[0]}"`);
  }
  found.push({ kind: "end", text: "" });
  return found;
}

function literal(prefix: string, quoted: string): Token {
  const quotes = /^("""|''')/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(quotes, -quotes);
  const isBytes = prefix.includes("b");
  return { kind: isBytes ? "bytes" : "string", text: prefix.includes("r") ? inner : unescaped(inner, isBytes) };
}

const PLAIN: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
  ...{ "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?" },
};

function unescaped(text: string, isBytes: boolean): string {
  const form = /\\(x[\dA-Fa-f]{2}|X[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|[0-3][0-7]{2}|[^])/g;
  return text.replace(form, (_, code: string) => {
    const plain = PLAIN[code];
    if (plain !== undefined) return plain;
    const number = /^[0-3]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
    if (Number.isNaN(number) || number > 0x10ffff || code.length === 1) throw new CelError(`unknown escape \\${code}`);
    // Strings are byte strings of their UTF-8.
    return isBytes ? String.fromCharCode(number) : Buffer.from(String.fromCodePoint(number), "utf8").toString("latin1");
  });
}
