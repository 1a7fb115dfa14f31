import { resetDetails, resetText, TIMEOUT_DETAILS, TIMEOUT_TEXT } from "../../host/message/upstream-failures.js";
import { gatewayReply, type PluginReply } from "../../host/index.js";

/** A failed upstream: it cannot be reached, exceeds the time limit, or resets the connection. */
export interface AnswerFailure {
  fails: "unreachable" | "timeout" | "reset";
}

type Failure = AnswerFailure["fails"];

const REASONS = { unreachable: "remote connection failure", reset: "connection termination" } as const;
const FAILURES: readonly Failure[] = ["unreachable", "timeout", "reset"];

/** The gateway's local reply for a failed upstream. */
export function failureReply(failure: Failure): PluginReply {
  if (failure === "timeout") return gatewayReply(504, TIMEOUT_TEXT, TIMEOUT_DETAILS);
  const reason = REASONS[failure];
  return gatewayReply(503, resetText(reason), resetDetails("before", reason));
}

/** Checks the failure that a test has given. @throws TypeError for an unknown failure */
export function checkFailure({ fails }: { fails: unknown }, what: string): AnswerFailure {
  if (FAILURES.includes(fails as Failure)) return { fails: fails as Failure };
  throw new TypeError(`${what}: fails: expected one of ${FAILURES.join(", ")}, got ${String(fails)}`);
}
