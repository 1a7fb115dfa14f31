import type { YamlNode } from "./node.js";
import { parseDocument } from "./parser.js";

/** The way to a value: keys of mappings, and indexes of lists. */
export type Path = readonly (string | number)[];

/** Finds lines in a document. The text is parsed again at the first question, since most documents have no mistake. */
export class DocumentLines {
  private root: YamlNode | undefined;

  constructor(
    private readonly text: string,
    /** The line in the file of the text's first line, from 1. */
    private readonly firstLine: number,
  ) {}

  /** The line in the file of a value, or of its key if the value is in a mapping; of the last part of the path found. */
  find(path: Path): number {
    let node = this.node();
    let line = node?.line ?? 0;
    for (const part of path) {
      while (node?.kind === "alias") node = node.target;
      if (node?.kind === "sequence") {
        node = node.items[Number(part)];
        if (node) line = node.line;
      } else if (node?.kind === "mapping") {
        const entry = node.entries.filter(([key]) => key.kind === "scalar" && key.text === part).at(-1);
        if (entry) line = entry[0].line;
        node = entry?.[1];
      } else break;
    }
    return line + this.firstLine;
  }

  private node(): YamlNode | undefined {
    try {
      return (this.root ??= parseDocument(this.text));
    } catch {
      // JSON with "\ud83d\ude00" is no YAML for Go.
      return undefined;
    }
  }
}
