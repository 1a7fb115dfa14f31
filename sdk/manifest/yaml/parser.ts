import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from "./node.js";
import { Scanner } from "./scanner.js";
import { YamlSyntaxError } from "./syntax-error.js";
import type { TagToken, Token } from "./token.js";

/** How deep values may be nested: deeper ones need more stack than Node has by default. */
const DEEPEST = 1_000;

/** What tags stand for. kubectl reads no "%TAG" that adds more. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ["!", "!"],
  ["!!", "tag:yaml.org,2002:"],
]);

/**
 * Reads the first document of a text.
 *
 * @returns undefined for a text without a document
 * @throws YamlSyntaxError
 */
export function parseDocument(text: string): YamlNode | undefined {
  return new Parser(text).document();
}

class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, YamlNode>();
  private depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  document(): YamlNode | undefined {
    const first = this.scanner.peek();
    if (first.kind === "end of text") return undefined;
    if (first.kind === "document start") this.scanner.next();
    const isEmpty = first.kind === "document start" && endsDocument(this.scanner.peek());
    const node = isEmpty ? empty(first.line) : this.node(true, false);
    // The end of the document: Go looks at the next token, and finds an error there.
    this.scanner.peek();
    return node;
  }

  /**
   * @param block whether a block collection can stand here
   * @param indentless whether a sequence can stand here whose "-" is at the column of the mapping around it
   */
  private node(block: boolean, indentless: boolean): YamlNode {
    const first = this.scanner.peek();
    if (first.kind === "alias") {
      this.scanner.next();
      const target = this.anchors.get(first.text);
      if (!target)
        return this.fail(
          first,
          `no anchor "&${first.text}" precedes "*${first.text}"; put a text that begins with "*" in quotes`,
        );
      return { kind: "alias", line: first.line, name: first.text, target };
    }
    const { anchor, tag } = this.properties();
    this.depth += 1;
    if (this.depth > DEEPEST) this.fail(first, `values are nested more than ${DEEPEST} deep`);
    const node = this.content(block, indentless, anchor, tag, first.line);
    this.depth -= 1;
    return node;
  }

  /** The anchor and the tag before a node, in either order. */
  private properties(): { anchor: string | undefined; tag: string | undefined } {
    let anchor: string | undefined;
    let tag: string | undefined;
    for (;;) {
      const token = this.scanner.peek();
      if (token.kind === "anchor" && anchor === undefined) anchor = token.text;
      else if (token.kind === "tag" && tag === undefined) tag = this.wholeTag(token);
      else return { anchor, tag };
      this.scanner.next();
    }
  }

  private wholeTag(token: TagToken): string {
    if (token.handle === "") return token.suffix;
    const prefix = PREFIXES.get(token.handle);
    if (prefix === undefined)
      return this.fail(token, `expected a tag such as "!!str", got "${token.handle}${token.suffix}"`);
    return prefix + token.suffix;
  }

  private content(
    block: boolean,
    indentless: boolean,
    anchor: string | undefined,
    tag: string | undefined,
    line: number,
  ) {
    const token = this.scanner.peek();
    switch (token.kind) {
      case "plain":
      case "quoted": {
        this.scanner.next();
        const implicit = (tag === undefined && token.kind === "plain") || tag === "!";
        const scalar: ScalarNode = { kind: "scalar", line, text: token.text, tag: tag ?? "", implicit };
        return this.anchored(anchor, scalar);
      }
      case "-":
        if (!indentless) break;
        return this.sequence(anchor, line, "indentless");
      case "[":
        this.scanner.next();
        return this.flowSequence(anchor, line);
      case "{":
        this.scanner.next();
        return this.flowMapping(anchor, line);
      case "block sequence":
        if (!block) break;
        this.scanner.next();
        return this.sequence(anchor, line, "block");
      case "block mapping":
        if (!block) break;
        this.scanner.next();
        return this.mapping(anchor, line);
    }
    if (anchor === undefined && tag === undefined) this.fail(token, expected("a value", token));
    return this.anchored(anchor, { kind: "scalar", line, text: "", tag: tag ?? "", implicit: tag === undefined });
  }

  private anchored<Node extends YamlNode>(anchor: string | undefined, node: Node): Node {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    return node;
  }

  private sequence(anchor: string | undefined, line: number, form: "block" | "indentless"): SequenceNode {
    const node = this.anchored<SequenceNode>(anchor, { kind: "sequence", line, items: [] });
    for (;;) {
      const token = this.scanner.peek();
      if (token.kind !== "-") {
        if (form === "indentless") return node;
        if (token.kind !== "block end") this.fail(token, expected('"- "', token));
        this.scanner.next();
        return node;
      }
      this.scanner.next();
      const { kind } = this.scanner.peek();
      const none =
        kind === "-" || kind === "block end" || (form === "indentless" && (kind === "key" || kind === "value"));
      node.items.push(none ? empty(token.line) : this.node(true, false));
    }
  }

  private mapping(anchor: string | undefined, line: number): MappingNode {
    const node = this.anchored<MappingNode>(anchor, { kind: "mapping", line, entries: [] });
    for (;;) {
      const token = this.scanner.peek();
      if (token.kind === "block end") {
        this.scanner.next();
        return node;
      }
      if (token.kind !== "key") this.fail(token, expected("a key", token));
      const key = this.blockPart("key", token.line);
      node.entries.push([key, this.blockPart("value", token.line)]);
    }
  }

  private blockPart(part: "key" | "value", line: number): YamlNode {
    if (this.scanner.peek().kind !== part) return empty(line);
    const mark = this.scanner.next();
    const { kind } = this.scanner.peek();
    return kind === "key" || kind === "value" || kind === "block end" ? empty(mark.line) : this.node(true, true);
  }

  private flowSequence(anchor: string | undefined, line: number): SequenceNode {
    const node = this.anchored<SequenceNode>(anchor, { kind: "sequence", line, items: [] });
    while (this.flowGoesOn("]", node.items.length === 0)) {
      const token = this.scanner.peek();
      if (token.kind !== "key") {
        node.items.push(this.node(false, false));
        continue;
      }
      this.scanner.next();
      const key = this.flowPart("]");
      node.items.push({ kind: "mapping", line: token.line, entries: [[key, this.flowValue("]")]] });
    }
    return node;
  }

  private flowMapping(anchor: string | undefined, line: number): MappingNode {
    const node = this.anchored<MappingNode>(anchor, { kind: "mapping", line, entries: [] });
    while (this.flowGoesOn("}", node.entries.length === 0)) {
      if (this.scanner.peek().kind === "key") {
        this.scanner.next();
        const key = this.flowPart("}");
        node.entries.push([key, this.flowValue("}")]);
      } else {
        const key = this.node(false, false);
        node.entries.push([key, empty(this.scanner.peek().line)]);
      }
    }
    return node;
  }

  /** Takes the comma between entries, or the closing bracket. */
  private flowGoesOn(close: "]" | "}", first: boolean): boolean {
    if (!first && this.scanner.peek().kind !== close) {
      const comma = this.scanner.next();
      if (comma.kind !== ",") this.fail(comma, expected(`"," or "${close}"`, comma));
    }
    if (this.scanner.peek().kind !== close) return true;
    this.scanner.next();
    return false;
  }

  private flowPart(close: "]" | "}"): YamlNode {
    const token = this.scanner.peek();
    if (token.kind === "value" || token.kind === "," || token.kind === close) return empty(token.line);
    return this.node(false, false);
  }

  private flowValue(close: "]" | "}"): YamlNode {
    const token = this.scanner.peek();
    if (token.kind !== "value") return empty(token.line);
    this.scanner.next();
    const { kind, line } = this.scanner.peek();
    return kind === "," || kind === close ? empty(line) : this.node(false, false);
  }

  private fail(token: Token, reason: string): never {
    throw new YamlSyntaxError(token.line, reason);
  }
}

function empty(line: number): ScalarNode {
  return { kind: "scalar", line, text: "", tag: "", implicit: true };
}

function endsDocument({ kind }: Token): boolean {
  return kind === "document start" || kind === "document end" || kind === "end of text";
}

function expected(what: string, token: Token): string {
  switch (token.kind) {
    case "end of text":
      return `expected ${what} before the end of the text`;
    case "plain":
    case "quoted":
      return `expected ${what}, got "${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}"`;
    case "block end":
    case "block sequence":
    case "block mapping":
      return `expected ${what}; is the indentation right?`;
    case "key":
    case "value":
      return `expected ${what}, got a key`;
    case "-":
      return `expected ${what}, got "- "`;
    case "[":
    case "]":
    case "{":
    case "}":
    case ",":
      return `expected ${what}, got "${token.kind}"`;
    case "anchor":
    case "alias":
    case "tag":
      return `expected ${what}, got an ${token.kind === "tag" ? "extra tag" : token.kind}`;
    default:
      return `expected ${what}, got the end of the document`;
  }
}
