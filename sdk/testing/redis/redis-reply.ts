import type { AnswerFailure } from "../upstreams/failures.js";
import { checkFields } from "../upstreams/answer.js";
import { checkFailure } from "../upstreams/failures.js";

/**
 * What Redis replies: a text or bytes, an integer, null for what is not there, a list, an `Error` for a refusal, whose
 * message is sent as it is, or `{ status: "OK" }`, which is what `SET` and others that return no data reply.
 *
 * @example
 * const replies: RedisReply[] = ["a text", 3, null, ["a", 1], { status: "OK" }, new Error("WRONGTYPE not a list")];
 */
export type RedisReply = string | number | null | Uint8Array | Error | { status: string } | readonly RedisReply[];

/** A reply, or that there is none: `{ fails: "timeout" }`. A plugin is told the same of each failure. */
export type RedisAnswer = RedisReply | AnswerFailure;

/** @internal What comes over the network: a reply in RESP, or a failure. */
export type RedisResult = { resp: Buffer } | AnswerFailure;

/** @internal @throws TypeError for what is no answer of Redis */
export function redisResult(answer: unknown, what: string): RedisResult {
  const isFailure = typeof answer === "object" && answer !== null && "fails" in answer;
  return isFailure ? checkFailure(answer, what) : { resp: resp(answer, what) };
}

/** A reply as Redis sends it. */
function resp(reply: unknown, what: string): Buffer {
  if (reply === null) return Buffer.from("$-1\r\n");
  if (typeof reply === "string") return bulk(Buffer.from(reply));
  if (reply instanceof Uint8Array) return bulk(reply);
  if (typeof reply === "number") {
    if (Number.isSafeInteger(reply)) return Buffer.from(`:${reply}\r\n`);
    throw new TypeError(`${what}: ${reply} is not an integer; Redis gives other numbers as texts`);
  }
  if (Array.isArray(reply)) {
    return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map((one) => resp(one, what))]);
  }
  if (reply instanceof Error) return line("-", reply.message, `${what}: an error's message`);
  if (typeof reply === "object" && "status" in reply && typeof reply.status === "string") {
    checkFields(reply, ["status"], what);
    return line("+", reply.status, `${what}: status`);
  }
  const got = typeof reply === "object" ? `an object with ${Object.keys(reply).join(", ") || "nothing"}` : typeof reply;
  throw new TypeError(
    `${what}: expected a reply of Redis: a text, bytes, an integer, null, a list, an Error, or { status: "OK" }; got ${got}`,
  );
}

function bulk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
}

function line(type: string, text: string, what: string): Buffer {
  if (/[\r\n]/.test(text)) throw new TypeError(`${what} is one line, got ${JSON.stringify(text)}`);
  return Buffer.from(`${type}${text}\r\n`);
}
