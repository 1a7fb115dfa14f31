import { integerText } from "../../abi/decimal";
import { Byte, isOpen, skipSpace } from "../byte";
import { Bytes } from "../bytes";
import { skipText, skipValue } from "../children";
import { Json } from "../json";
import { matches } from "../match";
import { readText, sameText } from "../text";
import { ArrayPart, Select } from "./array-part";
import { Condition } from "./condition";
import { Elements } from "./elements";
import { modify } from "./modifiers";
import { Multipath } from "./multipath";
import { Path } from "./path";

/** The most paths inside each other, such as a query in the condition of a query; limits the recursion. */
const MAX_NESTING: i32 = 64;

/** The most bytes that the steps of a path make together. The collector does not run before the plugin's hook has ended. */
const MOST_MADE: u64 = 1 << 26;

/** What a step takes beside its bytes: an estimate. */
const STEP: u64 = 64;

/** The longest path. Parsing copies the rest of a path for each of its parts. */
const MAX_LENGTH: i32 = 4096;

/** The value at a gjson path; see `Json.query`. */
export function queryPath(json: Json, path: string): Json {
  if (path.length > MAX_LENGTH) return Json.missing();
  const query = new Query(json, false);
  query.get(new Path(path));
  return query.value();
}

/**
 * The values of a document that a path selects, in order: the value at the path, or the values that the path collects
 * into a new array. Empty if the path makes other values.
 */
export function querySources(json: Json, path: string): Json[] {
  if (path.length > MAX_LENGTH) return [];
  const query = new Query(json, true);
  query.get(new Path(path));
  if (query.start == 0 || query.failed) return [];
  if (query.owner === json) return [query.value()];
  const list = query.sources;
  for (let i = 0; i < list.length; i++) if (!list[i].isPartOf(json)) return [];
  return list;
}

/**
 * Applies paths to a value. The current value is the text between two addresses in the buffer of `owner`; `start` is 0 if
 * the value is missing. A path replaces the current value by its result.
 */
export class Query {
  start: usize;
  end: usize;
  /** The values that the last step collected, if `record`. */
  sources: Json[] = [];
  private pipe: Path | null = null;
  private nesting: i32 = 0;
  /** Whether a limit was exceeded or a part of the path is malformed, so that the whole path finds nothing. */
  failed: bool = false;
  private scratch: Json;
  /** The bytes that the steps have made. */
  private made: u64 = 0;

  constructor(
    public owner: Json,
    private record: bool,
  ) {
    this.start = owner.exists() ? owner.start : 0;
    this.end = owner.end;
    this.scratch = owner;
  }

  value(): Json {
    return this.start && !this.failed ? this.owner.slice(this.start, this.end) : Json.missing();
  }

  /** As `value`, valid until the next call. Avoids an allocation for each element of an array. */
  private peek(): Json {
    if (this.start == 0) return Json.missing();
    if (!this.scratch.isPartOf(this.owner) || this.scratch === this.owner) {
      this.scratch = this.value();
    } else this.scratch.move(this.start, this.end);
    return this.scratch;
  }

  private set(start: usize, end: usize): bool {
    this.start = start;
    this.end = end;
    return true;
  }

  private become(json: Json): bool {
    if (!json.isPartOf(this.owner)) this.made += STEP + <u64>(json.end - json.start);
    if (json.error !== null || this.made > MOST_MADE) this.failed = true;
    this.owner = json;
    return this.set(json.exists() ? json.start : 0, json.end);
  }

  get(path: Path): void {
    if (this.nesting == MAX_NESTING) this.failed = true;
    if (this.failed) {
      this.start = 0;
      return;
    }
    this.nesting++;
    let next: Path | null = path;
    while (next !== null) next = this.step(next);
    this.nesting--;
  }

  /** Applies a path up to its first pipe, and returns the path after the pipe. */
  private step(path: Path): Path | null {
    if (this.record) this.sources = [];
    const modifier = path.modifier;
    if (modifier !== null) {
      this.become(modify(this.value(), modifier.modifier, modifier.argument));
      return modifier.next;
    }
    const literal = path.literal;
    if (literal !== null) {
      this.become(literal.value);
      return literal.next;
    }
    const multipath = path.multipath;
    if (multipath !== null) {
      this.become(this.combine(multipath));
      return multipath.next;
    }
    const outer = this.pipe;
    this.pipe = null;
    const start = this.start;
    const end = this.end;
    this.start = 0;
    const lines = path.lines;
    if (lines !== null) this.inArray(new Elements(start, end), lines);
    else if (path.malformed) this.failed = true;
    else if (start) this.inside(start, path);
    const pipe = this.pipe;
    this.pipe = outer;
    return pipe;
  }

  private combine(multipath: Multipath): Json {
    const owner = this.owner;
    const start = this.start;
    const end = this.end;
    const out = new Bytes();
    out.byte(multipath.isObject ? Byte.OpenBrace : Byte.OpenBracket);
    const selectors = multipath.selectors;
    for (let i = 0; i < selectors.length; i++) {
      this.owner = owner;
      this.set(start, end);
      this.get(selectors[i].path);
      if (this.start == 0) continue;
      if (out.size > 1) out.byte(Byte.Comma);
      if (multipath.isObject) {
        out.text(selectors[i].key);
        out.byte(Byte.Colon);
      }
      out.copy(this.start, this.end);
    }
    out.byte(multipath.isObject ? Byte.CloseBrace : Byte.CloseBracket);
    return out.toJson();
  }

  /** Finds a path inside the value at an address. Returns true if the search is over. */
  private inside(p: usize, path: Path): bool {
    const c: u32 = load<u8>(p);
    if (c == Byte.OpenBrace) return this.inObject(p, path);
    return c == Byte.OpenBracket && this.inArray(new Elements(p, 0), path.asArray());
  }

  private inObject(start: usize, path: Path): bool {
    const part = path.asObject();
    if (part.pipe !== null) this.pipe = part.pipe;
    const next = part.next;
    let p = skipSpace(start + 1);
    while (load<u8>(p) != <u8>Byte.CloseBrace) {
      if (load<u8>(p) == <u8>Byte.Comma) p = skipSpace(p + 1);
      const key = p + 1;
      p = skipText(p);
      const keyEnd = p - 1;
      p = skipSpace(skipSpace(p) + 1);
      if (part.wild ? matches(readText(key, keyEnd), part.name) : sameText(key, keyEnd, part.name)) {
        if (next === null) return this.set(p, skipValue(p));
        if (this.inside(p, next)) return true;
      }
      p = skipSpace(skipValue(p));
    }
    return false;
  }

  private inArray(elements: Elements, part: ArrayPart): bool {
    if (part.pipe !== null) this.pipe = part.pipe;
    if (part.select == Select.Nothing) return false;
    const condition = part.condition;
    if (condition !== null) return this.inQuery(elements, part, condition);
    if (part.select == Select.Each) return this.collect(elements, part);
    let n = 0;
    while (elements.next()) {
      if (n++ != part.index || part.select == Select.Count) continue;
      const next = part.next;
      return next === null ? this.set(elements.start, elements.end) : this.inside(elements.start, next);
    }
    return part.select == Select.Count && this.become(Json.parse(integerText(n)));
  }

  /** `#.name` */
  private collect(elements: Elements, part: ArrayPart): bool {
    const owner = this.owner;
    const out = new Bytes();
    out.byte(Byte.OpenBracket);
    const list: Json[] = [];
    const next = part.next;
    while (next !== null && elements.next()) {
      this.owner = owner;
      this.set(elements.start, elements.end);
      this.get(next);
      this.addTo(out, list);
    }
    if (part.lastPipe !== null) this.pipe = part.lastPipe;
    return this.collected(out, list);
  }

  /** `#(…)` and `#(…)#` */
  private inQuery(elements: Elements, part: ArrayPart, condition: Condition): bool {
    const owner = this.owner;
    // An array that another member with the same name, or a name with the same pattern, has given.
    const start = this.start;
    const end = this.end;
    const all = part.select == Select.All;
    const out = new Bytes(all ? 128 : 0);
    const list: Json[] = [];
    out.byte(Byte.OpenBracket);
    while (elements.next()) {
      this.set(elements.start, elements.end);
      if (isOpen(load<u8>(elements.start))) this.get(condition.path);
      else if (condition.path.text.length != 0) continue;
      const accepted = condition.accepts(this.peek());
      this.owner = owner;
      if (!accepted) continue;
      this.set(elements.start, elements.end);
      const next = part.next;
      if (next !== null) {
        if (part.lastPipe !== null) this.pipe = part.lastPipe;
        this.get(next);
      }
      if (!all) return true;
      this.addTo(out, list);
      this.owner = owner;
    }
    if (start || !all) this.set(start, end);
    else this.collected(out, list);
    return false;
  }

  /** Adds the current value to a new array. */
  private addTo(out: Bytes, list: Json[]): void {
    if (this.start == 0) return;
    if (out.size > 1) out.byte(Byte.Comma);
    out.copy(this.start, this.end);
    if (this.record && this.nesting == 1) list.push(this.value());
  }

  private collected(out: Bytes, list: Json[]): bool {
    out.byte(Byte.CloseBracket);
    if (this.record) this.sources = list;
    return this.become(out.toJson());
  }
}
