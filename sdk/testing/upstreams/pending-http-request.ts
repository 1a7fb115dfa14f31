import type { HeaderMap } from "../../host/index.js";
import { checkAnswer, type Answer, type Answerer } from "./answer.js";
import type { PendingResponse } from "./responder.js";
import { sendToServer } from "./server.js";
import { checkServer } from "./server-address.js";

const WHAT = "an upstream's response";

/**
 * An HTTP request that waits for its response.
 *
 * @param request the argument of a function that responds
 * @param sent returns the headers and the body to send to a real server
 */
export function pendingHttpRequest<R>(
  answerer: Answerer<R>,
  request: R,
  sent: () => { headers: HeaderMap; body: Uint8Array },
): Pick<PendingResponse<Answer, Answer>, "given" | "check" | "sendTo"> {
  return {
    given: () => (typeof answerer === "function" ? answerer(request) : answerer),
    check: (answer) => checkAnswer(answer, WHAT),
    sendTo: async (server) => {
      checkServer(server, WHAT);
      return sendToServer(server, sent());
    },
  };
}
