import { integerText } from "../abi/decimal";
import { isDigit, lowerAscii } from "../text/ascii";
import { quoted } from "../text/quoted";
import { isFieldValue, isToken } from "../text/token";

// Envoy does not check what a plugin writes: a line break in a value would become a second header at the client. So the SDK
// checks names and values. Source: RFC 9110, 5.5 and 5.6.2.

/** The reason why a text must not be a header value, or null. */
export function valueFault(value: string): string | null {
  return isFieldValue(value) ? null : "the value " + quoted(value) + " contains a control character";
}

/** Whether a header (lower case) decides where a message ends. Source: RFC 9112, 6. */
export function isFraming(name: string): bool {
  return name == "content-length" || name == "transfer-encoding";
}

/** The reason why these headers, `[name, value]` pairs, must not be sent, or null. */
export function headersFault(headers: string[][]): string | null {
  for (let i = 0; i < headers.length; i++) {
    const header = unchecked(headers[i]);
    if (header.length != 2) return "header " + integerText(i) + " is not a pair of name and value";
    const name = unchecked(header[0]);
    const value = unchecked(header[1]);
    if (!isToken(name)) return "header name " + quoted(name) + " is not a token of RFC 9110";
    if (isFraming(lowerAscii(name))) return "header " + name + ": only the gateway sets this header";
    const fault = valueFault(value);
    if (fault !== null) return "header " + name + ": " + fault;
  }
  return null;
}

/** Whether a text is allowed in a request line: not empty, no space, no control character. */
export function isVisible(text: string): bool {
  const length = text.length;
  if (length == 0) return false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c == 0x7f) return false;
  }
  return true;
}

/** Whether a response may have this status code: 200 to 599. Source: RFC 9110, 15; 1xx are not final. */
export function isFinalStatus(status: i32): bool {
  return status >= 200 && status <= 599;
}

/** As `isFinalStatus`, for a status code as text. */
export function isFinalStatusText(text: string): bool {
  if (text.length != 3) return false;
  const hundreds = text.charCodeAt(0);
  return hundreds >= 0x32 && hundreds <= 0x35 && isDigit(text.charCodeAt(1)) && isDigit(text.charCodeAt(2));
}

/** Whether a response with this status code has no body. Source: RFC 9110, 15.3.5, 15.3.6 and 15.4.5. */
export function hasNoBody(status: string): bool {
  return status == "204" || status == "205" || status == "304";
}
