import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HttpConnection, request } from "./http.js";
import { respondWith, echoUpstream, textUpstream, type Upstream } from "./upstream.js";

let upstream: Upstream;
const servers: Server[] = [];

beforeAll(async () => {
  upstream = await echoUpstream();
});
afterAll(async () => {
  await upstream.stop();
  for (const server of servers) server.close();
});

/** Starts a server that sends these bytes after the first bytes of a request. `end`: it then closes the connection. */
function raw(bytes: string, end = false): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => (end ? socket.end(bytes, "latin1") : socket.write(bytes, "latin1")));
  });
  servers.push(server);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

test("an echo upstream returns the bytes of the request", async () => {
  const headers = [
    ["Host", "a"],
    ["X-Two", "1"],
    ["x-two", Buffer.from([0xff])],
    ["x-empty", ""],
  ] as const;
  const response = await request(upstream.port, { method: "PUT", target: "/a?b=c d", headers, body: "é" });
  expect(JSON.parse(response.text)).toEqual({
    ...{ method: "PUT", target: "/a?b=c d", body: "\xc3\xa9", trailers: [] },
    headers: [
      ["Host", "a"],
      ["X-Two", "1"],
      ["x-two", "\xff"],
      ["x-empty", ""],
      ["content-length", "2"],
    ],
  });
});

test("requests and responses can have chunks and trailers", async () => {
  const response = respondWith({ chunks: ["a", "bc"], trailers: [["x-sum", "\xff"]] });
  const sent = { chunks: ["1", "23"], chunkDelayMs: 5, trailers: [["x-t", "t"]] as const, headers: [response] };
  expect(await request(upstream.port, sent)).toMatchObject({ text: "abc", trailers: [["x-sum", "\xff"]] });
  expect(upstream.requests.at(-1)).toMatchObject({ method: "POST", body: "123", trailers: [["x-t", "t"]] });
});

test("repeated response headers are kept; a 204 and a response to HEAD have no body", async () => {
  const cookies = respondWith({
    headers: [
      ["Set-Cookie", "a"],
      ["set-cookie", "b"],
    ],
  });
  const response = await request(upstream.port, { headers: [cookies] });
  expect(response.all("set-cookie")).toEqual(["a", "b"]);
  expect(response.headers[0]).toEqual(["Set-Cookie", "a"]);
  expect((await request(upstream.port, { headers: [respondWith({ status: 204 })] })).body.length).toBe(0);
  expect((await request(upstream.port, { method: "HEAD" })).body.length).toBe(0);
});

test("one connection sends several requests, also raw bytes", async () => {
  const connection = await HttpConnection.open(upstream.port);
  await connection.send({ target: "/1" });
  await connection.send(Buffer.from("GET /2 HTTP/1.1\r\n\r\n"));
  expect(upstream.requests.slice(-2).map(({ target }) => target)).toEqual(["/1", "/2"]);
  expect(connection.unread.length).toBe(0);
  connection.close();
});

test("an upstream responds with 400 to bytes that are not a request", async () => {
  const response = await request(upstream.port, Buffer.from("nonsense\r\n\r\n"));
  expect(response).toMatchObject({ status: 400, text: expect.stringContaining("not a request line") });
});

test("the error names the cause: a timeout, a partial message, a closed or reset connection, an invalid status line", async () => {
  const hang = request(upstream.port, { headers: [respondWith({ hang: true })] }, 50);
  await expect(hang).rejects.toThrow("no response within 50 ms");
  await expect(request(await raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"), {}, 50)).rejects.toThrow(
    'no response within 50 ms, only a part of it: "ab"',
  );
  await expect(request(await raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab", true), {})).rejects.toThrow(
    "the connection ended within a message after 2 of 5 bytes",
  );
  await expect(request(await raw("", true), {})).rejects.toThrow("closed without a response");
  await expect(request(upstream.port, { headers: [respondWith({ reset: true })] })).rejects.toThrow(/ECONNRESET/);
  await expect(request(await raw("SSH-2.0\r\n\r\n"), {})).rejects.toThrow('not a status line: "SSH-2.0"');
});

test("1xx responses are listed in `interim`; a body without a length ends with the connection", async () => {
  const port = await raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall", true);
  expect(await request(port, {})).toMatchObject({ status: 200, text: "all", interim: [100] });
});

test("a text upstream responds with its text until it is stopped", async () => {
  const foo = await textUpstream("foo");
  expect(await request(foo.port, { target: "/any" })).toMatchObject({ status: 200, text: "foo" });
  await foo.stop();
  await expect(request(foo.port, {})).rejects.toThrow("ECONNREFUSED");
});

test("a header that is not latin1 needs a Buffer", async () => {
  await expect(request(upstream.port, { headers: [["x", "€"]] })).rejects.toThrow("pass its bytes as a Buffer");
});
