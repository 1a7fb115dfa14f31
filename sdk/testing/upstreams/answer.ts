import { HeaderMap, jsonText, type Pair } from "../../host/index.js";
import { unknownOption } from "../../options/unknown-option.js";
import { checkFailure, type AnswerFailure } from "./failures.js";
import { pairsOf, type HeadersInput } from "../message/headers.js";
import { checkServer } from "./server-address.js";
import { toBuffer, toLatin1 } from "../message/text.js";

/** Text, which is sent as UTF-8, or bytes. */
export type Content = string | Uint8Array;

/** Headers, body and trailers of a message. A message has at most one of `body`, `json` and `chunks`. */
export interface Payload {
  headers?: HeadersInput;
  /** The body, sent with a `content-length`. */
  body?: Content;
  /** The body as JSON, with `content-type: application/json` unless the headers say otherwise. */
  json?: unknown;
  /** The body in chunks, without a `content-length`. */
  chunks?: readonly Content[];
  trailers?: HeadersInput;
}

/** The response of an upstream. */
export interface AnswerMessage extends Payload {
  /** The status code; 200 by default. */
  status?: number;
}

/**
 * An upstream's response, or its failure.
 *
 * @example
 * const answers: Answer[] = [{ status: 204 }, { json: { user: "mia" } }, { fails: "timeout" }];
 */
export type Answer = AnswerMessage | AnswerFailure;

/**
 * The response to requests: always the same one, a real server's address, or a function. A function may return
 * undefined: the request then waits for `answer`.
 */
export type Answerer<Request> =
  Answer | URL | ((request: Request) => Answer | URL | undefined | Promise<Answer | URL | undefined>);

/** @internal The parts of a message for the host. */
export interface Parts {
  pairs: Pair[];
  chunks: Buffer[];
  trailers: HeaderMap | undefined;
}

const FIELDS = ["status", "headers", "body", "json", "chunks", "trailers"];

/** @internal @throws TypeError that names the wrong field of a response */
export function checkAnswer(answer: unknown, what: string): Answer {
  if (typeof answer !== "object" || answer === null) {
    throw new TypeError(
      `${what}: expected a response such as { status: 200, body: "ok" }, got ${describe(answer)}; new URL("…") names a server`,
    );
  }
  if ("fails" in answer) return checkFailure(answer, what);
  checkFields(answer, FIELDS, what);
  const { status } = answer as AnswerMessage;
  if (status !== undefined && !(Number.isInteger(status) && status >= 100 && status <= 999)) {
    throw new TypeError(`${what}: status: expected an integer from 100 to 999, got ${describe(status)}`);
  }
  return answer;
}

/** @internal @throws TypeError that names the wrong field of a response, or a wrong address */
export function checkAnswerer(answerer: unknown, what: string): void {
  if (answerer === undefined || typeof answerer === "function") return;
  if (answerer instanceof URL) return checkServer(answerer, what);
  checkAnswer(answerer, what);
}

/** @internal Whether the value is an object with fields, such as `{ a: 1 }`, and not an array, a URL or bytes. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof URL || value instanceof Uint8Array);
}

/** @internal @throws TypeError that names an unknown field, or when the value is not an object with fields */
export function checkFields(object: unknown, known: readonly string[], what: string): void {
  if (!isRecord(object)) {
    throw new TypeError(`${what}: expected an object with ${known.join(", ")}, got ${describe(object)}`);
  }
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) throw new TypeError(`${what}: ${unknownOption(name, known)}`);
  }
}

/** @internal The parts of a message that a test has given. */
export function partsOf(payload: Payload, what: string): Parts {
  const { body, json, chunks, trailers } = payload;
  if ([body, json, chunks].filter((one) => one !== undefined).length > 1) {
    throw new TypeError(`${what}: expected only one of body, json and chunks`);
  }
  if (chunks !== undefined && !Array.isArray(chunks)) {
    throw new TypeError(`${what}: chunks: expected an array of strings or bytes, got ${describe(chunks)}`);
  }
  const content = json === undefined ? body : jsonText(json, `${what}: json`);
  const pairs = pairsOf(payload.headers, `${what}: headers`);
  const has = (name: string) => pairs.some(([one]) => one.toLowerCase() === name);
  if (json !== undefined && !has("content-type")) pairs.push(["content-type", "application/json"]);
  const all = (chunks ?? (content === undefined ? [] : [content])).map((one) => bytes(one, what));
  if (content !== undefined && trailers === undefined && !has("content-length")) {
    pairs.push(["content-length", String(all[0]!.length)]);
  }
  const tail = trailers === undefined ? undefined : new HeaderMap("trailers", pairsOf(trailers, `${what}: trailers`));
  return { pairs, chunks: all.filter((one) => one.length > 0), trailers: tail };
}

/** @internal The bytes of a body or a chunk. */
export function bytes(content: unknown, what: string): Buffer {
  if (typeof content === "string" || content instanceof Uint8Array) return toBuffer(content);
  throw new TypeError(
    `${what}: expected a string or bytes for the body, got ${describe(content)}; use json for other values`,
  );
}

/** @internal Describes a wrong value for an error message, such as "number 5". */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof URL) return `the address ${value.href}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return "a function";
  if (typeof value === "object") return "an object";
  const primitive = value as string | number | bigint | boolean | symbol;
  return `${typeof primitive} ${toLatin1(String(primitive))}`;
}
