/**
 * Parses the words of a Redis command, as UTF-8. Returns undefined unless the bytes are exactly one command.
 *
 * @example
 * redisCommand(Buffer.from("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")); // ["GET", "k"]
 * redisCommand(Buffer.from("GET k\r\n")); // the same: an inline command, which Redis accepts too
 */
export function redisCommand(bytes: Buffer): string[] | undefined {
  if (bytes[0] !== "*".charCodeAt(0)) return inlineCommand(bytes.toString());
  const words: string[] = [];
  let at = 0;
  const size = (type: string): number | undefined => {
    const end = bytes.indexOf("\r\n", at);
    const text = end < 0 ? "" : bytes.toString("latin1", at, end);
    at = end + 2;
    return text[0] === type && /^\d+$/.test(text.slice(1)) ? Number(text.slice(1)) : undefined;
  };
  const count = size("*");
  if (count === undefined || count === 0) return undefined;
  for (let i = 0; i < count; i++) {
    const length = size("$");
    if (length === undefined || bytes.toString("latin1", at + length, at + length + 2) !== "\r\n") return undefined;
    words.push(bytes.toString("utf8", at, at + length));
    at += length + 2;
  }
  return at === bytes.length ? words : undefined;
}

function inlineCommand(text: string): string[] | undefined {
  const [, line = ""] = /^([^\r\n]*)\r?\n$/.exec(text) ?? [];
  const words = line.split(/[ \t]+/).filter((word) => word !== "");
  return words.length > 0 ? words : undefined;
}
