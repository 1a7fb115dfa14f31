import { trimmed } from "../text/ascii";

/**
 * Returns an element of a header that is a list, counted from the right: in `x-forwarded-for` each proxy appends the address
 * that it saw, so only the elements at the right are written by your own proxies; a client can write anything to the left
 * of them. Empty elements count, as in Envoy.
 *
 * @param values all values of the header, as `getAll` returns them
 * @param index 0 for the last element, 1 for the one before. With `n` trusted proxies in front of this gateway, the
 * client's address is at index `n` if the gateway itself appends its peer's address (Envoy's `use_remote_address`).
 * @returns the element without spaces at its ends, or null if the list has fewer elements
 *
 * @example
 * ```ts
 * const client = elementFromRight(ctx.requestHeaders.getAll("x-forwarded-for"), 1);
 * if (client !== null) log.info("behind one proxy: " + client);
 * ```
 */
export function elementFromRight(values: string[], index: i32): string | null {
  if (index < 0) return null;
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i];
    let end = value.length;
    for (let p = end - 1; p >= -1; p--) {
      if (p >= 0 && value.charCodeAt(p) != 0x2c) continue;
      if (index-- == 0) return trimmed(value.substring(p + 1, end));
      end = p;
    }
  }
  return null;
}
