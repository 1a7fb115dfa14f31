import type { HeaderMap } from "../../host/index.js";
import { checkAnswer, type Answer, type Answerer } from "./answer.js";
import type { Question } from "./answering.js";
import { askServer } from "./server.js";
import { checkServer } from "./server-address.js";

const WHAT = "an upstream's answer";

/**
 * An HTTP request that waits for its answer.
 *
 * @param request what a function is given
 * @param sent what a real server is sent
 */
export function httpQuestion<R>(
  answerer: Answerer<R>,
  request: R,
  sent: () => { headers: HeaderMap; body: Uint8Array },
): Pick<Question<Answer, Answer>, "answer" | "check" | "ask"> {
  return {
    answer: () => (typeof answerer === "function" ? answerer(request) : answerer),
    check: (answer) => checkAnswer(answer, WHAT),
    ask: async (server) => {
      checkServer(server, WHAT);
      return askServer(server, sent());
    },
  };
}
