import { isBlankOrEnd } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import type { TagToken } from "./token.js";

const NAME = /[0-9A-Za-z_-]+/y;
const URI = /(?:[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]]|%[0-9A-Fa-f]{2})*/y;

/** Reads the name of an anchor or alias. The cursor is at "&" or "*". */
export function scanAnchor(cursor: Cursor): string {
  const mark = cursor.char();
  cursor.at += 1;
  const name = cursor.take(NAME);
  if (name === "" || !(isBlankOrEnd(cursor.char()) || "?:,]}%@`".includes(cursor.char()))) {
    cursor.fail(
      `expected a name of letters and digits behind "${mark}"; put a text that begins with "${mark}" in quotes`,
    );
  }
  return name;
}

/** Reads a tag. The cursor is at "!". */
export function scanTag(cursor: Cursor): TagToken {
  const { line } = cursor;
  let handle = "";
  let suffix: string;
  if (cursor.char(1) === "<") {
    cursor.at += 2;
    suffix = scanUri(cursor);
    if (suffix === "" || cursor.char() !== ">") cursor.fail('expected a tag and ">" behind "!<"');
    cursor.at += 1;
  } else {
    handle = cursor.take(/!(?:[0-9A-Za-z_-]*!)?/y);
    suffix = scanUri(cursor);
    if (handle.length > 1 && suffix === "") cursor.fail(`expected the name of a tag behind "${handle}"`);
    if (handle === "!" && suffix === "") [handle, suffix] = ["", "!"];
  }
  if (!isBlankOrEnd(cursor.char()))
    cursor.fail('expected a space behind the tag; put a text that begins with "!" in quotes');
  return { kind: "tag", line, handle, suffix };
}

function scanUri(cursor: Cursor): string {
  const uri = cursor.take(URI);
  if (!uri.includes("%")) return uri;
  try {
    return decodeURIComponent(uri);
  } catch {
    return cursor.fail(`the tag "${uri}" has an escape that is not UTF-8`);
  }
}
