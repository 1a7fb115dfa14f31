import type { FieldMatchSpec, RouteSpec } from "../spec/gateway-spec.js";
import { re2 } from "../spec/re2.js";
import { byteString, lowerAscii, readableText, type HeaderMap } from "../host/index.js";

/** A request, as routes see it. */
export interface RoutedRequest {
  headers: HeaderMap;
  /** The path without the query; undefined when the request has no path. */
  path: string | undefined;
  /** The query without its question mark. */
  query: string;
}

/** Splits the target of a request. */
export function routedRequest(headers: HeaderMap): RoutedRequest {
  const [path, ...query] = headers.get(":path")?.split("?") ?? [];
  return { headers, path, query: query.join("?") };
}

/** Returns whether a request has the path, headers and query parameters that a route asks for. */
export function requestMatcher(spec: RouteSpec): (request: RoutedRequest) => boolean {
  const matchesPath = pathMatcher(spec);
  const headers = (spec.headers ?? []).map((one) => fieldMatcher(one, headerValues));
  const parameters = (spec.queryParameters ?? []).map((one) => fieldMatcher(one, firstParameter));
  const matchers = [...headers, ...parameters];
  return (request) => matchesPath(request) && matchers.every((matches) => matches(request));
}

function pathMatcher(spec: RouteSpec): (request: RoutedRequest) => boolean {
  if (spec.connect) return ({ headers }) => headers.get(":method") === "CONNECT";
  const matches = textMatcher(spec);
  // Only a plugin can make a CONNECT with a path. Such a request cannot be sent, but it has a route.
  return ({ path }) => path !== undefined && matches(path);
}

function textMatcher({ prefix, pathSeparatedPrefix, path, regex, ignoreCase }: RouteSpec): (text: string) => boolean {
  if (regex !== undefined) {
    const expression = re2(regex);
    return (text) => expression.test(readableText(text));
  }
  const fold = (text: string) => (ignoreCase ? lowerAscii(text) : text);
  const expected = fold(byteString(path ?? pathSeparatedPrefix ?? prefix ?? "/"));
  if (path !== undefined) return (text) => fold(text) === expected;
  if (pathSeparatedPrefix === undefined) return (text) => fold(text).startsWith(expected);
  return (text) => fold(text).startsWith(expected) && /^(\/|$)/.test(text.slice(expected.length));
}

type Find = (request: RoutedRequest, name: string) => string[];

/** One of the found values must match. */
function fieldMatcher(spec: FieldMatchSpec, find: Find): (request: RoutedRequest) => boolean {
  const { name, exact, prefix, regex } = spec;
  const [wanted, start] = [exact, prefix].map((text) => (text === undefined ? undefined : byteString(text)));
  const expression = regex === undefined ? undefined : re2(regex);
  const key = byteString(name);
  const matches = (value: string) => {
    if (wanted !== undefined) return value === wanted;
    if (start !== undefined) return value.startsWith(start);
    return expression?.test(readableText(value)) ?? true;
  };
  return (request) => find(request, key).some(matches);
}

function headerValues({ headers }: RoutedRequest, name: string): string[] {
  return headers.getAll(name);
}

function firstParameter({ query }: RoutedRequest, name: string): string[] {
  const found = query.split("&").find((one) => one.split("=", 1)[0] === name);
  return found === undefined ? [] : [found.slice(name.length + 1)];
}
