import { Byte } from "./byte";
import { Bytes } from "./bytes";
import { Children } from "./children";
import { Json } from "./json";

/**
 * Applies a JSON merge patch (RFC 7396): members of the patch are added or replace members of the target, `null` removes
 * a member, objects are merged, and any other value replaces the target.
 *
 * Members that the patch does not name keep their order and their bytes. New members come last, in the order of the patch.
 * Of members with equal keys that the patch names, the first is used and the others are removed.
 *
 * @param target The value to change; a missing value counts as an empty object.
 * @param patch The patch.
 * @returns A new value. A missing value if the patch is missing, or the result is longer than 16 MiB.
 * @example
 * ```ts
 * mergeJson(Json.parse('{"a":1,"b":2}'), Json.parse('{"b":null,"c":3}')).raw(); // {"a":1,"c":3}
 * ```
 */
export function mergeJson(target: Json, patch: Json): Json {
  if (!patch.exists()) return Json.missing();
  const out = new Bytes(<i32>(target.end - target.start + (patch.end - patch.start)) + 2);
  merge(out, target, patch);
  return out.toJson();
}

/** Appends the merged value, at most as deep as the nesting of the patch. */
function merge(out: Bytes, target: Json, patch: Json): void {
  if (!patch.isObject()) return out.copy(patch.start, patch.end);
  const changes = new Map<string, Json>();
  const patched = new Children(patch);
  while (patched.next()) {
    const key = patched.key();
    if (!changes.has(key)) changes.set(key, patched.value());
  }

  out.byte(Byte.OpenBrace);
  const from = out.size;
  const written = new Set<string>();
  if (target.isObject()) {
    const members = new Children(target);
    while (members.next()) {
      const key = members.key();
      const isChanged = changes.has(key);
      if (isChanged && (changes.get(key).isNull() || written.has(key))) continue;
      if (out.size != from) out.byte(Byte.Comma);
      // The key, the colon, and the white space around them stay.
      out.copy(members.keyStart - 1, isChanged ? members.start : members.end);
      if (!isChanged) continue;
      merge(out, members.value(), changes.get(key));
      written.add(key);
    }
  }
  const added = new Children(patch);
  while (added.next()) {
    const key = added.key();
    const value = changes.get(key);
    if (value.isNull() || written.has(key)) continue;
    if (out.size != from) out.byte(Byte.Comma);
    out.copy(added.keyStart - 1, added.keyEnd + 1);
    out.byte(Byte.Colon);
    merge(out, Json.missing(), value);
    written.add(key);
  }
  out.byte(Byte.CloseBrace);
}
