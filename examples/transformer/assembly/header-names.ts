import { isToken } from "as-proxy-wasm-sdk";

const OF_REQUESTS = [":authority", ":method", ":path", ":scheme"];
const OF_RESPONSES = [":status"];

/**
 * What a rule expects of the name of a header, in lower case; "" if the name is right.
 *
 * @param isMoved whether the rule removes the header or adds values to it
 * @param isWritten whether the rule writes the header
 */
export function faultOfHeader(name: string, isRequest: bool, isMoved: bool, isWritten: bool): string {
  if (name.startsWith(":")) {
    const known = isRequest ? OF_REQUESTS : OF_RESPONSES;
    if (!known.includes(name)) return "expected a header";
    return isMoved ? "expected no pseudo-header, of which a message has one" : "";
  }
  if (!isToken(name)) return "expected a header";
  const isFraming = name == "content-length" || name == "transfer-encoding";
  return isWritten && isFraming ? "expected a header that is not about the length of the body" : "";
}
