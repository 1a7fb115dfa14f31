import type { Pair } from "../../host/index.js";
import { HttpError } from "./error.js";
import type { Framing, Head } from "./message.js";

/** Whether a header with a list of words contains a word. Upper and lower case are the same. */
export function hasWord(headers: readonly Pair[], name: string, word: string): boolean {
  return valuesOf(headers, name).some((value) => value.split(",").some((one) => one.trim().toLowerCase() === word));
}

export function valuesOf(headers: readonly Pair[], name: string): string[] {
  return headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
}

/** The protocol in the upgrade header of a message; undefined without one. */
export function upgradeOf({ headers }: Head): string | undefined {
  return hasWord(headers, "connection", "upgrade") ? valuesOf(headers, "upgrade")[0] : undefined;
}

/**
 * How the body of a request ends.
 *
 * @throws HttpError when the headers contradict each other, or name an unknown coding
 */
export function requestFraming({ headers }: Head): Framing {
  return declared(headers, 400) ?? "none";
}

/**
 * How the body of a response ends.
 *
 * @param tunnel whether the request was to become a tunnel
 * @throws HttpError when the headers contradict each other, or name an unknown coding
 */
export function responseFraming(head: Head, method: string, tunnel: boolean): Framing {
  const { status, headers } = head;
  if ((status === 101 && tunnel) || (method === "CONNECT" && status >= 200 && status < 300)) return "until-close";
  if (status < 200 || status === 204) checkEmpty(headers);
  if (method === "HEAD" || (status >= 100 && status < 200) || status === 204 || status === 304) return "none";
  return declared(headers, 502) ?? "until-close";
}

function declared(headers: readonly Pair[], status: number): Framing | undefined {
  const lengths = valuesOf(headers, "content-length");
  const codings = valuesOf(headers, "transfer-encoding");
  if (codings.length > 0) {
    if (lengths.length > 0) {
      const details = "http1.content_length_and_chunked_not_allowed";
      throw new HttpError(status, "a message has both content-length and transfer-encoding", details);
    }
    const named = codings.filter((coding) => coding !== "");
    if (named.length !== 1 || named[0]!.toLowerCase() !== "chunked") {
      const text = `transfer-encoding ${codings.join(", ")} is not chunked`;
      throw new HttpError(status === 400 ? 501 : status, text, "http1.invalid_transfer_encoding");
    }
    // Envoy takes the last transfer-encoding line, even if it is empty.
    return codings.at(-1) === "" ? undefined : "chunked";
  }
  return lengths.length === 0 ? undefined : Number(lengths[0]);
}

/** @throws HttpError when the headers declare a body and the status allows none */
function checkEmpty(headers: readonly Pair[]): void {
  const isEmpty = valuesOf(headers, "content-length").every((value) => value === "0");
  if (!isEmpty || valuesOf(headers, "transfer-encoding").length > 0)
    throw new HttpError(502, "a response with this status cannot have a body");
}

/**
 * @param status the status code of the response to the client
 * @throws HttpError when there are several lengths, or one that is not a number
 */
export function checkLength(headers: readonly Pair[], status: number): void {
  const lengths = valuesOf(headers, "content-length");
  if (lengths.length === 0 || (lengths.length === 1 && isLength(lengths[0]!))) return;
  throw new HttpError(status, `the content-length ${JSON.stringify(lengths.join(", "))} is not valid`);
}

function isLength(text: string): boolean {
  return /^\d+$/.test(text) && BigInt(text) < 1n << 64n;
}
