import { randomBytes } from "../abi/replacements";
import { hexEncode } from "../text/hex";

/**
 * Returns a random UUID, version 4: `9b2e4c1a-…`, in lower case. The randomness comes from the host. Source: RFC 9562,
 * section 5.4.
 *
 * @example
 * ```ts
 * if (!ctx.requestHeaders.has("x-request-id")) ctx.requestHeaders.set("x-request-id", uuidV4());
 * ```
 */
export function uuidV4(): string {
  const bytes = randomBytes(16).buffer;
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
