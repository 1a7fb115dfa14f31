import { encodeUtf8 } from "../abi/utf8";
import { quoted } from "../text/quoted";
import { encodeQueryComponent, unescape } from "./percent";

/** As in Go 1.26: a query with more parameters is not read, since each parameter costs memory. */
const MOST_PARAMETERS: i32 = 10000;

/** One piece between two `&`. `name` is null if the piece is no parameter. */
class Parameter {
  constructor(
    readonly raw: string,
    readonly name: string | null,
    readonly value: string,
  ) {}
}

/**
 * The parameters of a query or of a form body (`application/x-www-form-urlencoded`), read as Go's `url.ParseQuery` reads
 * them: decoded, in their order, and a piece with a `;` or with an invalid `%` is no parameter. Writing keeps all other
 * bytes of the query as they are: their order, their spelling, and pieces that are no parameters.
 *
 * An upstream may read such pieces differently, so a plugin that decides by a parameter checks `error` and rejects the
 * request.
 *
 * @example
 * ```ts
 * const query = Query.parse(queryOf(ctx.path));
 * if (query.error !== null) {
 *   ctx.sendResponse(400, [], "the query is invalid");
 *   return;
 * }
 * if (query.get("tenant") === null) query.set("tenant", config.tenant);
 * query.delete("debug");
 * ctx.requestHeaders.set(":path", targetOf(pathOf(ctx.path), query.toString()));
 * ```
 */
export class Query {
  /** The first reason why a piece of the query is no parameter, or null. */
  error: Error | null = null;
  private parameters: Parameter[] = [];

  /**
   * Reads a query. Pieces that are no parameters are skipped, and `error` has the first reason. A query with more than
   * 10,000 pieces has no parameters, as in Go; `toString` still returns it.
   *
   * @param raw the query without its `?`, or a form body
   *
   * @example
   * ```ts
   * const form = Query.parse(body.text());
   * const user = form.get("user");
   * ```
   */
  static parse(raw: string): Query {
    const query = new Query();
    if (raw.length == 0) return query;
    let count = 1;
    for (let i = 0, length = raw.length; i < length; i++) if (raw.charCodeAt(i) == 0x26) count++;
    if (count > MOST_PARAMETERS) {
      query.error = new Error("query: expected 10000 parameters at most");
      query.parameters.push(new Parameter(raw, null, ""));
      return query;
    }
    const pieces = raw.split("&");
    for (let i = 0; i < pieces.length; i++) query.parameters.push(query.read(pieces[i]));
    return query;
  }

  private read(piece: string): Parameter {
    if (piece.length == 0) return new Parameter(piece, null, "");
    if (piece.includes(";")) return this.invalid(piece, 'expected "&" between parameters, got ";" in ');
    const mark = piece.indexOf("=");
    const name = unescape(mark < 0 ? piece : piece.substring(0, mark), true);
    const value = mark < 0 ? "" : unescape(piece.substring(mark + 1), true);
    if (name === null || value === null) {
      return this.invalid(piece, "expected two hexadecimal digits after each % in ");
    }
    return new Parameter(piece, name, value);
  }

  private invalid(piece: string, reason: string): Parameter {
    if (this.error === null) this.error = new Error("query: " + reason + quoted(piece));
    return new Parameter(piece, null, "");
  }

  /** Returns the first value of a parameter, decoded; null if the query has no such parameter. */
  get(name: string): string | null {
    const index = this.find(name);
    return index < 0 ? null : this.parameters[index].value;
  }

  /** Returns all values of a parameter, decoded, in their order. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.parameters.length; i++) {
      if (this.isNamed(i, name)) values.push(this.parameters[i].value);
    }
    return values;
  }

  /** Whether the query has a parameter of this name. */
  has(name: string): bool {
    return this.find(name) >= 0;
  }

  /** Returns all parameters as `[name, value]`, decoded, in their order. */
  entries(): string[][] {
    const entries: string[][] = [];
    for (let i = 0; i < this.parameters.length; i++) {
      const name = this.parameters[i].name;
      if (name !== null) entries.push([name, this.parameters[i].value]);
    }
    return entries;
  }

  /**
   * Sets a parameter: replaces its first value, and removes the others. A new parameter goes to the end.
   *
   * @param name any text; it is encoded
   * @param value any text; it is encoded
   */
  set(name: string, value: string): void {
    const index = this.find(name);
    if (index < 0) {
      this.append(name, value);
      return;
    }
    this.remove(name, index + 1);
    this.parameters[index] = parameterOf(name, value);
  }

  /**
   * Adds a value at the end of the query, and keeps the values that the parameter has.
   *
   * @param name any text; it is encoded
   * @param value any text; it is encoded
   */
  append(name: string, value: string): void {
    const last = this.parameters.length - 1;
    // A query that ends with `&` needs no other `&`.
    if (last >= 0 && this.parameters[last].raw.length == 0) this.parameters.pop();
    this.parameters.push(parameterOf(name, value));
  }

  /** Removes all values of a parameter, each with the `&` next to it. */
  delete(name: string): void {
    this.remove(name, 0);
  }

  /** Returns the query as it was read, with the changes. */
  toString(): string {
    const pieces = new Array<string>(this.parameters.length);
    for (let i = 0; i < pieces.length; i++) pieces[i] = this.parameters[i].raw;
    return pieces.join("&");
  }

  /**
   * Returns the parameters sorted by the bytes of their names, in one spelling, as Go's `Values.Encode`: the text that many
   * signatures are made from. Values of the same name keep their order. Pieces that are no parameters are left out.
   *
   * @example
   * ```ts
   * Query.parse("b=2&a=%7e1&b=1").encode(); // "a=~1&b=2&b=1"
   * ```
   */
  encode(): string {
    const sorted: Encoded[] = [];
    for (let i = 0; i < this.parameters.length; i++) {
      const name = this.parameters[i].name;
      if (name !== null) sorted.push(new Encoded(i, name, this.parameters[i].value));
    }
    sorted.sort(byName);
    const pieces = new Array<string>(sorted.length);
    for (let i = 0; i < pieces.length; i++) pieces[i] = sorted[i].text;
    return pieces.join("&");
  }

  private isNamed(index: i32, name: string): bool {
    const own = this.parameters[index].name;
    return own !== null && own == name;
  }

  private find(name: string): i32 {
    for (let i = 0; i < this.parameters.length; i++) if (this.isNamed(i, name)) return i;
    return -1;
  }

  private remove(name: string, from: i32): void {
    let kept = from;
    for (let i = from; i < this.parameters.length; i++) {
      if (!this.isNamed(i, name)) this.parameters[kept++] = this.parameters[i];
    }
    this.parameters.length = kept;
  }
}

function parameterOf(name: string, value: string): Parameter {
  return new Parameter(encodeQueryComponent(name) + "=" + encodeQueryComponent(value), name, value);
}

/** A parameter with the bytes of its name, by which Go sorts. */
class Encoded {
  readonly text: string;
  readonly bytes: ArrayBuffer;
  constructor(
    readonly index: i32,
    name: string,
    value: string,
  ) {
    this.text = encodeQueryComponent(name) + "=" + encodeQueryComponent(value);
    this.bytes = encodeUtf8(name);
  }
}

/** Compares names, then positions: AssemblyScript's sort of many elements is not stable. */
function byName(a: Encoded, b: Encoded): i32 {
  const size = min(a.bytes.byteLength, b.bytes.byteLength);
  const order = memory.compare(changetype<usize>(a.bytes), changetype<usize>(b.bytes), size);
  if (order != 0) return order;
  return a.bytes.byteLength != b.bytes.byteLength ? a.bytes.byteLength - b.bytes.byteLength : a.index - b.index;
}
