/** The parts of a URL, or of a path with its query, that a request contains. The fragment is not one of them. */
export class CallTarget {
  /** The host, with a port if the URL has one; "" for a path. */
  readonly authority: string;
  /** The path and the query as written, with a `/` before them if the URL has none. */
  readonly path: string;

  constructor(url: string) {
    let authority = "";
    let path = url;
    const scheme = schemeLength(url);
    if (scheme > 0) {
      const end = authorityEnd(url, scheme);
      authority = url.substring(scheme, end);
      path = url.substring(end);
    }
    if (!path.startsWith("/")) path = "/" + path;
    const fragment = path.indexOf("#");
    this.authority = authority;
    this.path = fragment < 0 ? path : path.substring(0, fragment);
  }
}

/** The length of `scheme://` at the beginning of a URL; 0 for a path, even if its query contains `://`. */
function schemeLength(url: string): i32 {
  const end = url.indexOf("://");
  for (let i = 0; i < end; i++) {
    const c = url.charCodeAt(i) | 0x20;
    if (c < 0x61 || c > 0x7a) return 0;
  }
  return end > 0 ? end + 3 : 0;
}

/** The index at which the host of a URL ends. */
function authorityEnd(url: string, from: i32): i32 {
  let end = from;
  while (end < url.length) {
    const c = url.charCodeAt(end);
    if (c == 0x2f || c == 0x3f || c == 0x23) break; // / ? #
    end++;
  }
  return end;
}
