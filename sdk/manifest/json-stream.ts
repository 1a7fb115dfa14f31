import type { JsonValue } from "../spec/json.js";
import { ManifestError } from "./manifest-error.js";
import { DocumentLines } from "./yaml/lines.js";
import { parseYaml, type YamlDocument } from "./yaml/parse-yaml.js";

/**
 * Reads the documents of a file as kubectl does: a file that begins with "{" has JSON objects, one behind the other. YAML may
 * follow the first object. If the first object is no JSON, the whole file is YAML.
 *
 * Source: k8s.io/apimachinery, pkg/util/yaml/decoder.go.
 *
 * @param file the path for errors
 * @throws ManifestError for what is not YAML, and for something else behind the second object
 * @example
 * parseStream('{"a": 1}\n{"b": 2}\n', "x.json"); // values { a: 1 } in line 1 and { b: 2 } in line 2
 */
export function parseStream(text: string, file: string): YamlDocument[] {
  const documents: YamlDocument[] = [];
  let at = 0;
  for (;;) {
    const start = at + /^\s*/.exec(text.slice(at))![0].length;
    if (documents.length > 0 && start === text.length) return documents;
    const end = text[start] === "{" ? objectEnd(text, start) : undefined;
    const document = end === undefined ? undefined : jsonDocument(text.slice(start, end), lineOf(text, start));
    if (!document) break;
    documents.push(document);
    at = end!;
  }
  if (documents.length > 1)
    throw new ManifestError({ file, line: lineOf(text, at) }, "expected another JSON object behind the JSON objects");
  if (documents.length === 0) return parseYaml(text, file);
  // Line breaks in place of the object, so that errors name the lines of the file.
  const rest = "\n".repeat(lineOf(text, at) - 1) + text.slice(at).replace(/^[ \t\r]+/, "");
  return [...documents, ...parseYaml(rest, file)];
}

function jsonDocument(text: string, line: number): YamlDocument | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return { value, line, lines: new DocumentLines(text, line) };
  } catch {
    return undefined;
  }
}

/** The position behind the object that begins at a position. */
function objectEnd(text: string, start: number): number | undefined {
  const token = /"(?:[^"\\]|\\[^])*"|[{}]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === "{") depth += 1;
    else if (match[0] === "}" && --depth === 0) return token.lastIndex;
  }
  return undefined;
}

/** The line of a position, from 1. */
function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
