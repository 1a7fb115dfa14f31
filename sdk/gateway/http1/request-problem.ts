import type { HeaderMap } from "../../host/index.js";

/** The characters of a header name, with a colon in front for a pseudo-header. Envoy accepts an empty name too. */
const NAME = /^(?::?[!#$%&'*+\-.^_`|~0-9A-Za-z]+)?$/;
/**
 * Characters that a value, or a part of the first line, must not contain: control characters except the tab, and DEL.
 */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0a-\x1f\x7f]/;

/**
 * Checks a request before it is sent to an upstream. A plugin may have removed a part of the first line, or may have
 * set a header with a line break, with which the upstream would read headers or requests that nobody sent.
 *
 * @returns Envoy's text for the problem; undefined when the request can be sent
 * @example
 * requestProblem(new HeaderMap("request", [[":method", "GET"], [":path", "/"], ["x-a", "1\r\nx-b: 2"]])); // "invalid header value for: x-a"
 */
export function requestProblem(map: HeaderMap): string | undefined {
  const missing = missingHeader(map);
  if (missing !== undefined) return `missing required header: ${missing}`;
  for (const [name, value] of map.entries()) {
    if (!NAME.test(name)) return `invalid header name: ${escaped(name)}`;
    if (FORBIDDEN.test(value)) return `invalid header value for: ${name}`;
  }
  return undefined;
}

/** The response code details of a problem, for the access log. */
export function problemDetails(problem: string): string {
  return `filter_removed_required_request_headers{${problem.replaceAll(" ", "_")}}`;
}

function missingHeader(map: HeaderMap): string | undefined {
  if (!map.has(":method")) return ":method";
  if (map.get(":method") !== "CONNECT") return map.has(":path") ? undefined : ":path";
  if (!map.has(":authority")) return ":authority";
  // A CONNECT with a path opens a tunnel for another protocol, which :protocol names.
  if (map.has(":path") === map.has(":protocol")) return undefined;
  return map.has(":path") ? ":protocol" : ":path";
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Escapes a name as in JSON, because the text becomes part of a response. */
function escaped(name: string): string {
  return name.replace(
    // eslint-disable-next-line no-control-regex
    /["\\\0-\x1f]/g,
    (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
