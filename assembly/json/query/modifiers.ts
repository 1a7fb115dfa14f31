import { Byte, isOpen } from "../byte";
import { Bytes } from "../bytes";
import { Children } from "../children";
import { compactTo } from "../compact";
import { toText } from "../convert";
import { Json } from "../json";
import { quote } from "../quote";
import { dig } from "./dig";
import { flatten } from "./flatten";
import { group } from "./group";
import { join } from "./join";
import { pretty } from "./pretty-argument";

/** The modifiers of gjson. */
export const enum Modifier {
  None,
  This,
  Valid,
  Pretty,
  Ugly,
  Reverse,
  Keys,
  Values,
  Flatten,
  Join,
  ToStr,
  FromStr,
  Group,
  Dig,
}

export function modifierOf(name: string): Modifier {
  if (name == "this") return Modifier.This;
  if (name == "valid") return Modifier.Valid;
  if (name == "pretty") return Modifier.Pretty;
  if (name == "ugly") return Modifier.Ugly;
  if (name == "reverse") return Modifier.Reverse;
  if (name == "keys") return Modifier.Keys;
  if (name == "values") return Modifier.Values;
  if (name == "flatten") return Modifier.Flatten;
  if (name == "join") return Modifier.Join;
  if (name == "tostr") return Modifier.ToStr;
  if (name == "fromstr") return Modifier.FromStr;
  if (name == "group") return Modifier.Group;
  return name == "dig" ? Modifier.Dig : Modifier.None;
}

/**
 * Applies a modifier.
 *
 * @param json A value, which may be missing.
 * @param argument The text after the colon; "" if there is none.
 */
export function modify(json: Json, modifier: Modifier, argument: string): Json {
  if (modifier == Modifier.ToStr) {
    const out = new Bytes(0);
    out.text(quote(json.raw()));
    return out.toJson();
  }
  if (modifier == Modifier.Keys || modifier == Modifier.Values) return list(json, modifier == Modifier.Keys);
  if (modifier == Modifier.Dig) return dig(json, argument);
  if (!json.exists()) return json;
  if (modifier == Modifier.FromStr) {
    const parsed = Json.parse(toText(json));
    return parsed.exists() ? parsed : Json.missing();
  }
  if (modifier == Modifier.Pretty) return pretty(json, argument);
  if (modifier == Modifier.Ugly) {
    const out = new Bytes(<i32>(json.end - json.start));
    compactTo(out, json);
    return out.toJson();
  }
  if (modifier == Modifier.Reverse) return isOpen(json.first) ? reversed(json) : json;
  if (modifier == Modifier.Flatten) return json.isArray() ? flatten(json, option(argument, "deep")) : json;
  if (modifier == Modifier.Join) return json.isArray() ? join(json, option(argument, "preserve")) : json;
  if (modifier == Modifier.Group) return json.isObject() ? group(json) : Json.missing();
  return json;
}

/** A member of an argument such as `{"deep":true}`, as a boolean. */
function option(argument: string, name: string): bool {
  return argument.length != 0 && Json.parse(argument).at(name).bool();
}

/** An array of the keys or of the values. */
function list(json: Json, keys: bool): Json {
  if (json.isArray() && !keys) return json;
  const out = new Bytes();
  out.byte(Byte.OpenBracket);
  if (isOpen(json.first)) {
    const children = new Children(json);
    while (children.next()) {
      if (out.size > 1) out.byte(Byte.Comma);
      if (!keys) out.copy(children.start, children.end);
      else if (json.isObject()) out.copy(children.keyStart - 1, children.keyEnd + 1);
      else out.text("null");
    }
  } else if (json.exists()) out.text(keys ? "null" : json.raw());
  out.byte(Byte.CloseBracket);
  return out.toJson();
}

/** The members of an object or the elements of an array in reverse order. */
function reversed(json: Json): Json {
  const children = new Children(json);
  const starts: usize[] = [];
  const ends: usize[] = [];
  while (children.next()) {
    if (json.isObject()) {
      starts.push(children.keyStart - 1);
      ends.push(children.keyEnd + 1);
    }
    starts.push(children.start);
    ends.push(children.end);
  }
  const out = new Bytes(<i32>(json.end - json.start));
  out.byte(json.first);
  const step = json.isObject() ? 2 : 1;
  for (let i = starts.length - step; i >= 0; i -= step) {
    if (out.size > 1) out.byte(Byte.Comma);
    out.copy(starts[i], ends[i]);
    if (step == 1) continue;
    out.byte(Byte.Colon);
    out.copy(starts[i + 1], ends[i + 1]);
  }
  out.byte(json.first + 2);
  return out.toJson();
}
