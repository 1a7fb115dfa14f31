import { Byte } from "../byte";
import { Json } from "../json";
import { quote } from "../quote";
import { Path, restOf } from "./path";
import { closes, closingQuote, opens } from "./squash";

const AT: i32 = 0x40;
const PIPE: i32 = 0x7c;

/** One path of a multipath. */
export class Selector {
  constructor(
    /** The quoted name of the member in the new object. */
    readonly key: string,
    readonly path: Path,
  ) {}
}

/** A path that makes a new object or array of several paths: `{name,"city":address.city}`, `[a,b]`. */
export class Multipath {
  readonly selectors: Selector[] = [];
  next: Path | null = null;

  private constructor(readonly isObject: bool) {}

  /** Returns null if the brackets are not closed, or if something other than a path follows them. */
  static of(path: string): Multipath | null {
    const multipath = new Multipath(path.charCodeAt(0) == Byte.OpenBrace);
    const end = multipath.read(path);
    if (end == 0) return null;
    multipath.next = restOf(path, end);
    return end == path.length || multipath.next !== null ? multipath : null;
  }

  /** Reads the selectors. Returns the index after the closing bracket; 0 if there is none. */
  private read(path: string): i32 {
    let depth = 1;
    let start = 1;
    let colon = 0;
    let modifier = false;
    for (let i = 1; i < path.length; i++) {
      const c = path.charCodeAt(i);
      if (c == Byte.Backslash) i++;
      else if (c == AT) {
        // The colon behind a modifier begins its argument.
        const before = path.charCodeAt(i - 1);
        if (before == Byte.Dot || before == PIPE) modifier = true;
      } else if (c == Byte.Colon) {
        if (!modifier && colon == 0 && depth == 1) colon = i;
      } else if (c == Byte.Quote) i = closingQuote(path, i);
      else if (opens(c)) depth++;
      else {
        const closed = closes(c);
        if (closed) depth--;
        if (!(closed && depth == 0) && !(c == Byte.Comma && depth == 1)) continue;
        this.add(path, start, colon, i);
        if (closed) return i + 1;
        start = i + 1;
        colon = 0;
        modifier = false;
      }
    }
    return 0;
  }

  private add(path: string, start: i32, colon: i32, end: i32): void {
    const given = colon ? path.substring(start, colon) : "";
    const rest = path.substring(colon ? colon + 1 : start, end);
    this.selectors.push(new Selector(this.isObject ? keyOf(given, rest) : "", new Path(rest)));
  }
}

/** The quoted name of a member: the name that the path gives, or the last name of the path, or "_". */
function keyOf(given: string, path: string): string {
  if (given.length == 0) {
    const last = lastName(path);
    return quote(isSimple(last) ? last : "_");
  }
  return given.charCodeAt(0) == Byte.Quote && Json.parse(given).isString() ? given : quote(given);
}

function lastName(path: string): string {
  for (let i = path.length - 1; i >= 0; i--) {
    const c = path.charCodeAt(i);
    if (c != PIPE && c != Byte.Dot) continue;
    if (i == 0 || path.charCodeAt(i - 1) != Byte.Backslash) return path.substring(i + 1);
  }
  return path;
}

function isSimple(name: string): bool {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c < Byte.Space || opens(c) || closes(c) || c == 0x23 || c == PIPE || c == 0x21) return false;
  }
  return true;
}
