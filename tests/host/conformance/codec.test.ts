import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startGateway } from "../../../sdk/gateway/index.js";
import { request, type HttpRequest } from "../../support/http.js";
import { Guest } from "./support/guest.js";

// Checks that need an HTTP codec around the host. The upstream reads raw bytes.

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** An upstream that sends the same bytes to every request, and keeps the bytes that it receives. */
async function rawUpstream(response: string): Promise<{ port: number; received: () => string }> {
  let received = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      const [head, body] = received.split("\r\n\r\n") as [string, string | undefined];
      const whole = /transfer-encoding/i.test(head) ? received.endsWith("0\r\n\r\n") : body !== undefined;
      if (whole) socket.write(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, received: () => received };
}

/** A gateway with one plugin in front of an upstream. It keeps the plugin's log lines. */
async function gateway(guest: Guest, response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") {
  const wasm = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "plugin.wasm");
  writeFileSync(wasm, guest.bytes);
  const upstream = await rawUpstream(response);
  const logged: string[] = [];
  const routes = [{ prefix: "/", cluster: "upstream" }];
  const running = await startGateway(
    {
      listeners: [{ name: "gateway", plugins: [{ name: "plugin", wasm }], routes }],
      clusters: [{ name: "upstream", port: upstream.port }],
    },
    { log: ({ message, kind }) => void (kind === "plugin" && logged.push(message)) },
  );
  stops.push(() => running.stop(0));
  const send = (options: HttpRequest = {}) => request(running.port("gateway"), options);
  return { send, logged, received: upstream.received };
}

/** A plugin that logs each callback, whether it ends the message, and the body. */
function loggingCallbacks(): Guest {
  const guest = Guest.bare();
  for (const [type, side] of ["request", "response"].entries()) {
    const end = (name: string) => [guest.logText(name), guest.digit("(local.get 2)")];
    guest.on(`proxy_on_${side}_headers`, end(`${side} headers`));
    guest.on(`proxy_on_${side}_body`, [...end(`${side} body`), guest.read("proxy_get_buffer_bytes", type, 0, -1)]);
  }
  return guest;
}

test("[94] [105] the end of a body has its own callback, with an empty chunk", async () => {
  const { send, logged } = await gateway(loggingCallbacks());
  await send({ body: "hello" });
  const response = ["response headers", "0", "response body", "0", "ok", "response body", "1", ""];
  expect(logged.splice(0)).toEqual([
    ...["request headers", "0", "request body", "0", "hello", "request body", "1", ""],
    ...response,
  ]);
});

test("[94] the chunks of a chunked body arrive one by one, and its end has its own callback", async () => {
  const response = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  const { send, logged } = await gateway(loggingCallbacks(), response);
  await send({ chunks: ["one", "two"], chunkDelayMs: 100 });
  expect(logged.splice(0, 11)).toEqual([
    ...["request headers", "0", "request body", "0", "one", "request body", "0", "two", "request body", "1", ""],
  ]);
  expect(logged).toEqual(["response headers", "0", "response body", "0", "ok", "response body", "1", ""]);
});

test("[105] the headers of a GET end the request", async () => {
  const { send, logged } = await gateway(loggingCallbacks());
  await send();
  expect(logged.slice(0, 3)).toEqual(["request headers", "1", "response headers"]);
});

test.each([
  ["HEAD", "200 OK\r\ncontent-length: 2"],
  ["GET", "204 No Content"],
  ["GET", "304 Not Modified\r\ncontent-length: 2"],
  ["GET", "200 OK\r\ncontent-length: 0"],
])("[104] the headers of a response without a body end the response: %s, %j", async (method, head) => {
  const { send, logged } = await gateway(loggingCallbacks(), `HTTP/1.1 ${head}\r\n\r\n`);
  const { status, body } = await send({ method });
  expect([String(status), body.length]).toEqual([head.slice(0, 3), 0]);
  expect(logged).toEqual(["request headers", "1", "response headers", "1"]);
});

/** A plugin that appends two bytes to a request body, and may remove its content-length. */
function lengthening(removes: boolean): Guest {
  const guest = Guest.bare();
  const remove = guest.do("proxy_remove_header_map_value", 0, ...guest.text("content-length"));
  if (removes) guest.on("proxy_on_request_headers", remove);
  const more = guest.do("proxy_set_buffer_bytes", 0, -1, 0, ...guest.text("++"));
  return guest.on("proxy_on_request_body", `(if (local.get 1) (then ${more}))`);
}

test("[103] a content-length that a plugin keeps is sent unchanged with a changed body; without it the body is chunked", async () => {
  const kept = await gateway(lengthening(false));
  await kept.send({ body: "hello" });
  const [head, body] = kept.received().split("\r\n\r\n") as [string, string];
  expect([/content-length: (\d+)/.exec(head)?.[1], /transfer-encoding/.test(head), body]).toEqual([
    "5",
    false,
    "hello++",
  ]);
  const removed = await gateway(lengthening(true));
  await removed.send({ body: "hello" });
  const [chunkedHead] = removed.received().split("\r\n\r\n") as [string];
  expect([/content-length/.test(chunkedHead), /transfer-encoding: chunked/.test(chunkedHead)]).toEqual([false, true]);
  expect(removed.received().slice(chunkedHead.length + 4)).toBe("7\r\nhello++\r\n0\r\n\r\n");
});

test("[106] a plugin that buffers a response body until its end sees the whole body, and the client gets its changes", async () => {
  const guest = Guest.bare();
  const remove = guest.do("proxy_remove_header_map_value", 2, ...guest.text("content-length"));
  guest.on("proxy_on_response_headers", remove);
  const whole = [guest.read("proxy_get_buffer_bytes", 1, 0, -1)];
  const change = guest.do("proxy_set_buffer_bytes", 1, 0, -1, ...guest.text("changed"));
  guest.on(
    "proxy_on_response_body",
    `(if (local.get 2) (then ${[...whole, change].join(" ")}))`,
    "(i32.eqz (local.get 2))",
  );
  const response = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n";
  const { send, logged } = await gateway(guest, response);
  expect((await send()).text).toBe("changed");
  expect(logged).toEqual(["onetwo"]);
});
