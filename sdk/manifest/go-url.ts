/**
 * Why Go's `url.Parse` does not take an address; undefined if the address is fine. istiod drops plugins by this function.
 * The facts are those of Go 1.26, net/url/url.go.
 */
export function goUrlError(text: string): string | undefined {
  const [address = "", ...fragment] = text.split("#");
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]/.test(address)) return "the address has a control character";
  if (address.startsWith(":")) return "the scheme before the colon is missing";
  const scheme = goScheme(text);
  const rest = (scheme === "" ? address : address.slice(scheme.length + 1)).split("?", 1)[0] ?? "";
  return restError(rest, scheme) ?? escapeError(fragment.join("#"));
}

/** The scheme in lower case; "" without one. The scheme of "image:v1" is "image". */
export function goScheme(address: string): string {
  return /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(address)?.[1]?.toLowerCase() ?? "";
}

function restError(rest: string, scheme: string): string | undefined {
  if (!rest.startsWith("/")) {
    if (scheme !== "") return undefined;
    if (rest.split("/", 1)[0]?.includes(":"))
      return 'the part before the first "/" has a colon; write oci:// before the address';
  }
  const hasHost = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  if (!hasHost) return escapeError(rest);
  const end = rest.indexOf("/", 2);
  const authority = end < 0 ? rest.slice(2) : rest.slice(2, end);
  return authorityError(authority, scheme) ?? escapeError(end < 0 ? "" : rest.slice(end));
}

function authorityError(authority: string, scheme: string): string | undefined {
  const at = authority.lastIndexOf("@");
  const user = authority.slice(0, Math.max(at, 0));
  const host = authority.slice(at + 1);
  return (
    hostError(host, scheme) ??
    (/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) ? escapeError(user) : `the user "${user}" is invalid`)
  );
}

function hostError(host: string, scheme: string): string | undefined {
  const invalid = `the host "${host}" is invalid`;
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return invalid;
  const literal = /^\[([^%]*)(?:%25.*)?\](.*)$/.exec(host);
  if (bracket === 0 && !(literal && isIPv6(literal[1] ?? ""))) return invalid;
  const strict = scheme === "http" || scheme === "https";
  const colon = strict ? host.indexOf(":") : host.lastIndexOf(":");
  const port = literal ? (literal[2] ?? "") : colon < 0 ? "" : host.slice(colon);
  if (!/^(?::[0-9]*)?$/.test(port)) return `the port "${port.slice(1)}" is no number`;
  // A percent sign can only escape bytes that are not ASCII.
  return /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]|[^\0-\x7f]|%(?:25|[89A-Fa-f][0-9A-Fa-f]))*$/.test(host)
    ? undefined
    : invalid;
}

function escapeError(text: string): string | undefined {
  return /%(?![0-9A-Fa-f]{2})/.test(text) ? 'two hexadecimal digits must follow each "%"' : undefined;
}

function isIPv6(text: string): boolean {
  return URL.canParse(`http://[${text}]/`);
}
