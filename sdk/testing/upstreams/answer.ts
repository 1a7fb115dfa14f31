import { HeaderMap, jsonText, type Pair } from "../../host/index.js";
import { checkFailure, type AnswerFailure } from "./failures.js";
import { pairsOf, type HeadersInput } from "../message/headers.js";
import { checkServer } from "./server-address.js";
import { toBuffer, toLatin1 } from "../message/text.js";

/** Text, which is sent as UTF-8, or bytes. */
export type Content = string | Uint8Array;

/** What goes with the headers of a message. Of `body`, `json` and `chunks` there is one, or none. */
export interface Payload {
  headers?: HeadersInput;
  /** Sent with its `content-length`. */
  body?: Content;
  /** The body as JSON, with `content-type: application/json` unless the headers say otherwise. */
  json?: unknown;
  /** The body in pieces, without a `content-length`. */
  chunks?: readonly Content[];
  trailers?: HeadersInput;
}

/** What an upstream answers. */
export interface AnswerMessage extends Payload {
  /** 200 unless given. */
  status?: number;
}

/**
 * An upstream's answer, or that there is none.
 *
 * @example
 * const answers: Answer[] = [{ status: 204 }, { json: { user: "mia" } }, { fails: "timeout" }];
 */
export type Answer = AnswerMessage | AnswerFailure;

/**
 * What answers on its own: always the same answer, a real server's address, or a function, which may also give
 * `undefined`, for an answer by hand.
 */
export type Answerer<Request> =
  Answer | URL | ((request: Request) => Answer | URL | undefined | Promise<Answer | URL | undefined>);

/** @internal A message, taken apart for the host. */
export interface Parts {
  pairs: Pair[];
  chunks: Buffer[];
  trailers: HeaderMap | undefined;
}

const FIELDS = ["status", "headers", "body", "json", "chunks", "trailers"];

/** @internal Says what is wrong with something that should be an answer. */
export function checkAnswer(answer: unknown, what: string): Answer {
  if (typeof answer !== "object" || answer === null) {
    throw new TypeError(
      `${what}: expected an answer such as { status: 200, body: "ok" }, got ${describe(answer)}; a server is new URL("…")`,
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

/** @internal The same for what answers on its own. */
export function checkAnswerer(answerer: unknown, what: string): void {
  if (answerer === undefined || typeof answerer === "function") return;
  if (answerer instanceof URL) return checkServer(answerer, what);
  checkAnswer(answerer, what);
}

/** @internal Whether it is an object with fields, such as `{ a: 1 }`: no list, address, or bytes. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof URL || value instanceof Uint8Array);
}

/** @internal @throws TypeError that names a field that is not known, or says that there are none */
export function checkFields(object: unknown, known: readonly string[], what: string): void {
  if (!isRecord(object)) {
    throw new TypeError(`${what}: expected an object with ${known.join(", ")}; got ${describe(object)}`);
  }
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) throw new TypeError(`${what}: unknown "${name}"; there is ${known.join(", ")}`);
  }
}

/** @internal Takes what a test has given apart. */
export function partsOf(payload: Payload, what: string): Parts {
  const { body, json, chunks, trailers } = payload;
  if ([body, json, chunks].filter((one) => one !== undefined).length > 1) {
    throw new TypeError(`${what}: give one of body, json and chunks`);
  }
  if (chunks !== undefined && !Array.isArray(chunks)) {
    throw new TypeError(`${what}: chunks: expected a list of texts or bytes, got ${describe(chunks)}`);
  }
  const content = json === undefined ? body : jsonText(json, `${what}: json`);
  const pairs = pairsOf(payload.headers, `${what}: headers`);
  const has = (name: string) => pairs.some(([one]) => one.toLowerCase() === name);
  if (json !== undefined && !has("content-type")) pairs.push(["content-type", "application/json"]);
  const pieces = (chunks ?? (content === undefined ? [] : [content])).map((one) => bytes(one, what));
  if (content !== undefined && trailers === undefined && !has("content-length")) {
    pairs.push(["content-length", String(pieces[0]!.length)]);
  }
  const tail = trailers === undefined ? undefined : new HeaderMap("trailers", pairsOf(trailers, `${what}: trailers`));
  return { pairs, chunks: pieces.filter((one) => one.length > 0), trailers: tail };
}

/** @internal Bytes of a body. */
export function bytes(content: unknown, what: string): Buffer {
  if (typeof content === "string" || content instanceof Uint8Array) return toBuffer(content);
  throw new TypeError(`${what}: expected a text or bytes for the body, got ${describe(content)}; json takes anything`);
}

/** @internal A value that is not the one expected, for people: "number 5". */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof URL) return `the address ${value.href}`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value === "object") return "an object";
  const primitive = value as string | number | bigint | boolean | symbol;
  return `${typeof primitive} ${toLatin1(String(primitive))}`;
}
