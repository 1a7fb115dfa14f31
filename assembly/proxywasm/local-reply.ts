import { settle } from "../abi/entry";
import { LogLevel, Status } from "../abi/enums";
import { FORWARDING } from "../abi/features";
import { proxy_send_local_response } from "../abi/imports";
import { integerText } from "../abi/decimal";
import { encodePairs, isReadable } from "../abi/pairs";
import { encodeUtf8 } from "../abi/utf8";
import { areOfResponse, endToEndHeaders } from "./hop-by-hop";
import { report } from "./log";
import { hasNoBody, headersFault, isFinalStatus, valueFault } from "./syntax";
import { statusName } from "./status";

/**
 * Sends a local reply on the current stream, after checks that Envoy does not make. Envoy would send any status code, and
 * would send a line break in a value as a second header.
 *
 * @param headers `[name, value]` pairs. Of the headers of an HTTP call response, which contain `:status`, only those are sent
 * that may be forwarded.
 * @param details the text for `%RESPONSE_CODE_DETAILS%` in access logs
 * @param grpcStatus the status for a gRPC client; -1: derived from the status code
 * @returns null, or an error if nothing was sent
 */
export function sendLocalReply(
  status: i32,
  headers: string[][],
  body: ArrayBuffer,
  details: string,
  grpcStatus: i32,
): Error | null {
  if (!isFinalStatus(status)) return new Error("status " + integerText(status) + " is not one of 200 to 599");
  if (FORWARDING && areOfResponse(headers)) headers = endToEndHeaders(headers);
  let fault = headersFault(headers);
  if (fault !== null) return new Error(fault);
  fault = valueFault(details);
  if (fault !== null) return new Error("details: " + fault);

  // Envoy would send a content-length without the body. Source: RFC 9110, 15.3.5 and 15.4.5.
  if (body.byteLength != 0 && hasNoBody(integerText(status))) {
    report(LogLevel.Warn, "a response with status " + integerText(status) + " cannot have a body: dropped");
    body = new ArrayBuffer(0);
  }

  const detailBytes = encodeUtf8(details);
  const pairs = encodePairs(headers);
  if (!isReadable(headers.length, pairs)) return new Error("more than 1024 headers, or more than 1 MiB of them");
  settle();
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
