import { checkFields, type Content } from "../upstreams/answer.js";
import type { AnswerFailure } from "../upstreams/failures.js";
import { checkFailure } from "../upstreams/failures.js";
import { pairsOf, type HeadersInput } from "../message/headers.js";
import { toBuffer } from "../message/text.js";

/** How a gRPC call ends. */
export interface GrpcStatus {
  /** The gRPC status: 0 is "OK", 5 "not found", 7 "permission denied", and so on. */
  status: number;
  /** The server's description of the status. */
  message?: string;
  trailers?: HeadersInput;
}

/**
 * The response to a gRPC call: a message, which status 0 follows; a status without a message; or a failed upstream.
 *
 * @example
 * const answers: GrpcAnswer[] = [new Uint8Array([8, 1]), { status: 7, message: "not you" }, { fails: "unreachable" }];
 */
export type GrpcAnswer = Content | GrpcStatus | AnswerFailure;

/** @internal @throws TypeError that names the wrong field */
export function checkGrpcAnswer(answer: unknown, what: string): GrpcAnswer {
  if (typeof answer === "string" || answer instanceof Uint8Array) return answer;
  if (typeof answer !== "object" || answer === null || !("status" in answer || "fails" in answer)) {
    const got = answer === null ? "null" : typeof answer;
    throw new TypeError(`${what}: expected a message (bytes or text) or a status such as { status: 5 }, got ${got}`);
  }
  if ("status" in answer) return checkGrpcStatus(answer as GrpcStatus, what);
  checkFields(answer, ["fails"], what);
  return checkFailure(answer, what);
}

/** @internal @throws TypeError that names the wrong field */
export function checkGrpcStatus(given: GrpcStatus, what: string): GrpcStatus {
  if (typeof given !== "object" || given === null)
    throw new TypeError(`${what}: expected a status such as { status: 0 }`);
  checkFields(given, ["status", "message", "trailers"], what);
  const { status, message, trailers } = given;
  if (!Number.isInteger(status) || status < 0) {
    throw new TypeError(`${what}: status: expected a gRPC status such as 0 or 7, got ${String(status)}`);
  }
  if (message !== undefined && typeof message !== "string") throw new TypeError(`${what}: message: expected a string`);
  pairsOf(trailers, `${what}: trailers`);
  return given;
}

/** @internal @throws TypeError when the content is not a message */
export function grpcMessage(content: unknown, what: string): Buffer {
  if (typeof content === "string" || content instanceof Uint8Array) return toBuffer(content);
  throw new TypeError(
    `${what}: expected a message as bytes or text, got ${content === null ? "null" : typeof content}`,
  );
}
