/** What a client sends, byte by byte (latin1), and what the upstream makes of it. */
export interface HttpCase {
  name: string;
  /** Pieces are sent one after the other, with a pause between them. */
  bytes: string | string[];
}

const KIB = "A".repeat(1024);

/** A GET with more lines in its head. */
const get = (...lines: string[]) => `GET / HTTP/1.1\r\nhost: a\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
const post = (lines: string[], body: string) => get(...lines).replace("GET", "POST") + body;
const target = (text: string, method = "GET") => `${method} ${text} HTTP/1.1\r\nhost: a\r\n\r\n`;
const host = (text: string) => `GET / HTTP/1.1\r\nhost: ${text}\r\n\r\n`;

/** Asks the upstream for an answer of just these bytes, and then to end or to reset the connection, or to do nothing. */
const answer = (bytes: string, then: "end" | "reset" | "" = "") =>
  `x-answer: ${Buffer.from(JSON.stringify({ bytes, then })).toString("base64")}`;
const answered = (bytes: string, then?: "end" | "reset") => get(answer(bytes, then));

const requests: Record<string, string | string[]> = {
  plain: get("x: 1"),
  "in pieces": ["GET / HT", "TP/1.1\r\nho", "st: a\r\n\r\n"],
  "no host": "GET / HTTP/1.1\r\n\r\n",
  "two hosts": get("host: b"),
  "an empty host": host(""),
  "a host with a port": host("a.B:8080"),
  "a host with a space": host("a b"),
  "a host with a slash": host("a/b@c"),
  "a host with a backslash": host("a\\b"),
  "a host with odd characters that pass": host("!$%&'()*+,;=:@[]_~"),
  "HTTP/1.0": "GET / HTTP/1.0\r\nhost: a\r\n\r\n",
  "HTTP/1.0 without a host": "GET / HTTP/1.0\r\n\r\n",
  "HTTP/1.0 that keeps its connection": "GET / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n",
  "HTTP/1.0, kept, with a body without length": `GET / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n${answer("HTTP/1.1 200 OK\r\n\r\nabc", "end")}\r\n\r\n`,
  "HTTP/2.0": "GET / HTTP/2.0\r\nhost: a\r\n\r\n",
  "HTTP/1.2": "GET / HTTP/1.2\r\nhost: a\r\n\r\n",
  "HTTP/1.10": "GET / HTTP/1.10\r\nhost: a\r\n\r\n",
  "HTTP in small letters": "GET / http/1.1\r\nhost: a\r\n\r\n",
  garbage: "hello\r\n\r\n",
  "an empty line first": `\r\n${get()}`,
  "LF alone": "GET / HTTP/1.1\nhost: a\n\n",
  "spaces and tabs in the request line": "GET \t/  HTTP/1.1 \r\nhost: a\r\n\r\n",
  HEAD: target("/", "HEAD"),
  OPTIONS: target("*", "OPTIONS"),
  "a method that is not known": target("/", "FOO"),
  "M-SEARCH": target("/", "M-SEARCH"),
  MSEARCH: target("/", "MSEARCH"),
  LINK: target("/", "LINK"),
  "a method in small letters": target("/", "get"),
  "a method with an odd character": target("/", "G@T"),
  "HTTP/2's preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",

  "content-length": post(["content-length: 3"], "abc"),
  "content-length: 0": get("content-length: 0"),
  "GET with a body": get("content-length: 3") + "abc",
  chunks: post(["transfer-encoding: chunked"], "3\r\nabc\r\n0\r\n\r\n"),
  "chunks with an extension": post(["transfer-encoding: chunked"], "3;a=b\r\nabc\r\n0\r\n\r\n"),
  "chunks with trailers": post(["transfer-encoding: chunked"], "3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n"),
  "a chunk without a size": post(["transfer-encoding: chunked"], "zz\r\nabc\r\n0\r\n\r\n"),
  "chunks and a length": post(["content-length: 3", "transfer-encoding: chunked"], "0\r\n\r\n"),
  "gzip, chunked": post(["transfer-encoding: gzip, chunked"], "0\r\n\r\n"),
  "transfer-encoding: identity": post(["transfer-encoding: identity"], ""),
  "the same length twice": post(["content-length: 3", "content-length: 3"], "abc"),
  "two lengths": post(["content-length: 3", "content-length: 4"], "abcd"),
  "a list of lengths": post(["content-length: 3, 3"], "abc"),
  "a length with a plus": post(["content-length: +3"], "abc"),
  "a length below zero": post(["content-length: -1"], "abc"),
  "a length beyond all": post(["content-length: 99999999999999999999999"], "abc"),
  "an empty length": post(["content-length:"], ""),
  "expect: 100-continue": post(["expect: 100-continue", "content-length: 3"], "abc"),
  "expect something else": post(["expect: x", "content-length: 3"], "abc"),

  "two requests at once": get("a: 1") + get("b: 2"),
  "connection: close": get("connection: close"),
  "proxy-connection: close": get("proxy-connection: close", "keep-alive: timeout=5"),
  "connection names a header": get("connection: keep-alive, x-hop", "x-hop: 1"),
  "te: trailers": get("te: trailers"),
  "te: gzip": get("te: gzip"),

  "an absolute target": target("http://b/c?d"),
  "an absolute target, https": target("https://b/c?d"),
  "an absolute target without a path": target("http://b"),
  "GET *": target("*"),
  "a target without a slash": target("foo"),
  "a query alone": target("?x"),
  "a fragment": target("/a#b"),
  "dots in a path": target("/a/../b"),
  "slashes in a path": target("//a//b"),
  "UTF-8 in a path": target("/\xc3\xa9"),
  "a space in a path": target("/a b"),
  "a tab in a path": target("/a\tb"),
  "a NUL in a path": target("/a\0b"),
  "odd characters in a path": target('/a"<>{}|^`\\'),
  "a long path": target(`/${KIB.repeat(50)}`),

  "a value on two lines": get("x: a\r\n b"),
  "a space before the colon": get("x : a"),
  "a line that begins with a space": "GET / HTTP/1.1\r\n host: a\r\n\r\n",
  "no colon": get("xyz"),
  "an empty name": get(": a"),
  "an empty value": get("x:"),
  "spaces around a value": get("x:  a \t "),
  "a NUL in a value": get("x: a\0b"),
  "a CR in a value": get("x: a\rb"),
  "bytes above 127 in a value": get("x: \xe9\xff"),
  "DEL in a value": get("x: a\x7fb"),
  "a control character in a value": get("x: a\x01b"),
  "an underscore in a name": get("x_y: 1"),
  "a parenthesis in a name": get("x(y: 1"),
  "a byte above 127 in a name": get("x\xe9: 1"),
  "capitals in a name": get("X-YyY: 1"),
  "a name twice": get("x: 1", "x: 2"),
  "cookie twice": get("cookie: a=1", "cookie: b=2"),
  "what proxies write": get("x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https", "x-request-id: mine"),
  "what only Envoy may say": get("x-envoy-upstream-rq-timeout-ms: 1", "x-envoy-internal: true", "x-envoy-foo: 1"),
  "90 headers": get(...Array.from({ length: 90 }, (_, i) => `h${i}: 1`)),
  "110 headers": get(...Array.from({ length: 110 }, (_, i) => `h${i}: 1`)),
  "55 KiB of headers": get(`x: ${KIB.repeat(55)}`),
  "70 KiB of headers": get(`x: ${KIB.repeat(70)}`),
  "an upgrade that is not allowed": get("connection: upgrade", "upgrade: foo"),
  "an upgrade to h2c": get("connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__"),
  CONNECT: "CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n",
};

const answers: Record<string, string> = {
  204: answered("HTTP/1.1 204 No Content\r\n\r\n"),
  "304 with a length": answered("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"),
  "until the end of the connection": answered("HTTP/1.1 200 OK\r\n\r\nabc", "end"),
  "HTTP/1.0": answered("HTTP/1.0 200 OK\r\n\r\nabc", "end"),
  chunks: answered("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n"),
  "less than its length": answered("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc", "end"),
  "more than its length": answered("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxyz"),
  nothing: answered("", "end"),
  "a reset": answered("", "reset"),
  "half a head": answered("HTTP/1.1 200 OK\r\nx: ", "end"),
  garbage: answered("hello\r\n\r\n"),
  "status 600": answered("HTTP/1.1 600 X\r\ncontent-length: 0\r\n\r\n"),
  "status 999": answered("HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n"),
  "100 and 200": answered("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx"),
  "103 and 200": answered("HTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx"),
  "101 that nobody asked for": answered("HTTP/1.1 101 Sw\r\nupgrade: x\r\n\r\n"),
  "other words for its status": answered("HTTP/1.1 200 Fine Thing\r\ncontent-length: 0\r\n\r\n"),
  "no words for its status": answered("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n"),
  "chunks and a length": answered(
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
  ),
  "a length that is no number": answered("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"),
  "a chunk without a size": answered("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
  "headers of the connection": answered(
    "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: x-h, close\r\nx-h: 1\r\nkeep-alive: 5\r\n\r\n",
  ),
  "headers that Envoy writes": answered(
    "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nserver: s\r\ndate: d\r\nX-Up: 1\r\nx-envoy-foo: 1\r\nx-envoy-upstream-service-time: 5\r\n\r\n",
  ),
  "a space in a name": answered("HTTP/1.1 200 OK\r\nx y: 1\r\ncontent-length: 0\r\n\r\n"),
  "set-cookie twice": answered("HTTP/1.1 200 OK\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 0\r\n\r\n"),
  "20 KiB of headers": answered(`HTTP/1.1 200 OK\r\nx: ${KIB.repeat(20)}\r\ncontent-length: 0\r\n\r\n`),
  "a length to HEAD": answered("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").replace("GET", "HEAD"),
  "chunks to HEAD": answered("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").replace("GET", "HEAD"),
  "neither to HEAD": answered("HTTP/1.1 200 OK\r\nx: 1\r\n\r\n").replace("GET", "HEAD"),
};

export const HTTP_CASES: readonly HttpCase[] = [
  ...Object.entries(requests).map(([name, bytes]) => ({ name: `a request: ${name}`, bytes })),
  ...Object.entries(answers).map(([name, bytes]) => ({ name: `an answer: ${name}`, bytes })),
];
