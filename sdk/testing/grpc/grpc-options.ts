import { checkGrpcAnswer, type GrpcAnswer } from "./grpc-answer.js";
import type { TestGrpcCall } from "./test-grpc-call.js";

type Given = GrpcAnswer | URL | undefined;

/**
 * Responds to a gRPC call when the plugin has sent all its messages.
 *
 * @param message the plugin's first message; a stream may have more
 * @returns a message or a status, the address of a real server that responds, or undefined when the test calls
 *   `call.answer`
 */
export type GrpcFunction = (message: Uint8Array, call: TestGrpcCall) => Given | Promise<Given>;

/**
 * The response to gRPC calls to a cluster: always the same one, a real server such as http://127.0.0.1:50051, or a
 * function.
 */
export type GrpcAnswerer = GrpcAnswer | URL | GrpcFunction;

/** @internal @throws TypeError that names the wrong part of the option */
export function checkGrpcOption(option: unknown, what: string): void {
  if (option === undefined) return;
  if (typeof option !== "object" || option === null || option instanceof URL) {
    throw new TypeError(
      `${what}: expected an object that has, for each cluster, new URL("http://…"), a function or a response`,
    );
  }
  for (const [cluster, answerer] of Object.entries(option)) {
    if (answerer === undefined || typeof answerer === "function") continue;
    if (answerer instanceof URL) checkGrpcServer(answerer, `${what}: ${cluster}`);
    else checkGrpcAnswer(answerer, `${what}: ${cluster}`);
  }
}

/** @internal @throws TypeError when the address is not http://HOST:PORT */
export function checkGrpcServer(server: URL, what: string): void {
  const { protocol, host, href } = server;
  if (protocol === "http:" && href === `http://${host}/`) return;
  throw new TypeError(
    `${what}: expected http://HOST:PORT, without a path and without TLS, such as http://127.0.0.1:50051; got ${href}`,
  );
}
