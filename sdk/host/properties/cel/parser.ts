import type { Value } from "../values.js";
import { FUNCTIONS, MACROS, OPERATORS } from "./functions.js";
import { CelError, tokens, type Token } from "./tokens.js";

/** A parsed expression. */
export type Expression =
  | { is: "constant"; value: Value }
  | { is: "name"; name: string }
  | { is: "field"; of: Expression; key: string }
  | { is: "has"; of: Expression; key: string }
  | { is: "index"; of: Expression; key: Expression }
  | { is: "list"; items: Expression[] }
  | { is: "map"; entries: [Expression, Expression][] }
  | { is: "choice"; condition: Expression; yes: Expression; no: Expression }
  | { is: "and" | "or"; left: Expression; right: Expression }
  | { is: "macro"; name: string; of: Expression; variable: string; body: Expression }
  | { is: "call"; name: string; args: Expression[] };

/** The binary operators, lowest precedence first. */
const LEVELS = [["||"], ["&&"], ["<", "<=", ">", ">=", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

/**
 * Parses an expression of Google's Common Expression Language.
 *
 * @throws CelError for a syntax error or an unknown function
 * @example
 * parse('request.method == "GET" && request.headers["x-a"].startsWith("b")');
 */
export function parse(source: string): Expression {
  return new Parser(tokens(source)).whole();
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const expression = this.expression();
    if (this.token.kind !== "end") throw new CelError(`unexpected "${this.token.text}"`);
    return expression;
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private isNext(...texts: readonly string[]): boolean {
    const { kind, text } = this.token;
    return (kind === "sign" || kind === "name") && texts.includes(text);
  }

  private skip(text: string): boolean {
    const found = this.isNext(text);
    if (found) this.at++;
    return found;
  }

  private expect(text: string): void {
    if (!this.skip(text)) throw new CelError(`expected "${text}", got "${this.token.text}"`);
  }

  private expression(): Expression {
    const condition = this.binary(0);
    if (!this.skip("?")) return condition;
    const yes = this.binary(0);
    this.expect(":");
    return { is: "choice", condition, yes, no: this.expression() };
  }

  private binary(level: number): Expression {
    const signs = LEVELS[level];
    if (!signs) return this.unary();
    let left = this.binary(level + 1);
    while (this.isNext(...signs)) {
      const sign = this.tokens[this.at++]!.text;
      const right = this.binary(level + 1);
      if (sign === "&&" || sign === "||") left = { is: sign === "&&" ? "and" : "or", left, right };
      else left = { is: "call", name: sign, args: [left, right] };
    }
    return left;
  }

  private unary(): Expression {
    if (this.skip("!")) return { is: "call", name: "!", args: [this.unary()] };
    if (this.skip("-")) return { is: "call", name: "negate", args: [this.unary()] };
    let expression = this.primary();
    for (;;) {
      if (this.skip(".")) expression = this.member(expression);
      else if (this.skip("[")) {
        const key = this.expression();
        this.expect("]");
        expression = { is: "index", of: expression, key };
      } else return expression;
    }
  }

  private member(of: Expression): Expression {
    const key = this.name();
    if (!this.isNext("(")) return { is: "field", of, key };
    const args = this.list("(", ")");
    if (!MACROS.has(key)) return this.call(key, [of, ...args]);
    const [variable, body] = args;
    if (args.length !== 2 || variable?.is !== "name") throw new CelError(`${key} expects a name and an expression`);
    return { is: "macro", name: key, of, variable: variable.name, body: body! };
  }

  private primary(): Expression {
    const { kind, text } = this.token;
    if (this.skip("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (this.isNext("[")) return { is: "list", items: this.list("[", "]") };
    if (this.isNext("{")) return this.map();
    if (kind === "name") return this.named();
    this.at++;
    if (kind === "int") return { is: "constant", value: BigInt(text) };
    if (kind === "double") return { is: "constant", value: Number(text) };
    if (kind === "string") return { is: "constant", value: text };
    if (kind === "bytes") return { is: "constant", value: Buffer.from(text, "latin1") };
    throw new CelError(kind === "end" ? "the expression ends too soon" : `unexpected "${text}"`);
  }

  private named(): Expression {
    const name = this.name();
    if (name === "true" || name === "false") return { is: "constant", value: name === "true" };
    if (name === "null") return { is: "constant", value: null };
    if (!this.isNext("(")) return { is: "name", name };
    const args = this.list("(", ")");
    if (name !== "has") return this.call(name, args);
    const [field] = args;
    if (args.length !== 1 || field?.is !== "field") throw new CelError("has expects a field");
    return { ...field, is: "has" };
  }

  private call(name: string, args: Expression[]): Expression {
    if (!Object.hasOwn(FUNCTIONS, name) || Object.hasOwn(OPERATORS, name)) throw new CelError(`no function ${name}`);
    return { is: "call", name, args };
  }

  private list(open: string, close: string): Expression[] {
    this.expect(open);
    const items: Expression[] = [];
    while (!this.skip(close)) {
      if (items.length > 0) this.expect(",");
      if (items.length > 0 && this.skip(close)) break;
      items.push(this.expression());
    }
    return items;
  }

  private map(): Expression {
    this.expect("{");
    const entries: [Expression, Expression][] = [];
    while (!this.skip("}")) {
      if (entries.length > 0) this.expect(",");
      if (entries.length > 0 && this.skip("}")) break;
      const key = this.expression();
      this.expect(":");
      entries.push([key, this.expression()]);
    }
    return { is: "map", entries };
  }

  private name(): string {
    const { kind, text } = this.token;
    if (kind !== "name") throw new CelError(`expected a name, got "${text}"`);
    this.at++;
    return text;
  }
}
