import { checkGrpcAnswer, type GrpcAnswer } from "./grpc-answer.js";
import type { TestGrpcCall } from "./test-grpc-call.js";

type Given = GrpcAnswer | URL | undefined;

/**
 * Answers a gRPC call, once the plugin has sent all of it.
 *
 * @param message the first of the plugin's messages, which is the only one unless it streams
 * @returns a message or a status; the address of a real server that answers; or undefined for an answer by hand
 */
export type GrpcFunction = (message: Uint8Array, call: TestGrpcCall) => Given | Promise<Given>;

/** What answers the plugin's gRPC calls to a cluster: always the same, a real server such as http://127.0.0.1:50051, or a function. */
export type GrpcAnswerer = GrpcAnswer | URL | GrpcFunction;

/** @internal @throws TypeError that names what is wrong */
export function checkGrpcOption(option: unknown, what: string): void {
  if (option === undefined) return;
  if (typeof option !== "object" || option === null || option instanceof URL) {
    throw new TypeError(
      `${what}: expected an object with what answers by cluster: new URL("http://…"), a function, or an answer`,
    );
  }
  for (const [cluster, answerer] of Object.entries(option)) {
    if (answerer === undefined || typeof answerer === "function") continue;
    if (answerer instanceof URL) checkGrpcServer(answerer, `${what}: ${cluster}`);
    else checkGrpcAnswer(answerer, `${what}: ${cluster}`);
  }
}

/** @internal @throws TypeError for an address with more than host and port, or of another protocol */
export function checkGrpcServer(server: URL, what: string): void {
  const { protocol, host, href } = server;
  if (protocol === "http:" && href === `http://${host}/`) return;
  throw new TypeError(
    `${what}: expected an address such as http://127.0.0.1:50051, host and port only, without TLS; got ${href}`,
  );
}
