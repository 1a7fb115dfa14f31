/** The smallest parts of a YAML text that the parser sees. */
export type Token = MarkToken | TextToken | TagToken;

/** A token without a text of its own. */
export interface MarkToken {
  kind:
    | "end of text"
    | "document start"
    | "document end"
    | "block sequence"
    | "block mapping"
    | "block end"
    | "["
    | "]"
    | "{"
    | "}"
    | ","
    | "-"
    | "key"
    | "value";
  line: number;
}

export interface TextToken {
  kind: "plain" | "quoted" | "anchor" | "alias";
  line: number;
  text: string;
}

/** "!!int" has the handle "!!" and the suffix "int". `!<uri>` has no handle. */
export interface TagToken {
  kind: "tag";
  line: number;
  handle: string;
  suffix: string;
}
