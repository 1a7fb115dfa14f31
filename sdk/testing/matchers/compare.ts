/** Whether a text is the one that is wanted, or matches the pattern. */
export function fits(text: string, wanted: string | RegExp): boolean {
  if (typeof wanted === "string") return text === wanted;
  // One with the flag g or y would begin where it has ended the last time.
  wanted.lastIndex = 0;
  return wanted.test(text);
}

/**
 * The fields of something that are not as wanted.
 *
 * @throws TypeError for a field that there is not: it would never fit
 */
export function differences(got: object, wanted: object, matcher: string): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => {
      if (!(name in got)) throw new TypeError(`${matcher}: there is no "${name}"`);
      if (value === undefined) return false;
      const is = (got as Record<string, unknown>)[name];
      return !(typeof is === "string" && (typeof value === "string" || value instanceof RegExp)
        ? fits(is, value)
        : is === value);
    })
    .map(([name]) => name);
}

/** A text in quotes, a pattern or a number as it is. */
export function says(value: unknown): string {
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}

/** "a, b and c". */
export function list(all: readonly string[]): string {
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
