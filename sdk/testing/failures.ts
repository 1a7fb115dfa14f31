import { gatewayReply, type PluginReply } from "../host/index.js";
import type { AnswerFailure } from "./answer.js";

type Failure = AnswerFailure["fails"];

const RESET = "upstream connect error or disconnect/reset before headers. reset reason: ";

/** What a gateway answers where an upstream does not: status, text, and the word for its access log. */
const REPLIES: Readonly<Record<Failure, [status: number, text: string, details: string]>> = {
  unreachable: [
    503,
    `${RESET}remote connection failure`,
    "upstream_reset_before_response_started{remote_connection_failure}",
  ],
  reset: [503, `${RESET}connection termination`, "upstream_reset_before_response_started{connection_termination}"],
  timeout: [504, "upstream request timeout", "response_timeout"],
};

/** The gateway's answer in the place of an upstream's. */
export function failureReply(failure: Failure): PluginReply {
  const [status, text, details] = REPLIES[failure];
  return gatewayReply(status, text, details);
}
