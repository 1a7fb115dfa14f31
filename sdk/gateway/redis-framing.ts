const LINE_ONLY = "+-:_#,(";
const WITH_BYTES = "$!=";

/** The bytes are not a reply of Redis. */
export class RedisFrameError extends Error {}

/**
 * The position behind the reply that begins at `start`; undefined while the reply is incomplete.
 *
 * @throws RedisFrameError when the bytes are not a reply
 * @example
 * replyEnd(Buffer.from("*2\r\n:1\r\n$1\r\na\r\n"), 0); // 15
 */
export function replyEnd(bytes: Buffer, start: number): number | undefined {
  // Arrays can contain arrays. Counted without recursion, because the server decides the depth.
  let left = 1;
  let at = start;
  while (left > 0) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (at >= bytes.length || lineEnd < 0) return undefined;
    const type = String.fromCharCode(bytes[at]!);
    const size = Number(bytes.toString("latin1", at + 1, lineEnd));
    at = lineEnd + 2;
    left--;
    if (LINE_ONLY.includes(type)) continue;
    if (!Number.isInteger(size) || size < -1) throw new RedisFrameError("not a size");
    if (WITH_BYTES.includes(type)) at += size < 0 ? 0 : size + 2;
    else if ("*~>".includes(type)) left += Math.max(size, 0);
    else if (type === "%") left += 2 * Math.max(size, 0);
    else throw new RedisFrameError("not a reply");
    if (at > bytes.length) return undefined;
  }
  return at;
}

/** A command in Redis's protocol, RESP. */
export function command(...words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word, "latin1")}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join("")}`, "latin1");
}
