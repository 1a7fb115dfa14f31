import { Byte } from "./byte";
import { Children } from "./children";
import { Json } from "./json";
import { matches } from "./match";
import { integerText } from "../abi/decimal";
import { PADDING } from "./parse";
import { sameText } from "./text";

const STAR: i32 = 0x2a;
const QUESTION: i32 = 0x3f;
const PIPE: i32 = 0x7c;
const BANG: i32 = 0x21;

/** The value at a gjson path; see `Json.get`. The recursion is at most as deep as the nesting of the value. */
export function getPath(json: Json, path: string): Json {
  if (path.startsWith("..") || (path.length > 1 && path.charCodeAt(0) == BANG)) return Json.missing();
  return find(json, path);
}

function find(json: Json, path: string): Json {
  if (isMultipath(path)) return Json.missing();
  if (json.isObject()) return inObject(json, path);
  return json.isArray() ? inArray(json, path) : Json.missing();
}

/** Whether a path, or the rest of one, begins with `[` or `{`. */
function isMultipath(path: string): bool {
  return path.length > 0 && (path.charCodeAt(0) | 0x20) == Byte.OpenBrace;
}

function inObject(json: Json, path: string): Json {
  // The name up to the dot, without its escapes. As in gjson, an escaped wildcard counts as a wildcard if the name also
  // has a wildcard that is not escaped.
  let name = "";
  let wild = false;
  let from = 0;
  let i = 0;
  for (; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c == PIPE) return Json.missing();
    if (c == Byte.Dot) break;
    if (c == STAR || c == QUESTION) wild = true;
    if (c == Byte.Backslash) {
      name += path.substring(from, i);
      from = ++i;
    }
  }
  name += path.substring(from, i);
  const children = new Children(json);
  while (children.next()) {
    if (wild ? !matches(children.key(), name) : !sameText(children.keyStart, children.keyEnd, name)) continue;
    if (i >= path.length) return children.value();
    const found = find(children.value(), path.substring(i + 1));
    if (found.exists()) return found;
  }
  return Json.missing();
}

function inArray(json: Json, path: string): Json {
  const dot = path.indexOf(".");
  const name = dot < 0 ? path : path.substring(0, dot);
  const children = new Children(json);
  if (name == "#") return dot < 0 ? count(children) : collect(children, path.substring(2));
  let index = 0;
  for (let i = 0; i < name.length; i++) {
    const digit = name.charCodeAt(i) - Byte.Zero;
    if (<u32>digit > 9 || index > 100000000) return Json.missing();
    index = index * 10 + digit;
  }
  if (name.length == 0) return Json.missing();
  while (children.next()) {
    if (index-- == 0) return dot < 0 ? children.value() : find(children.value(), path.substring(dot + 1));
  }
  return Json.missing();
}

function count(children: Children): Json {
  let n = 0;
  while (children.next()) n++;
  return Json.parse(integerText(n));
}

/** An array of the values at `path` in each child. */
function collect(children: Children, path: string): Json {
  const list: Json[] = [];
  let length = 1;
  while (children.next()) {
    const found = getPath(children.value(), path);
    if (!found.exists()) continue;
    list.push(found);
    length += <i32>(found.end - found.start) + 1;
  }
  // A comma precedes each value. A bracket then overwrites the first comma.
  if (list.length == 0) length++;
  const buffer = new ArrayBuffer(length + PADDING);
  let p = changetype<usize>(buffer);
  for (let i = 0; i < list.length; i++) {
    const size = list[i].end - list[i].start;
    store<u8>(p++, Byte.Comma);
    memory.copy(p, list[i].start, size);
    p += size;
  }
  store<u8>(changetype<usize>(buffer), Byte.OpenBracket);
  store<u8>(changetype<usize>(buffer) + <usize>length - 1, Byte.CloseBracket);
  return new Json(buffer, 0, length);
}
