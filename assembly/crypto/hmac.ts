import { Hash } from "./hash";

/**
 * HMAC of an input that arrives in chunks, with any of the hash functions. Source: RFC 2104.
 *
 * @example
 * ```ts
 * const mac = new Hmac<Sha256>(encodeText("secret"));
 * mac.update(encodeText("hello "));
 * mac.update(encodeText("world"));
 * const digest = mac.digest(); // 32 bytes
 * ```
 */
export class Hmac<T extends Hash> {
  private inner: T = instantiate<T>();
  private outerKey: ArrayBuffer = new ArrayBuffer(0);

  /** @param key The secret key, of any size. */
  constructor(key: ArrayBuffer) {
    const size = this.inner.blockSize;
    let short = key;
    if (key.byteLength > size) {
      const hash = instantiate<T>();
      hash.update(key);
      short = hash.digest();
    }
    const innerKey = new ArrayBuffer(size);
    const outerKey = new ArrayBuffer(size);
    for (let i = 0; i < size; i++) {
      const byte: u32 = i < short.byteLength ? load<u8>(changetype<usize>(short) + i) : 0;
      store<u8>(changetype<usize>(innerKey) + i, byte ^ 0x36);
      store<u8>(changetype<usize>(outerKey) + i, byte ^ 0x5c);
    }
    this.inner.update(innerKey);
    this.outerKey = outerKey;
  }

  /** Adds bytes to the input. The bytes may change afterwards. */
  update(bytes: ArrayBuffer): void {
    this.inner.update(bytes);
  }

  /** Returns the code of all bytes so far. Further calls of `update` continue the input. */
  digest(): ArrayBuffer {
    const outer = instantiate<T>();
    outer.update(this.outerKey);
    outer.update(this.inner.digest());
    return outer.digest();
  }
}

/**
 * Returns the HMAC of bytes. Compare the result with `constantTimeEqual`. Source: RFC 2104.
 *
 * @param key The secret key, of any size.
 * @returns As many bytes as a digest of the hash function has.
 * @example
 * ```ts
 * const expected = hmac<Sha256>(encodeText("secret"), body.bytes());
 * const signature = hexDecode(ctx.requestHeaders.getOr("x-signature", ""));
 * const valid = signature.error === null && constantTimeEqual(signature.bytes, expected);
 * ```
 */
export function hmac<T extends Hash>(key: ArrayBuffer, bytes: ArrayBuffer): ArrayBuffer {
  const mac = new Hmac<T>(key);
  mac.update(bytes);
  return mac.digest();
}
