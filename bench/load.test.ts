import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { exchange, get, Load, parseResponse } from "./load.js";

const REQUEST = get("/", { host: "h" });
let server: Server | undefined;
afterEach(() => server?.close());

/** A server that sends the next of the texts for each request, in pieces that do not end with responses. */
async function serve(...texts: string[]): Promise<{ port: number; count(): number }> {
  let count = 0;
  server = createServer({ noDelay: true }, (socket) => {
    let left = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const requests = chunk.length / REQUEST.length;
      for (let i = 0; i < requests; i++) left += texts[Math.min(count++, texts.length - 1)];
      socket.write(left.slice(0, 11));
      setImmediate(() => socket.write(left.slice(11)) && (left = ""));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const open = (port: number, pipelined = 2) =>
  Load.open({ port, request: REQUEST, responseLength: OK.length, connections: 2, pipelined });

test("sends as many requests as asked, and waits for all responses", async () => {
  const { port, count } = await serve(OK);
  const load = await open(port);
  await load.send(7);
  expect(count()).toBe(7);
  await load.send(4);
  expect(count()).toBe(11);
  load.close();
});

test("fails when a response is not a success", async () => {
  const { port } = await serve(OK, OK, OK, OK.replace("200 OK", "503 No"));
  const load = await open(port);
  await expect(load.send(100)).rejects.toThrow("unexpected response: HTTP/1.1 503 No");
  load.close();
});

test("fails when the server closes a connection", async () => {
  const { port } = await serve(OK);
  const load = await open(port);
  await load.send(2);
  const failed = expect(load.send(100_000)).rejects.toThrow("Envoy closed a connection");
  for (const client of load["clients"]) client.close();
  await failed;
});

test("reads one response", async () => {
  const { port } = await serve(OK);
  expect(await exchange(port, REQUEST)).toMatchObject({ status: 200, length: OK.length, body: Buffer.from("ok") });
});

test("reads a chunked response once all its bytes are there", () => {
  const text =
    "HTTP/1.1 404 No\r\nX-A: 1:2\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n";
  for (let length = 0; length < text.length; length++) {
    expect(parseResponse(Buffer.from(text.slice(0, length)))).toBeUndefined();
  }
  const response = parseResponse(Buffer.from(text))!;
  expect(response).toMatchObject({ status: 404, length: text.length });
  expect(response.headers.get("x-a")).toBe("1:2");
  expect(String(response.body)).toBe("abc0123456789");
});
