import { encodeUtf8 } from "../../abi/utf8";
import { parseFloatText } from "../../json/float";
import { integerOr } from "../../total/parse-number";

/**
 * The kinds of replies in RESP, version 2.
 *
 * @example
 * ```ts
 * function hasMembers(reply: RedisReply): bool {
 *   return reply.type == RedisReplyType.Array && reply.array().length > 0;
 * }
 * ```
 */
export enum RedisReplyType {
  Error,
  Status,
  Integer,
  Bulk,
  Array,
  /** A missing value: a bulk string or an array of length -1. */
  Null,
}

const NONE: RedisReply[] = [];

/**
 * A reply of Redis. An error is a reply as well: of Redis itself (`WRONGTYPE …`), or of the SDK when no reply arrived
 * (`cannot connect to redis cluster`) or when the reply is not RESP (`cannot read redis response`). The conversions
 * return the same values as those of Go's `resp.Value`; none of them traps.
 *
 * @example
 * ```ts
 * function onCount(ctx: HttpContext, config: Config, reply: RedisReply, log: Log): void {
 *   const error = reply.error;
 *   if (error !== null) {
 *     log.error("Redis: " + error.message);
 *     ctx.sendResponse(500, [], "no decision");
 *     return;
 *   }
 *   if (reply.integer() > 100) ctx.sendResponse(429, [], "too many requests");
 *   else ctx.resumeRequest();
 * }
 * ```
 */
export class RedisReply {
  /** @internal */
  constructor(
    readonly type: RedisReplyType,
    private text: string = "",
    private elements: RedisReply[] = NONE,
  ) {}

  /** The error; null if the reply is not an error. */
  get error(): Error | null {
    return this.type == RedisReplyType.Error ? new Error(this.text) : null;
  }

  /** Whether Redis has no such value. */
  get isNull(): bool {
    return this.type == RedisReplyType.Null;
  }

  /**
   * Returns a text, an integer in digits, or the message of an error; an array as `[a b]`, and "" for a missing value.
   * Bytes that are not UTF-8 are kept, see `encodeText`.
   */
  string(): string {
    if (this.type != RedisReplyType.Array) return this.text;
    const texts = new Array<string>();
    for (let i = 0; i < this.elements.length; i++) texts.push(this.elements[i].string());
    return "[" + texts.join(" ") + "]";
  }

  /** Returns the integer, also of a text such as "12"; 0 if the reply is neither. */
  integer(): i64 {
    return integerOr(this.string(), 0);
  }

  /** Returns the number, also of a text such as "1.5"; 0 if the reply is not a number. */
  float(): f64 {
    return parseFloatText(this.string());
  }

  /** Returns whether `integer()` is not 0. */
  bool(): bool {
    return this.integer() != 0;
  }

  /** Returns the elements of an array; none if the reply is not an array. */
  array(): RedisReply[] {
    return this.elements;
  }

  /** Returns the bytes of a text; for other replies those of `string()`. */
  bytes(): ArrayBuffer {
    return encodeUtf8(this.string());
  }
}
