import type { Upstreams } from "../../host/index.js";
import { httpQuestion } from "./http-question.js";
import type { Session } from "../session.js";
import { TestCall } from "./test-call.js";
import { fromLatin1 } from "../text.js";

/** The HTTP upstreams of a plugin under test. */
export function httpService(session: Session): Upstreams {
  return {
    has: (cluster) => session.hasCluster(fromLatin1(cluster)),
    call: (request, done) => {
      const call = new TestCall(request, session, done);
      session.calls.add(call, session.recorder.current);
      session.note("message", `to ${call.cluster}: ${call.method} ${call.path}`);
      const answerer = session.options.upstreams?.[call.cluster];
      if (answerer !== undefined) {
        session.answering.by({
          ...httpQuestion(answerer, call, () => ({ headers: request.headers, body: request.body })),
          settle: (answer) => call.settle(answer),
          // A call that was made while the gateway tried a configuration may be cancelled by now.
          isWanted: () => call.state === "waiting",
        });
      }
      return () => call.cancel();
    },
  };
}
