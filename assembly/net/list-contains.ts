import { lowerAscii } from "../text/ascii";

/**
 * Whether a header value, a list of words with commas in between, contains a word, in any case: `upgrade` is in
 * `keep-alive, Upgrade`.
 *
 * @param word in lower case
 */
export function listContains(value: string | null, word: string): bool {
  if (value === null) return false;
  const words = lowerAscii(value).split(",");
  for (let i = 0; i < words.length; i++) if (words[i].trim() == word) return true;
  return false;
}
