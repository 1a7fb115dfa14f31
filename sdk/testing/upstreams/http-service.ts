import type { Upstreams } from "../../host/index.js";
import { pendingHttpRequest } from "./pending-http-request.js";
import type { Answerer } from "./answer.js";
import { hostPairs, type HostsByCluster } from "./hosts.js";
import type { TestHost } from "./test-host.js";
import type { CallList } from "./call-list.js";
import { TestCall } from "./test-call.js";
import { fromLatin1 } from "../message/text.js";

/** The HTTP upstreams of a plugin under test. */
export function httpService(
  host: TestHost,
  calls: CallList<TestCall>,
  upstreams: Readonly<Record<string, Answerer<TestCall>>> = {},
  hosts: HostsByCluster = {},
): Upstreams {
  return {
    has: (cluster) => host.hasCluster(fromLatin1(cluster)),
    hosts: (cluster) => hostPairs(hosts[fromLatin1(cluster)] ?? []),
    call: (request, done) => {
      const call = new TestCall(request, host, done);
      calls.add(call, host.recorder.current);
      host.note("message", `to ${call.cluster}: ${call.method} ${call.path}`);
      const answerer = upstreams[call.cluster];
      if (answerer !== undefined) {
        host.responder.respond({
          ...pendingHttpRequest(answerer, call, () => ({ headers: request.headers, body: request.body })),
          settle: (answer) => call.settle(answer),
          // A call that was made while the gateway tried a configuration may be cancelled by now.
          isWanted: () => call.state === "waiting",
        });
      }
      return () => call.cancel();
    },
  };
}
