/** Why an upstream's response is missing or incomplete, in Envoy's words. */
export type ResetReason =
  | "remote connection failure"
  | "connection timeout"
  | "connection termination"
  | "protocol error"
  | "remote reset"
  | "remote refused stream reset";

/** The body of the local reply for an upstream's failure. `isRetried`: the last of several tries has failed. */
export function resetText(reason: ResetReason, isRetried = false): string {
  const which = isRetried ? "retried and the latest reset reason" : "reset reason";
  return `upstream connect error or disconnect/reset before headers. ${which}: ${reason}`;
}

/**
 * The response code details of an upstream's failure.
 *
 * @param moment before or after the start of the response
 * @param more the error of the system, if any
 * @example
 * resetDetails("before", "protocol error"); // "upstream_reset_before_response_started{protocol_error}"
 */
export function resetDetails(moment: "before" | "after", reason: ResetReason, more = ""): string {
  return `upstream_reset_${moment}_response_started{${reason.replaceAll(" ", "_")}${more}}`;
}

/** Body and response code details of the local reply for an upstream's timeout. */
export const TIMEOUT_TEXT = "upstream request timeout";
export const TIMEOUT_DETAILS = "response_timeout";
