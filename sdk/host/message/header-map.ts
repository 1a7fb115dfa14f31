import { INLINE_HEADERS } from "./inline-headers.js";
import type { Pair } from "./pairs.js";

export type HeaderMapKind = keyof typeof INLINE_HEADERS;

/**
 * Headers or trailers, as Envoy keeps them: in order, with names in lower case, pseudo-headers first, and `host` of requests
 * renamed to `:authority`. Envoy keeps some names only once, see `INLINE_HEADERS`. Each character is one byte (latin1).
 *
 * @example
 * const headers = new HeaderMap("request", [[":path", "/"], ["Accept", "a"], ["Accept", "b"]]);
 * headers.get("accept"); // "a,b"
 */
export class HeaderMap {
  private pairs: Pair[] = [];

  constructor(
    readonly kind: HeaderMapKind,
    pairs: Iterable<Pair> = [],
  ) {
    for (const [name, value] of pairs) this.add(name, value);
  }

  /** The number of entries. */
  get size(): number {
    return this.pairs.length;
  }

  /** The total number of bytes of names and values. */
  get byteSize(): number {
    return this.pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  }

  /** All entries in order. The list is only valid until the map changes. */
  entries(): readonly Pair[] {
    return this.pairs;
  }

  /** The value of the first entry of that name. */
  get(name: string): string | undefined {
    const key = this.key(name);
    for (const pair of this.pairs) if (pair[0] === key) return pair[1];
    return undefined;
  }

  getAll(name: string): string[] {
    const key = this.key(name);
    return this.pairs.filter(([one]) => one === key).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Adds an entry. If the map keeps the name only once, the value is appended to the existing one. */
  add(name: string, value: string): void {
    const key = this.key(name);
    if (INLINE_HEADERS[this.kind].has(key)) {
      const at = this.pairs.findIndex(([one]) => one === key);
      if (at >= 0) {
        const before = this.pairs[at]![1];
        // Envoy's appendToHeader: no comma next to an empty value.
        this.pairs[at] = [key, before === "" ? value : value === "" ? before : `${before},${value}`];
        return;
      }
    }
    if (key.charCodeAt(0) === 0x3a) this.pairs.splice(this.pseudoHeaders(), 0, [key, value]);
    else this.pairs.push([key, value]);
  }

  /** Replaces all entries of a name with one. */
  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  remove(name: string): void {
    const key = this.key(name);
    if (this.pairs.some(([one]) => one === key)) this.pairs = this.pairs.filter(([one]) => one !== key);
  }

  /** Replaces all entries. */
  replaceAll(pairs: readonly Pair[]): void {
    this.pairs = [];
    for (const [name, value] of pairs) this.add(name, value);
  }

  private key(name: string): string {
    const key = lowerAscii(name);
    return key === "host" && this.kind === "request" ? ":authority" : key;
  }

  private pseudoHeaders(): number {
    const at = this.pairs.findIndex(([name]) => name.charCodeAt(0) !== 0x3a);
    return at < 0 ? this.pairs.length : at;
  }
}

/** Turns A to Z into lower case. JavaScript's `toLowerCase` would also change other latin1 characters. */
export function lowerAscii(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}
