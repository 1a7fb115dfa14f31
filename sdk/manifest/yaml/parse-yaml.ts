import type { JsonValue } from "../../spec/json.js";
import { ManifestError } from "../manifest-error.js";
import { checkCharacters } from "./control-characters.js";
import { decode } from "./decode.js";
import { DocumentLines } from "./lines.js";
import { parseDocument } from "./parser.js";
import { splitDocuments } from "./split-documents.js";
import { YamlSyntaxError } from "./syntax-error.js";
import { toJson } from "./to-json.js";

/** A document of a YAML file. */
export interface YamlDocument {
  value: JsonValue;
  /** The line in the file of the document's value, from 1. */
  line: number;
  lines: DocumentLines;
}

/**
 * Reads YAML as kubectl does, with the rules of Go's `sigs.k8s.io/yaml` 1.6: YAML 1.1 words such as `yes` and `on` are
 * booleans, `017` is 15, dates stay texts, the last of two equal keys counts, and keys become strings. JSON is YAML too.
 * Numbers become doubles. Empty documents have the value null. What follows the end of a document without "---" is not
 * read, as in Go.
 *
 * @param file the path for errors
 * @throws ManifestError with the line of the mistake
 * @example
 * parseYaml("a: 017\n---\nb: on\n", "x.yaml"); // values { a: 15 } in line 1 and { b: true } in line 3
 */
export function parseYaml(text: string, file: string): YamlDocument[] {
  const withoutMark = text.startsWith("\ufeff") ? text.slice(1) : text;
  const documents = within(file, 0, withoutMark, splitDocuments);
  return documents.map(({ text, line }) => within(file, line, text, (one) => readDocument(one, line + 1)));
}

/** Parses a text that begins in a line of a file, from 0. The end of the text counts to its last line. */
function within<Result>(file: string, line: number, text: string, parse: (text: string) => Result): Result {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    const isAtEnd = error.line > 0 && text.split("\n").slice(error.line).join("") === "";
    throw new ManifestError({ file, line: line + error.line + (isAtEnd ? 0 : 1) }, error.reason);
  }
}

function readDocument(text: string, firstLine: number): YamlDocument {
  checkCharacters(text);
  const node = parseDocument(text);
  const lines = new DocumentLines(text, firstLine);
  if (!node) return { value: null, line: firstLine, lines };
  return { value: toJson(decode(node), node.line), line: node.line + firstLine, lines };
}
