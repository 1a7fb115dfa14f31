import type { GrpcUpstreams } from "../../host/index.js";
import type { PendingResponse } from "../upstreams/responder.js";
import { checkGrpcAnswer, type GrpcAnswer } from "./grpc-answer.js";
import { checkGrpcServer, type GrpcAnswerer } from "./grpc-options.js";
import { openCall } from "./grpc-server.js";
import type { TestHost } from "../upstreams/test-host.js";
import type { CallList } from "../upstreams/call-list.js";
import { TestGrpcCall } from "./test-grpc-call.js";
import { fromLatin1 } from "../message/text.js";

/** The gRPC upstreams of a plugin under test. */
export function grpcService(
  host: TestHost,
  calls: CallList<TestGrpcCall>,
  answerers: Readonly<Record<string, GrpcAnswerer>> = {},
): GrpcUpstreams {
  return {
    open: (request, events) => {
      if (!host.hasCluster(fromLatin1(request.cluster))) return undefined;
      const call = new TestGrpcCall(request, host, events);
      calls.add(call, host.recorder.current);
      host.note("message", `to ${call.cluster}: gRPC ${call.service}/${call.method}`);
      const answerer = answerers[call.cluster];
      const take = (given: GrpcAnswerer) => {
        const sendTo = (server: URL) => call.forward((events) => openCall(server, request, events));
        host.responder.respond(pendingGrpcCall(given, call, sendTo));
      };
      // A real server gets each message at once. Functions and fixed responses wait for the last message.
      if (answerer instanceof URL) take(answerer);
      const sent = (message: Buffer | undefined, end: boolean) => {
        const wasEnded = call.ended;
        call.sent(message, end);
        if (answerer !== undefined && !(answerer instanceof URL) && end && !wasEnded) take(answerer);
      };
      return { send: sent, close: () => sent(undefined, true), reset: () => call.cancel() };
    },
  };
}

/** A call that waits for its response. `sendTo` sends the call to a real server. */
function pendingGrpcCall(
  answerer: GrpcAnswerer,
  call: TestGrpcCall,
  sendTo: (server: URL) => Promise<void>,
): PendingResponse<GrpcAnswer, GrpcAnswer> {
  const what = `the response to ${call.service}/${call.method} of ${call.cluster}`;
  const message = call.messages[0] ?? new Uint8Array();
  return {
    given: () => (typeof answerer === "function" ? answerer(message, call) : answerer),
    check: (given) => checkGrpcAnswer(given, what),
    sendTo: async (server) => {
      checkGrpcServer(server, what);
      await sendTo(server);
      return undefined;
    },
    settle: (checked) => call.settle(checked),
    isWanted: () => call.state === "waiting",
  };
}
