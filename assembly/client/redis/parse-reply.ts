import { decodeUtf8 } from "../../abi/utf8";
import { integerOr } from "../../total/parse-number";
import { RedisReply, RedisReplyType } from "./redis-reply";

/** How deep arrays may be nested. */
const DEPTH: i32 = 32;

const CR: u8 = 0x0d;
const LF: u8 = 0x0a;

/**
 * Reads a reply in RESP, version 2.
 *
 * @returns the reply; an error reply when the bytes are not one whole reply
 */
export function parseReply(bytes: ArrayBuffer): RedisReply {
  const parser = new Parser(changetype<usize>(bytes), bytes.byteLength);
  const reply = parser.reply(0);
  return reply === null ? new RedisReply(RedisReplyType.Error, "cannot read redis response") : reply;
}

class Parser {
  private at: usize;
  private end: usize;

  constructor(start: usize, size: i32) {
    this.at = start;
    this.end = start + size;
  }

  /** The next reply; null if the bytes are not RESP. */
  reply(depth: i32): RedisReply | null {
    if (this.at >= this.end) return null;
    const type = load<u8>(this.at++);
    const from = this.at;
    const size = this.line();
    if (size < 0) return null;
    if (type == 0x2b) return new RedisReply(RedisReplyType.Status, decodeUtf8(from, size)); // +
    if (type == 0x2d) return new RedisReply(RedisReplyType.Error, decodeUtf8(from, size)); // -
    const digits = decodeUtf8(from, size);
    const number = integerOr(digits, i64.MIN_VALUE);
    if (number == i64.MIN_VALUE) return null;
    if (type == 0x3a) return new RedisReply(RedisReplyType.Integer, number.toString()); // :
    if (type != 0x24 && type != 0x2a) return null; // $ *
    if (number == -1) return new RedisReply(RedisReplyType.Null);
    const left = <i64>(this.end - this.at);
    // Each element of an array takes at least three bytes.
    if (number < 0 || number > left) return null;
    return type == 0x24 ? this.bulk(<i32>number) : depth < DEPTH ? this.array(<i32>number, depth) : null;
  }

  private bulk(size: i32): RedisReply | null {
    const from = this.at;
    this.at += size;
    if (this.end - this.at < 2 || load<u8>(this.at) != CR || load<u8>(this.at, 1) != LF) return null;
    this.at += 2;
    return new RedisReply(RedisReplyType.Bulk, decodeUtf8(from, size));
  }

  private array(count: i32, depth: i32): RedisReply | null {
    const elements = new Array<RedisReply>();
    for (let i = 0; i < count; i++) {
      const element = this.reply(depth + 1);
      if (element === null) return null;
      elements.push(element);
    }
    return new RedisReply(RedisReplyType.Array, "", elements);
  }

  /** Goes to the next line. Returns the size of the line without its end; -1 if no line ends. */
  private line(): i32 {
    const from = this.at;
    for (let at = from; at + 1 < this.end; at++) {
      if (load<u8>(at) != CR || load<u8>(at, 1) != LF) continue;
      this.at = at + 2;
      return <i32>(at - from);
    }
    return -1;
  }
}
