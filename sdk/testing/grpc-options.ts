import { checkGrpcAnswer, type GrpcAnswer } from "./grpc-answer.js";
import type { TestGrpcCall } from "./test-grpc-call.js";

type Given = GrpcAnswer | undefined;

/**
 * Answers a gRPC call, once the plugin has sent all of it.
 *
 * @param message the first of the plugin's messages, which is the only one unless it streams
 * @returns a message or a status, or undefined for an answer by hand
 */
export type GrpcFunction = (message: Uint8Array, call: TestGrpcCall) => Given | Promise<Given>;

/** What answers the plugin's gRPC calls to a cluster: always the same, or a function. */
export type GrpcAnswerer = GrpcAnswer | GrpcFunction;

/** @internal @throws TypeError that names what is wrong */
export function checkGrpcOption(option: unknown, what: string): void {
  if (option === undefined) return;
  if (typeof option !== "object" || option === null || option instanceof URL) {
    throw new TypeError(`${what}: expected an object with what answers by cluster: a function, or an answer`);
  }
  for (const [cluster, answerer] of Object.entries(option)) {
    if (answerer instanceof URL) {
      throw new TypeError(`${what}: ${cluster}: a real server is not asked by gRPC; give a function, or an answer`);
    }
    if (answerer !== undefined && typeof answerer !== "function") checkGrpcAnswer(answerer, `${what}: ${cluster}`);
  }
}
