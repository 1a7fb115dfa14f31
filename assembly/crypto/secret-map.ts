import { fillRandom } from "../abi/replacements";
import { encodeUtf8 } from "../abi/utf8";
import { constantTimeEqual } from "./constant-time";
import { hmac } from "./hmac";
import { Sha256 } from "./sha256";

class SecretEntry<V> {
  constructor(
    readonly digest: ArrayBuffer,
    readonly value: V,
    readonly next: SecretEntry<V> | null,
  ) {}
}

/**
 * Finds values by secrets, such as the name of a consumer by its API key. A search takes the same time for one secret as for
 * 10,000, and its time reveals nothing about the secrets: the map compares HMACs of a random key, not the secrets, and each
 * comparison takes constant time. The map does not keep the secrets.
 *
 * @example
 * ```ts
 * const consumers = new SecretMap<string>();
 * consumers.add("2bda943c-ba2b-11ec-ba07", "mia");
 * const name = consumers.find(ctx.requestHeaders.getOr("x-api-key", ""));
 * if (name === null) ctx.sendResponse(401, [], "unknown key");
 * ```
 */
export class SecretMap<V> {
  private key: ArrayBuffer = new ArrayBuffer(0);
  private entries: Map<u32, SecretEntry<V>> = new Map();

  /**
   * Adds a secret and its value.
   *
   * @param secret any text, also ""
   * @param value an object or a string
   * @returns whether the secret was added; false if the map has the secret, which then keeps its value, and if the host has
   * no random numbers
   */
  add(secret: string, value: V): bool {
    if (this.key.byteLength == 0) {
      const key = new ArrayBuffer(32);
      if (!fillRandom(key)) return false;
      this.key = key;
    }
    const digest = this.digestOf(secret);
    const entry = this.entryOf(digest);
    if (entry !== null) return false;
    const hash = load<u32>(changetype<usize>(digest));
    const next = this.entries.has(hash) ? this.entries.get(hash) : null;
    this.entries.set(hash, new SecretEntry<V>(digest, value, next));
    return true;
  }

  /** Returns the value of a secret; null if the map does not have the secret. */
  find(secret: string): V | null {
    const entry = this.entryOf(this.digestOf(secret));
    return entry === null ? null : entry.value;
  }

  private digestOf(secret: string): ArrayBuffer {
    return hmac<Sha256>(this.key, encodeUtf8(secret));
  }

  private entryOf(digest: ArrayBuffer): SecretEntry<V> | null {
    const hash = load<u32>(changetype<usize>(digest));
    let entry: SecretEntry<V> | null = this.entries.has(hash) ? this.entries.get(hash) : null;
    while (entry !== null && !constantTimeEqual(entry.digest, digest)) entry = entry.next;
    return entry;
  }
}
