import { YamlSyntaxError } from "./syntax-error.js";

/** A part of a file that is one document. */
export interface DocumentText {
  text: string;
  /** The line in the file that the text begins with, from 0. */
  line: number;
}

/**
 * Splits a file at the lines with "---", as kubectl does before it reads the YAML. kubectl gives each line, also the last
 * one, a line break, and takes nothing but a comment behind "---". Source: k8s.io/apimachinery, pkg/util/yaml/decoder.go.
 *
 * @throws YamlSyntaxError for a line that begins with "---" and goes on, wherever the line is
 */
export function splitDocuments(text: string): DocumentText[] {
  const documents: DocumentText[] = [];
  const lines = text.replace(/\n$/, "").replaceAll("\r\n", "\n").split("\n");
  let start = 0;
  const end = (line: number) => {
    if (line > start) documents.push({ text: `${lines.slice(start, line).join("\n")}\n`, line: start });
    start = line + 1;
  };
  for (const [line, content] of lines.entries()) {
    if (!content.startsWith("---")) continue;
    if (!/^---[ \t\r]*(?:#|$)/.test(content)) {
      const reason = 'kubectl takes nothing but a comment behind "---" at the beginning of a line';
      throw new YamlSyntaxError(line, `${reason}; begin the document on the next line, or indent the text`);
    }
    end(line);
  }
  end(lines.length);
  return documents;
}
