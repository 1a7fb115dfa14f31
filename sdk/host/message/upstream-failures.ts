/** Why an upstream gave no answer, or not all of it; in Envoy's words. */
export type ResetReason =
  | "remote connection failure"
  | "connection timeout"
  | "connection termination"
  | "protocol error"
  | "remote reset"
  | "remote refused stream reset";

/** What an upstream's failure means to a client, of the last of several tries too. */
export function resetText(reason: ResetReason, isRetried = false): string {
  const which = isRetried ? "retried and the latest reset reason" : "reset reason";
  return `upstream connect error or disconnect/reset before headers. ${which}: ${reason}`;
}

/**
 * The word for it in the access log.
 *
 * @param moment before or after the answer has begun
 * @param more what the system has said of it
 * @example
 * resetDetails("before", "protocol error"); // "upstream_reset_before_response_started{protocol_error}"
 */
export function resetDetails(moment: "before" | "after", reason: ResetReason, more = ""): string {
  return `upstream_reset_${moment}_response_started{${reason.replaceAll(" ", "_")}${more}}`;
}

/** What a client is told when an upstream takes too long, and the word for it in the access log. */
export const TIMEOUT_TEXT = "upstream request timeout";
export const TIMEOUT_DETAILS = "response_timeout";
