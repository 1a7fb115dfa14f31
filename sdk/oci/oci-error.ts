/** An image, a registry or a download is not as expected. The message never has credentials. */
export class OciError extends Error {
  override readonly name = "OciError";
}

/** How much of a text of a registry is shown. */
const LONGEST = 300;

/** A text from outside for messages: on one line, without control characters, and not too long. */
export function shownText(text: string): string {
  // eslint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A URL for messages: user, password and query may be credentials. */
export function shownUrl(url: URL | string): string {
  const parsed = typeof url === "string" ? (URL.canParse(url) ? new URL(url) : undefined) : url;
  if (!parsed)
    return shownText(
      String(url)
        .replace(/^((?:[^/?#]*:)?\/\/)?[^/?#]*@/, "$1")
        .replace(/[?#].*$/s, ""),
    );
  return shownText(`${parsed.protocol}//${parsed.host}${parsed.pathname}${parsed.search === "" ? "" : "?…"}`);
}
