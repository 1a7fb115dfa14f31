import type { AnswerFailure } from "../upstreams/failures.js";
import { checkFields } from "../upstreams/answer.js";
import { checkFailure } from "../upstreams/failures.js";

/**
 * A reply of Redis: text, bytes, an integer, null for a missing value, an array, an `Error` whose message is sent as it
 * is, or `{ status: "OK" }`, the reply of `SET` and other commands that return no data.
 *
 * @example
 * const replies: RedisReply[] = ["a text", 3, null, ["a", 1], { status: "OK" }, new Error("WRONGTYPE not a list")];
 */
export type RedisReply = string | number | null | Uint8Array | Error | { status: string } | readonly RedisReply[];

/** A reply, or a failed server: `{ fails: "timeout" }`. The plugin sees no difference between the failures. */
export type RedisAnswer = RedisReply | AnswerFailure;

/** @internal The reply as RESP, or a failure. */
export type RedisResult = { resp: Buffer } | AnswerFailure;

/** @internal Converts a reply. @throws TypeError for a value that is not a reply of Redis */
export function redisResult(answer: unknown, what: string): RedisResult {
  const isFailure = typeof answer === "object" && answer !== null && "fails" in answer;
  return isFailure ? checkFailure(answer, what) : { resp: resp(answer, what) };
}

/** The reply in Redis's protocol, RESP. */
function resp(reply: unknown, what: string): Buffer {
  if (reply === null) return Buffer.from("$-1\r\n");
  if (typeof reply === "string") return bulk(Buffer.from(reply));
  if (reply instanceof Uint8Array) return bulk(reply);
  if (typeof reply === "number") {
    if (Number.isSafeInteger(reply)) return Buffer.from(`:${reply}\r\n`);
    throw new TypeError(`${what}: ${reply} is not an integer; Redis sends other numbers as strings`);
  }
  if (Array.isArray(reply)) {
    return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map((one) => resp(one, what))]);
  }
  if (reply instanceof Error) return line("-", reply.message, `${what}: the message of the Error`);
  if (typeof reply === "object" && "status" in reply && typeof reply.status === "string") {
    checkFields(reply, ["status"], what);
    return line("+", reply.status, `${what}: status`);
  }
  const got = typeof reply === "object" ? `an object with ${Object.keys(reply).join(", ") || "nothing"}` : typeof reply;
  throw new TypeError(
    `${what}: expected a reply of Redis: a string, bytes, an integer, null, an array, an Error, or { status: "OK" }; got ${got}`,
  );
}

function bulk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
}

function line(type: string, text: string, what: string): Buffer {
  if (/[\r\n]/.test(text)) throw new TypeError(`${what}: expected one line, got ${JSON.stringify(text)}`);
  return Buffer.from(`${type}${text}\r\n`);
}
