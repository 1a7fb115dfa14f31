import type { GrpcUpstreams } from "../host/index.js";
import { checkGrpcAnswer } from "./grpc-answer.js";
import type { GrpcAnswerer } from "./grpc-options.js";
import type { Session } from "./session.js";
import { TestGrpcCall } from "./test-grpc-call.js";

/** The upstreams that a plugin under test may call by gRPC. */
export function grpcService(session: Session): GrpcUpstreams {
  return {
    open: (request, events) => {
      if (!session.hasCluster(request.cluster)) return undefined;
      const call = new TestGrpcCall(request, session, events);
      session.grpcCalls.add(call, session.recorder.current);
      session.note("message", `to ${call.cluster}: gRPC ${call.service}/${call.method}`);
      const answerer = session.options.grpc?.[call.cluster];
      const sent = (message: Buffer | undefined, end: boolean) => {
        const wasEnded = call.ended;
        call.sent(message, end);
        if (answerer !== undefined && end && !wasEnded) answer(session, call, answerer);
      };
      return { send: sent, close: () => sent(undefined, true), reset: () => call.cancel() };
    },
  };
}

function answer(session: Session, call: TestGrpcCall, answerer: GrpcAnswerer): void {
  const what = `what answers ${call.service}/${call.method} of ${call.cluster}`;
  const message = call.messages[0] ?? new Uint8Array();
  session.answering.by({
    answer: () => (typeof answerer === "function" ? answerer(message, call) : answerer),
    check: (given) => checkGrpcAnswer(given, what),
    ask: () => Promise.reject(new TypeError(`${what}: a real server is not asked by gRPC`)),
    settle: (checked) => call.settle(checked),
    isWanted: () => call.state === "waiting",
  });
}
