import { equalsIgnoreCase, isFieldValue, Json, Log, lowerAscii } from "as-proxy-wasm-sdk";
import { OriginPattern } from "./origin";

const DEFAULT_METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"];
const ALL_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD, TRACE, CONNECT";
const DEFAULT_HEADERS =
  "DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization";
const DEFAULT_MAX_AGE = 86400;

export class CorsConfig {
  allowsCredentials: bool = false;
  /** In seconds. */
  maxAge: i64 = DEFAULT_MAX_AGE;
  /** The value of `access-control-expose-headers`; "" for no header. */
  exposeHeaders: string = "";
  private allowsAllOrigins: bool = false;
  /** In lower case. */
  private origins: Set<string> = new Set();
  private patterns: OriginPattern[] = [];
  private methods: string[] = [];
  private allowsAllHeaders: bool = false;
  private headers: string[] = [];

  allowsOrigin(origin: string): bool {
    const lower = lowerAscii(origin);
    if (this.allowsAllOrigins || this.origins.has(lower)) return true;
    for (let i = 0; i < this.patterns.length; i++) if (this.patterns[i].matches(lower)) return true;
    return false;
  }

  allowsMethod(method: string): bool {
    return this.methods.includes("*") ? method != "" : hasName(this.methods, method);
  }

  /** Whether a browser may send all headers of a list. */
  allowsHeaders(list: string): bool {
    if (this.allowsAllHeaders) return true;
    const names = list.split(",");
    for (let i = 0; i < names.length; i++) {
      const name = names[i].trim();
      if (name != "" && !hasName(this.headers, name)) return false;
    }
    return true;
  }

  /** The value of `access-control-allow-methods`. */
  get methodsText(): string {
    return this.methods.includes("*") ? ALL_METHODS : this.methods.join(",");
  }

  /** The value of `access-control-allow-headers` for the headers that a browser wants to send. */
  headersText(wanted: string): string {
    return this.allowsAllHeaders && wanted != "" ? wanted : this.headers.join(",");
  }

  /** @internal */
  read(json: Json, log: Log): void {
    const origins = texts(json.get("allow_origins"));
    for (let i = 0; i < origins.length; i++) {
      if (origins[i] == "*") this.allowsAllOrigins = true;
      else this.origins.add(lowerAscii(withoutSlash(origins[i])));
    }
    const patterns = texts(json.get("allow_origin_patterns"));
    for (let i = 0; i < patterns.length; i++) {
      const pattern = OriginPattern.parse(withoutSlash(patterns[i]));
      if (pattern === null) log.warn('allow_origin_patterns: "' + patterns[i] + '" matches no origin');
      else this.patterns.push(pattern);
    }

    const methods = texts(json.get("allow_methods"));
    this.methods = methods.length > 0 ? methods.map<string>((name) => upperAscii(name)) : DEFAULT_METHODS;
    const headers = texts(json.get("allow_headers"));
    this.allowsAllHeaders = headers.includes("*");
    this.headers = headers.length > 0 ? headers : DEFAULT_HEADERS.split(",");
    this.exposeHeaders = texts(json.get("expose_headers")).join(",");

    const maxAge = json.get("max_age").i64();
    if (maxAge > 0) this.maxAge = maxAge;
    this.allowsCredentials = json.get("allow_credentials").bool();
    if (this.allowsCredentials && this.allowsAllOrigins) {
      this.allowsCredentials = false;
      log.warn("allow_credentials is ignored: allow_origins has *; use allow_origin_patterns");
    }
    const hasOrigins = origins.length > 0 || patterns.length > 0;
    if (!hasOrigins && !this.allowsCredentials) this.allowsAllOrigins = true;
  }

  /** The reason why the configuration cannot be sent in headers, or null. */
  get fault(): Error | null {
    const text = this.methodsText + this.headers.join(",") + this.exposeHeaders;
    return isFieldValue(text) ? null : new Error("methods and headers must not contain control characters");
  }
}

export function parseConfig(json: Json, config: CorsConfig, log: Log): Error | null {
  config.read(json, log);
  return config.fault;
}

/**
 * The texts of an array, without spaces around them, and without empty texts. As in the Go plugin, `*` replaces the texts
 * before it.
 */
function texts(json: Json): string[] {
  const items = json.array();
  const texts: string[] = [];
  for (let i = 0; i < items.length; i++) {
    const text = items[i].string().trim();
    if (text == "*") texts.length = 0;
    if (text != "") texts.push(text);
  }
  return texts;
}

function withoutSlash(text: string): string {
  return text.endsWith("/") ? text.substring(0, text.length - 1) : text;
}

function hasName(names: string[], name: string): bool {
  for (let i = 0; i < names.length; i++) if (equalsIgnoreCase(names[i], name)) return true;
  return false;
}

/** `toUpperCase` would add its Unicode tables to the module. */
function upperAscii(text: string): string {
  let upper = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    upper += String.fromCharCode(c >= 0x61 && c <= 0x7a ? c - 0x20 : c);
  }
  return upper;
}
