import { resetDetails, resetText, TIMEOUT_DETAILS, TIMEOUT_TEXT } from "../../host/message/upstream-failures.js";
import { gatewayReply, type PluginReply } from "../../host/index.js";

/** That an upstream does not answer: nobody is there, the time is up, or the answer breaks off. */
export interface AnswerFailure {
  fails: "unreachable" | "timeout" | "reset";
}

type Failure = AnswerFailure["fails"];

const REASONS = { unreachable: "remote connection failure", reset: "connection termination" } as const;
const FAILURES: readonly Failure[] = ["unreachable", "timeout", "reset"];

/** What a gateway answers in the place of an upstream that does not. */
export function failureReply(failure: Failure): PluginReply {
  if (failure === "timeout") return gatewayReply(504, TIMEOUT_TEXT, TIMEOUT_DETAILS);
  const reason = REASONS[failure];
  return gatewayReply(503, resetText(reason), resetDetails("before", reason));
}

/** That there is no answer, as a test has given it. @throws TypeError for another word than the three */
export function checkFailure({ fails }: { fails: unknown }, what: string): AnswerFailure {
  if (FAILURES.includes(fails as Failure)) return { fails: fails as Failure };
  throw new TypeError(`${what}: fails: expected one of ${FAILURES.join(", ")}, got ${String(fails)}`);
}
