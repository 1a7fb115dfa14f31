import type { Pair } from "../../host/index.js";
import { HttpError } from "./error.js";
import type { Framing, Head } from "./message.js";

/** Whether a header that lists words has one, whatever its case. */
export function hasWord(headers: readonly Pair[], name: string, word: string): boolean {
  return valuesOf(headers, name).some((value) => value.split(",").some((one) => one.trim().toLowerCase() === word));
}

export function valuesOf(headers: readonly Pair[], name: string): string[] {
  return headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
}

/** The protocol that a message wants to switch to. */
export function upgradeOf({ headers }: Head): string | undefined {
  return hasWord(headers, "connection", "upgrade") ? valuesOf(headers, "upgrade")[0] : undefined;
}

/**
 * How the body of a request ends.
 *
 * @throws HttpError where its headers do not say that, or say two things
 */
export function requestFraming({ headers }: Head): Framing {
  return declared(headers, 400) ?? "none";
}

/**
 * How the body of a response ends.
 *
 * @param tunnel the request wanted to switch to another protocol
 * @throws HttpError where its headers do not say that, or say two things
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
      throw new HttpError(status, "a message has a content-length and chunks", details);
    }
    const named = codings.filter((coding) => coding !== "");
    if (named.length !== 1 || named[0]!.toLowerCase() !== "chunked") {
      const text = `transfer-encoding ${codings.join(", ")} is not chunked`;
      throw new HttpError(status === 400 ? 501 : status, text, "http1.invalid_transfer_encoding");
    }
    // To Envoy the last line says how the body ends, also when it says nothing.
    return codings.at(-1) === "" ? undefined : "chunked";
  }
  return lengths.length === 0 ? undefined : Number(lengths[0]);
}

/** @throws HttpError where headers speak of a body that there cannot be */
function checkEmpty(headers: readonly Pair[]): void {
  const isEmpty = valuesOf(headers, "content-length").every((value) => value === "0");
  if (!isEmpty || valuesOf(headers, "transfer-encoding").length > 0) throw new HttpError(502, "there can be no body");
}

/**
 * @param status what a client is answered with
 * @throws HttpError where there are two lengths, or one that is no number
 */
export function checkLength(headers: readonly Pair[], status: number): void {
  const lengths = valuesOf(headers, "content-length");
  if (lengths.length === 0 || (lengths.length === 1 && isLength(lengths[0]!))) return;
  throw new HttpError(status, `content-length is ${JSON.stringify(lengths.join(", "))}`);
}

function isLength(text: string): boolean {
  return /^\d+$/.test(text) && BigInt(text) < 1n << 64n;
}
