import { fillRandom } from "../abi/replacements";
import { hexEncode } from "../text/hex";

/**
 * Makes a random UUID, version 4: `9b2e4c1a-…`, in lower case. The randomness comes from the host. Source: RFC 9562,
 * section 5.4.
 *
 * @returns the UUID; null if the host has no random numbers, because a UUID without them can be guessed
 *
 * @example
 * ```ts
 * const id = uuidV4();
 * if (id !== null) ctx.requestHeaders.set("x-request-id", id);
 * ```
 */
export function uuidV4(): string | null {
  const bytes = new ArrayBuffer(16);
  if (!fillRandom(bytes)) return null;
  const p = changetype<usize>(bytes);
  store<u8>(p, (load<u8>(p, 6) & 0x0f) | 0x40, 6);
  store<u8>(p, (load<u8>(p, 8) & 0x3f) | 0x80, 8);
  const hex = hexEncode(bytes);
  return (
    hex.substring(0, 8) +
    "-" +
    hex.substring(8, 12) +
    "-" +
    hex.substring(12, 16) +
    "-" +
    hex.substring(16, 20) +
    "-" +
    hex.substring(20)
  );
}
