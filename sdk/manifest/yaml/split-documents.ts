/** A part of a file that is one document. */
export interface DocumentText {
  text: string;
  /** The line in the file that the text begins with, from 0. */
  line: number;
}

/** Lines with "%" belong to the document behind the "---" that follows. */
const DIRECTIVES = /^(?:[ \t]*(?:#.*)?\r?\n)*%(?:.*\n(?=[%#]|$))*$/;

/**
 * Splits a file at the lines with "---", as kubectl does before it reads the YAML. A comment may follow on the line; a
 * line such as "--- a: 1" stays with the document that it begins.
 */
export function splitDocuments(text: string): DocumentText[] {
  const documents: DocumentText[] = [];
  const separator = /^---[ \t\r]*(?:#[^\n]*)?$/gm;
  let start = 0;
  let line = 0;
  for (const match of text.matchAll(separator)) {
    if (match.index > 0 && text[match.index - 1] !== "\n") continue;
    const part = text.slice(start, match.index);
    if (DIRECTIVES.test(part)) continue;
    documents.push({ text: part, line });
    line += countBreaks(part) + 1;
    start = Math.min(match.index + match[0].length + 1, text.length);
  }
  documents.push({ text: text.slice(start), line });
  return documents;
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
