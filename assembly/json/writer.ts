import { Byte } from "./byte";
import { Json } from "./json";
import { integerText } from "../abi/decimal";
import { floatText } from "./print";
import { quote, wellFormed } from "./quote";

/**
 * Writes JSON step by step. The text is valid JSON for any order of calls:
 *
 * - a value that is written into an object without a `key()` before it gets the key "";
 * - a key outside an object is ignored; of two keys in a row the second is used;
 * - an end that does not match the innermost open object or array is ignored;
 * - a second value at the top level is ignored, including its members;
 * - `toString()` closes all open objects and arrays; for an empty writer it returns `null`.
 *
 * Equal keys in one object are written as they are. All methods except `toString` return the writer.
 *
 * @example
 * ```ts
 * const text = new JsonWriter().beginObject().key("code").i64(401).key("why").string("no key").endObject().toString();
 * // {"code":401,"why":"no key"}
 * ```
 */
export class JsonWriter {
  private buffer: ArrayBuffer = new ArrayBuffer(128);
  private size: i32 = 0;
  /** The closing bytes of the open objects and arrays, innermost last. */
  private open: u8[] = [];
  /** The quoted key for the next value; "" if no key was written. */
  private pending: string = "";
  /** Whether the next value or key in the innermost object or array needs no comma. */
  private fresh: bool = true;

  beginObject(): JsonWriter {
    return this.begin("{", <u8>Byte.CloseBrace);
  }

  endObject(): JsonWriter {
    return this.end("}", <u8>Byte.CloseBrace);
  }

  beginArray(): JsonWriter {
    return this.begin("[", <u8>Byte.CloseBracket);
  }

  endArray(): JsonWriter {
    return this.end("]", <u8>Byte.CloseBracket);
  }

  /** Writes the key of the next value. */
  key(name: string): JsonWriter {
    if (this.innermost() == Byte.CloseBrace) this.pending = quote(name);
    return this;
  }

  /** Writes a string; see `quote`. */
  string(value: string): JsonWriter {
    return this.value(quote(value));
  }

  i64(value: i64): JsonWriter {
    return this.value(integerText(value));
  }

  /** Writes a number with the fewest digits that read as the same f64; `null` for NaN and infinities, which JSON lacks. */
  f64(value: f64): JsonWriter {
    return this.value(isFinite(value) ? floatText(value) : "null");
  }

  bool(value: bool): JsonWriter {
    return this.value(value ? "true" : "false");
  }

  null(): JsonWriter {
    return this.value("null");
  }

  /** Writes the JSON text of a value unchanged; `null` if it is missing. Bytes that are not UTF-8 become U+FFFD. */
  raw(json: Json): JsonWriter {
    return this.value(json.exists() ? wellFormed(json.raw()) : "null");
  }

  /** Returns the text so far, with everything closed. Writing can continue afterwards. */
  toString(): string {
    const open = this.open.length;
    if (this.size == 0) return "null";
    const text = __new(this.size + (open << 1), idof<string>());
    memory.copy(text, changetype<usize>(this.buffer), this.size);
    for (let i = 0; i < open; i++) {
      store<u16>(text + <usize>this.size + ((<usize>i) << 1), this.open[open - 1 - i]);
    }
    return changetype<string>(text);
  }

  private innermost(): u32 {
    const open = this.open.length;
    return open ? this.open[open - 1] : 0;
  }

  private begin(text: string, close: u8): JsonWriter {
    if (this.isDone()) return this;
    this.value(text);
    this.open.push(close);
    this.fresh = true;
    return this;
  }

  private end(text: string, close: u32): JsonWriter {
    if (this.innermost() != close) return this;
    this.open.pop();
    this.pending = "";
    this.fresh = false;
    this.append(text);
    return this;
  }

  private isDone(): bool {
    return this.open.length == 0 && this.size != 0;
  }

  private value(text: string): JsonWriter {
    if (this.isDone()) return this;
    if (!this.fresh) this.append(",");
    if (this.innermost() == Byte.CloseBrace) {
      this.append(this.pending.length ? this.pending : '""');
      this.append(":");
      this.pending = "";
    }
    this.append(text);
    this.fresh = false;
    return this;
  }

  private append(text: string): void {
    const at = this.size;
    const added = text.length << 1;
    this.size += added;
    if (this.size > this.buffer.byteLength) {
      const larger = new ArrayBuffer(max(this.size, this.buffer.byteLength << 1));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.buffer), at);
      this.buffer = larger;
    }
    memory.copy(changetype<usize>(this.buffer) + <usize>at, changetype<usize>(text), added);
  }
}
