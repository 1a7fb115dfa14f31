/**
 * The message for an option that does not exist. The message suggests the closest known option.
 *
 * @param known the options that exist
 * @param otherwise the end of the message when no known option is close; the list of known options by default
 * @example
 * unknownOption("confg", ["config", "wasm"]); // 'unknown option "confg"; did you mean "config"?'
 * unknownOption("x", ["config", "wasm"]); // 'unknown option "x"; expected config or wasm'
 */
export function unknownOption(name: string, known: readonly string[], otherwise?: string): string {
  return unknownWord("option", name, known, otherwise);
}

/**
 * The message for a word that does not exist, such as a command. The message suggests the closest known word.
 *
 * @param kind what the word names
 * @param known the words that exist
 * @param otherwise the end of the message when no known word is close; the list of known words by default
 * @example
 * unknownWord("command", "biuld", ["build", "test"]); // 'unknown command "biuld"; did you mean "build"?'
 */
export function unknownWord(
  kind: string,
  name: string,
  known: readonly string[],
  otherwise = `expected ${anyOf(known)}`,
): string {
  const closest = closestName(name, known);
  return `unknown ${kind} "${name}"; ${closest === undefined ? otherwise : `did you mean "${closest}"?`}`;
}

/** The known name that a typing mistake most likely stands for; undefined when no known name is close. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  let closest: string | undefined;
  let least = Math.max(1, Math.floor(plain(name).length / 3));
  for (const one of known) {
    const distance = editDistance(plain(name), plain(one));
    if (distance < least || (distance === least && closest === undefined)) [closest, least] = [one, distance];
  }
  return closest;
}

/** Dashes and upper case do not count: `--log-level` is close to `logLevel`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "");
}

/** How many letters must be added, removed, replaced or swapped with the next one to get from `a` to `b`. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, rows[i - 1]![j]! + 1, row[j - 1]! + 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** "a, b or c". */
export function anyOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
