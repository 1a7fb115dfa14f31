import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { EchoServers } from "./echo-servers.js";

test("shows an HTTP/1.1 request with its body", async () => {
  await using echoes = new EchoServers();
  const port = await echoes.port("default/foo:80", "http1");
  const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, { method: "POST", body: "hé", headers: { x: "1" } });
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({
    ...{ service: "default/foo:80", method: "POST", path: "/a?b=c" },
    ...{ headers: { x: "1", "content-length": "3" }, bodyBytes: 3, body: "hé" },
  });
});

test("shows bytes that are not text in base64", async () => {
  await using echoes = new EchoServers();
  const port = await echoes.port("default/foo:80", "http1");
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: Buffer.from([0xff, 0x00]) });
  expect(await response.json()).toMatchObject({ bodyBytes: 2, bodyBase64: "/wA=" });
});

test("shows the beginning of a large body, even when the cut is inside a character", async () => {
  await using echoes = new EchoServers();
  const port = await echoes.port("default/foo:80", "http1");
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: `a${"é".repeat(100_000)}` });
  const { bodyBytes, body } = (await response.json()) as { bodyBytes: number; body: string };
  expect([bodyBytes, body.slice(0, 3)]).toEqual([200_001, "aéé"]);
});

test("keeps the port of a service, and gives another service another port", async () => {
  await using echoes = new EchoServers();
  const port = await echoes.port("default/foo:80", "http1");
  expect(await echoes.port("default/foo:80", "http1")).toBe(port);
  expect(await echoes.port("default/bar:80", "http1")).not.toBe(port);
});

test("shows an HTTP/2 request", async () => {
  await using echoes = new EchoServers();
  const session = connectHttp2(`http://127.0.0.1:${await echoes.port("default/foo:80", "http2")}`);
  const stream = session.request({ ":path": "/x", ":method": "PUT", y: "2" });
  stream.end("body");
  const body = JSON.parse(await text(stream)) as object;
  session.close();
  expect(body).toMatchObject({ method: "PUT", path: "/x", headers: { y: "2" }, body: "body" });
});

test("sends a gRPC message back with status 0", async () => {
  await using echoes = new EchoServers();
  const session = connectHttp2(`http://127.0.0.1:${await echoes.port("default/foo:80", "http2")}`);
  const stream = session.request({ ":path": "/a.B/C", ":method": "POST", "content-type": "application/grpc" });
  const trailers = once(stream, "trailers") as Promise<[Record<string, string>]>;
  stream.end(Buffer.from([0, 0, 0, 0, 1, 7]));
  expect(Buffer.from(await text(stream))).toEqual(Buffer.from([0, 0, 0, 0, 1, 7]));
  expect((await trailers)[0]["grpc-status"]).toBe("0");
  session.close();
});

test("sends the bytes of a TCP connection back", async () => {
  await using echoes = new EchoServers();
  const socket = connect(await echoes.port("default/db:5432", "tcp"), "127.0.0.1");
  socket.end("hello");
  expect(await text(socket)).toBe("hello");
});

test("responds to new connections while turns of the event loop are long", async () => {
  await using echoes = new EchoServers();
  const port = await echoes.port("default/foo:80", "http1");
  const connections = 200;
  let responses = 0;
  let turns = 0;
  const sockets = Array.from({ length: connections }, () => connect(port, "127.0.0.1"));
  for (const socket of sockets) {
    socket.once("data", () => responses++);
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  }
  while (responses < connections) {
    const end = performance.now() + 20;
    while (performance.now() < end);
    await new Promise(setImmediate);
    turns++;
  }
  for (const socket of sockets) socket.destroy();
  // A server of this thread accepts one connection in a turn.
  expect(turns).toBeLessThan(connections / 2);
});
