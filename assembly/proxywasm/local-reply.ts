import { LogLevel, Status } from "../abi/enums";
import { proxy_send_local_response } from "../abi/imports";
import { integerText } from "../abi/decimal";
import { encodePairs, isReadable } from "../abi/pairs";
import { encodeUtf8 } from "../abi/utf8";
import { report } from "./log";
import { hasNoBody, headersFault, isFieldValue, isFinalStatus, quoted } from "./syntax";
import { statusName } from "./status";

/**
 * Answers the current stream in the upstream's place, after checking what Envoy does not: it would send any status, and
 * a line break in a value as a second header.
 *
 * @param headers `[name, value]` pairs, without pseudo-headers
 * @param details what access logs show as `%RESPONSE_CODE_DETAILS%`
 * @param grpcStatus what a gRPC client is told; -1: derived from the status
 * @returns null, or why it was refused; then nothing was sent
 */
export function sendLocalReply(
  status: i32,
  headers: string[][],
  body: ArrayBuffer,
  details: string,
  grpcStatus: i32,
): Error | null {
  if (!isFinalStatus(status)) return new Error("status " + integerText(status) + " is not one of 200 to 599");
  const fault = headersFault(headers);
  if (fault !== null) return new Error(fault);
  if (!isFieldValue(details)) return new Error("details " + quoted(details) + " hold a control character");

  // Envoy would announce the length of a body that does not come. Source: RFC 9110, 15.3.5 and 15.4.5.
  if (body.byteLength != 0 && hasNoBody(integerText(status))) {
    report(LogLevel.Warn, "a response with status " + integerText(status) + " has no body: it is left out");
    body = new ArrayBuffer(0);
  }

  const detailBytes = encodeUtf8(details);
  const pairs = encodePairs(headers);
  if (!isReadable(headers.length, pairs)) return new Error("more than 1024 headers, or more than 1 MiB of them");
  const outcome = proxy_send_local_response(
    status,
    changetype<usize>(detailBytes),
    detailBytes.byteLength,
    changetype<usize>(body),
    body.byteLength,
    changetype<usize>(pairs),
    pairs.byteLength,
    grpcStatus,
  );
  return outcome == Status.Ok ? null : new Error(statusName(outcome));
}
