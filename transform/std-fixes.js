// Replaces parts of asc's standard library.

import { parseNodes, sourceOf } from "./parse-nodes.js";

const CLASS = 52;
const FUNCTION = 56;
const METHOD = 59;

// `String#replaceAll` of asc 0.28 writes behind the end of its memory if the replacement is much longer than what it
// replaces: "ab".replaceAll("a", "0123456789") damages the heap.
const STRING = `class String {
  replaceAll(search: String, replacement: String): String {
    const sought = search.length;
    let count = 0;
    // The text "" is before each character, and at the end.
    if (sought == 0) count = this.length + 1;
    else for (let at = this.indexOf(search); at >= 0; at = this.indexOf(search, at + sought)) count++;
    if (count == 0) return this;
    const length = <i64>this.length + <i64>count * (replacement.length - sought);
    // __new traps if the size is too large, as it does for other long texts.
    const out = changetype<String>(__new(length < 0x3fffffff ? <usize>length << 1 : usize.MAX_VALUE, idof<String>()));
    const size = <usize>replacement.length << 1;
    let to = changetype<usize>(out);
    let from = 0;
    for (let i = 0; i < count; i++) {
      const at = sought == 0 ? i : this.indexOf(search, from);
      const before = <usize>(at - from) << 1;
      memory.copy(to, changetype<usize>(this) + (<usize>from << 1), before);
      memory.copy(to + before, changetype<usize>(replacement), size);
      to += before + size;
      from = at + sought;
    }
    memory.copy(to, changetype<usize>(this) + (<usize>from << 1), <usize>(this.length - from) << 1);
    return out;
  }
}`;

// The hash of a string for `Map` and `Set`. It takes 8 bytes at a time, and is smaller than asc's.
const HASH = `function hashStr(key: string): u32 {
  if (changetype<usize>(key) == 0) return 0;
  let p = changetype<usize>(key);
  let left = <usize>key.length << 1;
  let hash: u64 = left;
  while (left >= 8) {
    hash = rotl((hash ^ load<u64>(p)) * 0x9e3779b97f4a7c15, 32);
    p += 8;
    left -= 8;
  }
  let word: u64 = 0;
  if (left & 4) {
    word = load<u32>(p);
    p += 4;
  }
  if (left & 2) word |= (<u64>load<u16>(p)) << 32;
  hash = (hash ^ word) * 0x9e3779b97f4a7c15;
  return <u32>(hash ^ (hash >> 32));
}`;

/** Replaces parts of the standard library. */
export function fixStandardLibrary(/** @type {any} */ parser) {
  fixString(parser);
  fixHash(parser);
}

function fixHash(/** @type {any} */ parser) {
  const statements = sourceOf(parser, "~lib/util/hash.ts")?.statements;
  const index = statements?.findIndex((/** @type {any} */ it) => it.kind === FUNCTION && it.name.text === "hashStr");
  if (index >= 0) [statements[index]] = parseNodes(parser, HASH, "~lib/util/hash~fixes.ts");
}

function fixString(/** @type {any} */ parser) {
  const string = sourceOf(parser, "~lib/string.ts")?.statements.find(
    (/** @type {any} */ it) => it.kind === CLASS && it.name.text === "String",
  );
  if (!string) return;
  const [{ members }] = parseNodes(parser, STRING, "~lib/string~fixes.ts");
  for (const method of members) {
    const index = string.members.findIndex(
      (/** @type {any} */ it) => it.kind === METHOD && it.name.text === method.name.text,
    );
    if (index >= 0) string.members[index] = method;
  }
}
