import { UsageError } from "./usage-error.js";

/**
 * The value of an option that takes one of several words.
 *
 * @throws UsageError that lists the words
 */
export function oneOf<T extends string>(option: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`${option} ${value}: expected ${words.join(", ")}`);
  return found;
}

/**
 * The value of an option that takes a port; 0 stands for any free port.
 *
 * @throws UsageError for a value outside 0 to 65535
 */
export function portOf(option: string, value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) {
    throw new UsageError(`${option} ${value}: expected 0 to 65535`);
  }
  return Number(value);
}
