import { checkAnswerer, checkFields, describe, isRecord, type Answerer, type Payload } from "./upstreams/answer.js";
import type { HeaderValue } from "./message/headers.js";
import type { UpstreamRequest } from "./message/message.js";
import type { TestRoute } from "./options.js";

/** A request of a client. All has a default: it is `GET / HTTP/1.1` with the host `example.com`. */
export interface RequestOptions extends Payload, TestRoute {
  /** With its query; "/" unless given. */
  path?: string;
  /** "GET", or "POST" where there is a body. */
  method?: string;
  /** The host name that is asked, with its port if there is one; "example.com" unless given. */
  authority?: string;
  /** "http" unless given. */
  scheme?: string;
  /** The client's address, "127.0.0.1:50000" unless given. */
  source?: string;
  /** Properties that the plugin can read, by path: `{ "connection.mtls": …, "my_filter_state": "…" }`; texts or bytes. */
  properties?: Readonly<Record<string, HeaderValue>>;
  /** Answers this request when it reaches its upstream. */
  upstream?: Answerer<UpstreamRequest>;
}

const KNOWN = [
  ...["path", "method", "authority", "scheme", "headers", "body", "json", "chunks", "trailers", "route", "cluster"],
  ...["virtualHost", "source", "properties", "upstream"],
];
const TEXTS = ["path", "method", "authority", "scheme", "source", "route", "cluster", "virtualHost"] as const;

/**
 * The options of a request, from a path or an address with options, or from options alone. Of two of a name the second counts.
 *
 * @throws TypeError that names what is wrong
 * @example
 * requestOptions("http://a.example/foo?x=1", {}); // { scheme: "http", authority: "a.example", path: "/foo?x=1" }
 */
export function requestOptions(target: string | RequestOptions, options: RequestOptions): RequestOptions {
  if (typeof target !== "string" && !isRecord(target)) {
    throw new TypeError(`request: expected a path or an address as text, or options; got ${describe(target)}`);
  }
  checkFields(options, KNOWN, "request");
  const given = { ...(typeof target === "string" ? addressed(target) : target), ...options };
  checkFields(given, KNOWN, "request");
  for (const name of TEXTS) {
    const value: unknown = given[name];
    if (value === undefined || typeof value === "string") continue;
    throw new TypeError(`request: ${name}: expected a text, got ${describe(value)}`);
  }
  if (given.path !== undefined && !isTarget(given.path, given.method)) {
    throw new TypeError(`request: path: expected one such as "/orders?id=1", got ${JSON.stringify(given.path)}`);
  }
  checkProperties(given.properties);
  checkAnswerer(given.upstream, "request: upstream");
  if (given.source !== undefined && !/:\d+$/.test(given.source)) {
    throw new TypeError(
      `request: source: expected an address with a port such as "10.0.0.7:50000", got "${given.source}"`,
    );
  }
  return given;
}

/** Whether a gateway takes it for a request's target. */
function isTarget(path: string, method: string | undefined): boolean {
  if (method === "CONNECT" || (method === "OPTIONS" && path === "*")) return true;
  return /^\/[^\0-\x20\x7f]*$/.test(path);
}

function checkProperties(properties: unknown): void {
  if (properties === undefined) return;
  if (!isRecord(properties)) {
    throw new TypeError(
      `request: properties: expected an object of texts or bytes by path, got ${describe(properties)}`,
    );
  }
  for (const [path, value] of Object.entries(properties)) {
    if (typeof value === "string" || typeof value === "number" || value instanceof Uint8Array) continue;
    throw new TypeError(`request: properties: ${path}: expected a text or bytes, got ${describe(value)}`);
  }
}

function addressed(target: string): RequestOptions {
  const found = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(target);
  if (!found) return { path: target };
  const [, scheme, authority, rest] = found;
  return { scheme: scheme!.toLowerCase(), authority: authority!, path: rest!.startsWith("/") ? rest! : `/${rest}` };
}
