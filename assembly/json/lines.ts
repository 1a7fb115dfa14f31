import { encodeUtf8To, utf8Length } from "../abi/utf8";
import { Byte, skipSpace } from "./byte";
import { Bytes } from "./bytes";
import { skipValue } from "./children";
import { Json } from "./json";
import { checkFirst, PADDING } from "./parse";

/** Parses JSON Lines; see `Json.parseLines`. */
export function parseLines(text: string): Json {
  const size = utf8Length(text);
  const buffer = new ArrayBuffer(size + PADDING);
  const base = changetype<usize>(buffer);
  encodeUtf8To(base, text);
  const out = new Bytes(size + 2);
  out.byte(Byte.OpenBracket);
  let p = skipSpace(base);
  while (p < base + <usize>size) {
    const reason = checkFirst(p, base + <usize>size, base);
    if (reason.length != 0) {
      const json = Json.missing();
      json.error = new Error(reason);
      return json;
    }
    const end = skipValue(p);
    if (out.size > 1) out.byte(Byte.Comma);
    out.copy(p, end);
    p = skipSpace(end);
  }
  out.byte(Byte.CloseBracket);
  return out.toJson();
}
