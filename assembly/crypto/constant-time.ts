/** Compares two ranges of memory. The time depends on the size only. */
function sameMemory(a: usize, b: usize, size: usize): bool {
  let difference: u32 = 0;
  for (let i: usize = 0; i < size; i++) difference |= load<u8>(a + i) ^ load<u8>(b + i);
  return difference == 0;
}

/**
 * Compares bytes, such as a signature with the expected signature, in a time that does not depend on their content. The
 * time does reveal whether the sizes are equal, and the size itself.
 *
 * @example
 * ```ts
 * const expected = hmac<Sha256>(encodeText("secret"), body.bytes());
 * const valid = constantTimeEqual(hexDecode(ctx.requestHeaders.getOr("x-signature", "")).bytes, expected);
 * ```
 */
export function constantTimeEqual(a: ArrayBuffer, b: ArrayBuffer): bool {
  const size = a.byteLength;
  return size == b.byteLength && sameMemory(changetype<usize>(a), changetype<usize>(b), <usize>size);
}

/**
 * Compares texts, such as a password with the expected password, in a time that does not depend on their content. The time
 * does reveal whether the lengths are equal, and the length itself. To hide the length too, compare the digests of both.
 *
 * @example
 * ```ts
 * const allowed = constantTimeEqualText(ctx.requestHeaders.getOr("x-api-key", ""), config.name);
 * ```
 */
export function constantTimeEqualText(a: string, b: string): bool {
  const length = a.length;
  return length == b.length && sameMemory(changetype<usize>(a), changetype<usize>(b), (<usize>length) << 1);
}
