import { INLINE_HEADERS } from "./inline-headers.js";
import type { Pair } from "./pairs.js";

export type HeaderMapKind = keyof typeof INLINE_HEADERS;

/**
 * Headers or trailers as Envoy holds them: in order, names in lower case, pseudo-headers first, `host` under the name of
 * `:authority` in requests, and some names once only, see `INLINE_HEADERS`. Each character is one byte (latin1).
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

  /** The bytes of all names and values together. */
  get byteSize(): number {
    return this.pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  }

  /** All entries in their order; a view that must not be kept. */
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

  /** Adds an entry, or joins the value to the one that is there if the name is kept once. */
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

  /** Puts one entry in the place of all of that name. */
  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  remove(name: string): void {
    const key = this.key(name);
    if (this.pairs.some(([one]) => one === key)) this.pairs = this.pairs.filter(([one]) => one !== key);
  }

  /** Puts other entries in the place of all. */
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

/** A to Z in lower case, all other bytes as they are: JavaScript's own function would change some of latin1's. */
export function lowerAscii(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}
