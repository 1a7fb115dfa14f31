import { checkAnswerer, checkFields, describe, isRecord, type Answerer, type Payload } from "./upstreams/answer.js";
import type { HeaderValue } from "./message/headers.js";
import type { UpstreamRequest } from "./message/message.js";
import type { TestRoute } from "./options.js";

/** A request of a client. The default is `GET /` with the host `example.com`. */
export interface RequestOptions extends Payload, TestRoute {
  /** The path with its query; "/" by default. */
  path?: string;
  /** The method; "GET" by default, or "POST" with a body. */
  method?: string;
  /** The host name, with a port if the request has one; "example.com" by default. */
  authority?: string;
  /** The scheme; "http" by default. */
  scheme?: string;
  /** The client's address; "127.0.0.1:50000" by default. */
  source?: string;
  /** Properties that the plugin can read, by path: `{ "connection.mtls": …, "my_filter_state": "…" }`. */
  properties?: Readonly<Record<string, HeaderValue>>;
  /** The response to this request when it reaches its upstream. */
  upstream?: Answerer<UpstreamRequest>;
}

const KNOWN = [
  ...["path", "method", "authority", "scheme", "headers", "body", "json", "chunks", "trailers", "route", "cluster"],
  ...["virtualHost", "source", "properties", "upstream"],
];
const TEXTS = ["path", "method", "authority", "scheme", "source", "route", "cluster", "virtualHost"] as const;

/**
 * Merges and checks the arguments of `fetch` and `request`: a path, an address or options, and more options. An option
 * in `options` wins over the same one in `target`.
 *
 * @throws TypeError that names the wrong option
 * @example
 * requestOptions("http://a.example/foo?x=1", {}); // { scheme: "http", authority: "a.example", path: "/foo?x=1" }
 */
export function requestOptions(target: string | RequestOptions, options: RequestOptions): RequestOptions {
  if (typeof target !== "string" && !isRecord(target)) {
    throw new TypeError(`request: expected a path, an address or options, got ${describe(target)}`);
  }
  checkFields(options, KNOWN, "request");
  const given = { ...(typeof target === "string" ? addressed(target) : target), ...options };
  checkFields(given, KNOWN, "request");
  for (const name of TEXTS) {
    const value: unknown = given[name];
    if (value === undefined || typeof value === "string") continue;
    throw new TypeError(`request: ${name}: expected a string, got ${describe(value)}`);
  }
  if (given.path !== undefined && !isTarget(given.path, given.method)) {
    throw new TypeError(`request: path: expected a path such as "/orders?id=1", got ${JSON.stringify(given.path)}`);
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

/** Whether a gateway accepts the path for this method. */
function isTarget(path: string, method: string | undefined): boolean {
  if (method === "CONNECT" || (method === "OPTIONS" && path === "*")) return true;
  return /^\/[^\0-\x20\x7f]*$/.test(path);
}

function checkProperties(properties: unknown): void {
  if (properties === undefined) return;
  if (!isRecord(properties)) {
    throw new TypeError(
      `request: properties: expected an object with text or bytes for each path, got ${describe(properties)}`,
    );
  }
  for (const [path, value] of Object.entries(properties)) {
    if (typeof value === "string" || typeof value === "number" || value instanceof Uint8Array) continue;
    throw new TypeError(`request: properties: ${path}: expected text or bytes, got ${describe(value)}`);
  }
}

function addressed(target: string): RequestOptions {
  const found = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(target);
  if (!found) return { path: target };
  const [, scheme, authority, rest] = found;
  return { scheme: scheme!.toLowerCase(), authority: authority!, path: rest!.startsWith("/") ? rest! : `/${rest}` };
}
