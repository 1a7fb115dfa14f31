import type { HeaderMap, Pair } from "../../host/index.js";
import { fromLatin1, toLatin1 } from "./text.js";

/** A header's value: a text, which is sent as UTF-8, or bytes. */
export type HeaderValue = string | number | Uint8Array;

/**
 * Headers as tests write them: an object (an array for a name that comes several times, undefined for one that does not),
 * pairs, or what `fetch` takes.
 *
 * @example
 * const headers: HeadersInput = { "x-token": "t", cookie: ["a=1", "b=2"] };
 */
export type HeadersInput =
  Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>> | Iterable<readonly [string, string]>;

/** Pairs as the host has them. @throws TypeError that names the header whose value is none. */
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
  if (typeof name !== "string" || name === "") throw new TypeError(`${what}: expected names, got ${String(name)}`);
  if (name.startsWith(":")) {
    throw new TypeError(
      `${what}: "${name}" is no header: path, method, authority, scheme and status have fields of their own`,
    );
  }
  if (typeof value === "number") return [name, String(value)];
  if (typeof value === "string" || value instanceof Uint8Array) return [toLatin1(name), toLatin1(value)];
  throw new TypeError(`${what}: expected a text for "${name}", got ${value === null ? "null" : typeof value}`);
}

/**
 * The headers or trailers of a message as they came out: names in lower case, in their order. Reads like the `Headers` of
 * `fetch`, but keeps names that come several times apart.
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

  /** The value of the first header of that name, in whatever case; null if there is none. */
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

  /** All of them, `[name, value]`. */
  entries(): [string, string][] {
    return this.#pairs.map(([name, value]) => [name, value]);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.entries()[Symbol.iterator]();
  }

  /** By name, without pseudo-headers such as `:path`; values of one name joined with ", ". */
  toObject(): Record<string, string> {
    const all: Record<string, string> = {};
    for (const [name, value] of this.#pairs) {
      if (!name.startsWith(":")) all[name] = name in all ? `${all[name]}, ${value}` : value;
    }
    return all;
  }

  /** What `JSON.stringify` and snapshots show. */
  toJSON(): Record<string, string> {
    return this.toObject();
  }
}
