import type { Pair } from "../../host/index.js";
import { HttpError } from "./error.js";
import type { Framing, Head } from "./parser.js";

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

/** How the body of a response ends. */
export function responseFraming(head: Head, method: string): Framing {
  const { status, headers } = head;
  if (status === 101 || (method === "CONNECT" && status >= 200 && status < 300)) return "until-close";
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return "none";
  return declared(headers, 502) ?? "until-close";
}

function declared(headers: readonly Pair[], status: number): Framing | undefined {
  const lengths = valuesOf(headers, "content-length");
  const codings = valuesOf(headers, "transfer-encoding");
  if (codings.length > 0) {
    if (codings.length > 1 || codings[0]!.toLowerCase() !== "chunked") {
      throw new HttpError(status === 400 ? 501 : status, `transfer-encoding ${codings.join(", ")} is not chunked`);
    }
    if (lengths.length > 0) throw new HttpError(status, "a message has a content-length and chunks");
    return "chunked";
  }
  if (lengths.length === 0) return undefined;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0]!)) {
    throw new HttpError(status, `content-length is ${JSON.stringify(lengths.join(", "))}`);
  }
  return Number(lengths[0]);
}
