import type { ListenerSpec } from "../spec/gateway-spec.js";

export type PathSettings = Pick<ListenerSpec, "normalizePath" | "mergeSlashes" | "pathWithEscapedSlashesAction">;

/** The text of an escape that Envoy decodes: a letter, a digit, or one of `-._~`. */
const UNRESERVED = /[\w\-.~]/;
/**
 * A dot segment with parameters, which Envoy removes first. Envoy does so since 1.36.10, 1.37.6, 1.38.4 and 1.39.1.
 *
 * Source: CVE-2026-73551.
 */
const DOTS_WITH_PARAMETERS = /(\/\.{1,2});[^/]*/g;
/** Escapes, percent signs without an escape, backslashes, and characters that a normalized path has escaped only. */
const SPECIAL = /%(?:[\da-f]{2})?|\\|[^\w\-.~!$&'()*+,;=:@/[\]]/gi;
/** Stands for a percent sign that begins no escape, until the escapes behind it are decoded. */
const LONE_PERCENT = "\0";

/** Changes the path of a request as the settings of a listener say, before plugins and routes see the path. */
export class PathNormalizer {
  constructor(private readonly settings: PathSettings) {}

  /**
   * Returns the changed path, with its query; undefined when the request is to be rejected.
   *
   * @param path each character stands for one byte
   * @example
   * new PathNormalizer({ normalizePath: true }).apply("/public/%2e%2E/admin?a=/../b"); // "/admin?a=/../b"
   */
  apply(path: string): string | undefined {
    const { normalizePath, mergeSlashes, pathWithEscapedSlashesAction } = this.settings;
    if (path.includes("#")) return undefined;
    const query = path.indexOf("?");
    let text = query < 0 ? path : path.slice(0, query);
    if (pathWithEscapedSlashesAction === "UNESCAPE_AND_FORWARD") {
      text = text.replace(/%2f/gi, "/").replace(/%5c/gi, "\\");
    }
    if (normalizePath) {
      text = text.replace(DOTS_WITH_PARAMETERS, "$1");
      if (/\0|%00/.test(text)) return undefined;
      text = withoutDotSegments(decoded(text));
    }
    if (mergeSlashes) text = withMergedSlashes(text);
    return query < 0 ? text : text + path.slice(query);
  }
}

/**
 * Decodes escapes of unreserved characters, escapes characters that must not stand in a path, and makes slashes of
 * backslashes. A decoded character must not complete an escape: in `/%%32e`, the first percent sign becomes `%25`.
 */
function decoded(path: string): string {
  return path
    .replace(SPECIAL, (part) => {
      if (part === "%") return LONE_PERCENT;
      if (part === "\\") return "/";
      if (part.length === 1) return escaped(part);
      const char = String.fromCharCode(parseInt(part.slice(1), 16));
      return UNRESERVED.test(char) ? char : part;
    })
    .replace(/\0(?=[\da-f]{2})/gi, "%25")
    .replaceAll(LONE_PERCENT, "%");
}

/** A path of slashes only keeps two, as in Envoy. */
function withMergedSlashes(path: string): string {
  return /^\/{2,}$/.test(path) ? "//" : path.replace(/\/{2,}/g, "/");
}

function escaped(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Removes the segments `.` and `..`, the latter with the segment in front. Source: RFC 3986, 5.2.4. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    // The path still ends in a slash.
    else if (index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}
