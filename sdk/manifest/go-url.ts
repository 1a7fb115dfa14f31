/** A URL as Go's net/url reads it, or why Go does not. */
export type GoUrl = { scheme: string; host: string; rest: string } | { error: string };

/**
 * Reads a URL as `url.Parse` of Go does, which is laxer than WHATWG's parser in most places and stricter in a few.
 *
 * @returns the scheme in lower case, the host with its port, and the path without query and fragment
 * @example
 * parseGoUrl("oci://example.com/auth:1"); // { scheme: "oci", host: "example.com", rest: "/auth:1" }
 * parseGoUrl("127.0.0.1:5000/auth:1"); // { error: "first path segment in URL cannot contain colon" }
 */
export function parseGoUrl(text: string): GoUrl {
  const [url, ...fragment] = text.split("#");
  if (!hasValidEscapes(fragment.join("#"))) return { error: "invalid URL escape in the fragment" };
  return parse(url!, false);
}

/** Reads a URL as `url.ParseRequestURI` of Go does: absolute, or a path that begins with "/". */
export function parseGoRequestUri(text: string): GoUrl {
  if (text === "") return { error: "empty url" };
  if (text === "*") return { scheme: "", host: "", rest: "*" };
  return parse(text, true);
}

function parse(text: string, isRequest: boolean): GoUrl {
  // eslint-disable-next-line no-control-regex -- Go rejects exactly these characters.
  if (/[\x00-\x1f\x7f]/.test(text)) return { error: "invalid control character in URL" };
  if (text.startsWith(":")) return { error: "missing protocol scheme" };
  const [, given = "", afterScheme = text] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  const scheme = given.toLowerCase();
  const path = afterScheme.replace(/\?.*$/s, "");
  if (!path.startsWith("/")) {
    if (scheme !== "") return { scheme, host: "", rest: path };
    if (isRequest) return { error: "invalid URI for request" };
    if (path.split("/")[0]!.includes(":")) return { error: "first path segment in URL cannot contain colon" };
  }
  const hasAuthority = path.startsWith("//") && (scheme !== "" || (!isRequest && !path.startsWith("///")));
  const [, authority = "", rest = ""] = hasAuthority ? /^\/\/([^/]*)(.*)$/s.exec(path)! : [path, "", path];
  const error = authorityProblem(authority) ?? (hasValidEscapes(rest) ? undefined : "invalid URL escape in the path");
  return error === undefined ? { scheme, host: authority.replace(/^.*@/s, ""), rest } : { error };
}

function authorityProblem(authority: string): string | undefined {
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? "" : authority.slice(0, at);
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(user) || !hasValidEscapes(user)) return "invalid user information";
  const host = authority.slice(at + 1);
  if (host.startsWith("[")) {
    const closing = host.lastIndexOf("]");
    if (closing < 0) return "missing ']' in host";
    return portProblem(host.slice(closing + 1));
  }
  if (host.includes("[")) return "invalid IP-literal";
  const colon = host.lastIndexOf(":");
  const problem = colon < 0 ? undefined : portProblem(host.slice(colon));
  if (problem !== undefined) return problem;
  // Of ASCII, Go allows these characters; a percent sign only in front of a byte that is not ASCII.
  // eslint-disable-next-line no-control-regex
  const wrong = /[^\w\-.~!$&'()*+,;=:\]<>"%\x80-\u{10ffff}]/u.exec(host)?.[0];
  if (wrong !== undefined) return `invalid character ${JSON.stringify(wrong)} in host name`;
  return /%(?![89a-f][0-9a-f]|25)/i.test(host) ? "invalid URL escape in the host" : undefined;
}

function portProblem(port: string): string | undefined {
  return port === "" || /^:\d*$/.test(port) ? undefined : `invalid port ${JSON.stringify(port)} after host`;
}

function hasValidEscapes(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text);
}
