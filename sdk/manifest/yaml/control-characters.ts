import { YamlSyntaxError } from "./syntax-error.js";

/** The characters that YAML 1.1 does not allow, not even in comments. */
export const FORBIDDEN_CHARACTERS = /[\p{Cs}\ufffe\uffff]|[^\P{Cc}\t\n\r\x85]/u;

/** @throws YamlSyntaxError for a text with a control character, or with half of a surrogate pair */
export function checkCharacters(text: string): void {
  const at = text.search(FORBIDDEN_CHARACTERS);
  if (at < 0) return;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
  const line = text.slice(0, at).split(/\r\n|[\n\r\x85\u2028\u2029]/).length - 1;
  throw new YamlSyntaxError(line, `the character U+${code} cannot stand in YAML`);
}
