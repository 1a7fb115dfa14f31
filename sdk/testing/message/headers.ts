import type { HeaderMap, Pair } from "../../host/index.js";
import { fromLatin1, toLatin1 } from "./text.js";

/** A header's value: text, which is sent as UTF-8, a number, or bytes. */
export type HeaderValue = string | number | Uint8Array;

/**
 * Headers as tests write them: an object, `[name, value]` pairs, or the `Headers` of `fetch`. In an object, an array
 * gives a name several values, and undefined leaves the name out.
 *
 * @example
 * const headers: HeadersInput = { "x-token": "t", cookie: ["a=1", "b=2"] };
 */
export type HeadersInput =
  Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>> | Iterable<readonly [string, string]>;

/** Converts headers to the host's pairs. @throws TypeError that names the wrong header */
export function pairsOf(input: HeadersInput | undefined, what: string): Pair[] {
  if (input === undefined) return [];
  if (typeof input !== "object" || input === null) {
    throw new TypeError(`${what}: expected an object of names and values, got ${typeof input}`);
  }
  const entries = isIterable(input) ? [...input] : Object.entries(input).filter(([, value]) => value !== undefined);
  return entries.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => pair(name, one, what)),
  );
}

function isIterable(input: HeadersInput): input is Iterable<readonly [string, string]> {
  return Symbol.iterator in input;
}

function pair(name: unknown, value: unknown, what: string): Pair {
  if (typeof name !== "string" || name === "")
    throw new TypeError(`${what}: expected a header name, got ${JSON.stringify(name) ?? String(name)}`);
  if (name.startsWith(":")) {
    throw new TypeError(
      `${what}: "${name}" is a pseudo-header; use the fields path, method, authority, scheme and status`,
    );
  }
  if (typeof value === "number") return [name, String(value)];
  if (typeof value === "string" || value instanceof Uint8Array) return [toLatin1(name), toLatin1(value)];
  throw new TypeError(
    `${what}: ${name}: expected text, a number or bytes, got ${value === null ? "null" : typeof value}`,
  );
}

/**
 * The headers or trailers of a message behind the plugin, in their order, with names in lower case. The methods are
 * those of `fetch`'s `Headers`, but several values of one name stay separate.
 *
 * @example
 * response.headers.get("content-type"); // "text/plain"
 * response.headers.getAll("set-cookie"); // ["a=1", "b=2"]
 * expect(response.headers.toObject()).toEqual({ "content-type": "text/plain" });
 */
export class HeaderList implements Iterable<[string, string]> {
  readonly #pairs: readonly (readonly [string, string])[];

  /** @internal */
  constructor(map: HeaderMap) {
    this.#pairs = map.entries().map(([name, value]) => [fromLatin1(name), fromLatin1(value)]);
  }

  /** The value of the first header of that name; null without such a header. Upper and lower case are the same. */
  get(name: string): string | null {
    return this.getAll(name)[0] ?? null;
  }

  /** The values of all headers of that name. */
  getAll(name: string): string[] {
    const key = name.toLowerCase();
    return this.#pairs.filter(([one]) => one === key).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  /** All headers as `[name, value]`. */
  entries(): [string, string][] {
    return this.#pairs.map(([name, value]) => [name, value]);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.entries()[Symbol.iterator]();
  }

  /**
   * The headers as an object, without pseudo-headers such as `:path`. Several values of a name are joined with ", ".
   */
  toObject(): Record<string, string> {
    const all: Record<string, string> = {};
    for (const [name, value] of this.#pairs) {
      if (!name.startsWith(":")) all[name] = name in all ? `${all[name]}, ${value}` : value;
    }
    return all;
  }

  /** The object that `JSON.stringify` and snapshots show. */
  toJSON(): Record<string, string> {
    return this.toObject();
  }
}
