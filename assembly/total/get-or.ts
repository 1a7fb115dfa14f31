/**
 * Reads a value of a map. `map.get` ends the VM when the map has no such key.
 *
 * @param otherwise what the function returns when the map has no such key
 * @example
 * ```ts
 * const limits = new Map<string, i32>();
 * limits.set("mia", 10);
 * const limit = getOr(limits, "noah", 5); // 5
 * ```
 */
export function getOr<K, V>(map: Map<K, V>, key: K, otherwise: V): V {
  return map.has(key) ? map.get(key) : otherwise;
}

/**
 * Reads an element of an array. `list[index]` ends the VM when the index is out of range.
 *
 * @param index counted from 0
 * @param otherwise what the function returns when the index is negative, or behind the end of the array
 * @example
 * ```ts
 * const parts = "Bearer abc".split(" ");
 * const token = atOr(parts, 1, ""); // "abc"
 * ```
 */
export function atOr<T>(list: Array<T>, index: i32, otherwise: T): T {
  return index >= 0 && index < list.length ? list[index] : otherwise;
}
