import { Headers } from "../proxywasm/headers";
import { lowerAscii } from "../text/ascii";

/** The content type of a message in lower case; "" if the message has none. */
export function contentTypeOf(headers: Headers): string {
  return lowerAscii(headers.getOr("content-type", ""));
}

/** Whether a content type (lower case) is gRPC: `application/grpc`, with or without `+proto` or parameters. */
export function isGrpc(type: string): bool {
  if (!type.startsWith("application/grpc")) return false;
  const next = type.length == 16 ? 0 : type.charCodeAt(16);
  return next == 0 || next == 0x2b || next == 0x3b || next == 0x20; // + ; space
}

/** Whether a message has a content encoding other than `identity`. */
function isEncoded(headers: Headers): bool {
  const encoding = lowerAscii(headers.getOr("content-encoding", "")).trim();
  return encoding.length > 0 && encoding != "identity";
}

/**
 * Whether Higress's Go wrapper treats a body as binary: it has a content encoding, or its content type contains
 * `octet-stream` or `grpc`.
 */
export function isBinary(headers: Headers): bool {
  const type = contentTypeOf(headers);
  return type.includes("octet-stream") || type.includes("grpc") || headers.getOr("content-encoding", "").length > 0;
}

/**
 * Whether a body is text as far as its headers tell: it has no content encoding, and its content type is text, JSON, XML,
 * JavaScript or a form, or absent.
 */
export function isText(headers: Headers): bool {
  if (isEncoded(headers)) return false;
  const type = contentTypeOf(headers);
  const end = type.indexOf(";");
  const essence = (end < 0 ? type : type.substring(0, end)).trim();
  if (essence.length == 0 || essence.startsWith("text/")) return true;
  if (essence.endsWith("+json") || essence.endsWith("+xml")) return true;
  if (!essence.startsWith("application/")) return false;
  const name = essence.substring(12);
  return (
    name == "json" ||
    name == "xml" ||
    name == "javascript" ||
    name == "x-www-form-urlencoded" ||
    name.endsWith("ndjson")
  );
}
