import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startGateway } from "../../../sdk/gateway/index.js";
import { request, type HttpRequest } from "../../support/http.js";
import { Guest } from "./support/guest.js";

// What needs HTTP around the host: what its codec makes of a message. The bytes upstream are read as they come.

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** An upstream that answers every request with the same bytes, and keeps what it was sent. */
async function rawUpstream(answer: string): Promise<{ port: number; received: () => string }> {
  let received = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      const [head, body] = received.split("\r\n\r\n") as [string, string | undefined];
      const whole = /transfer-encoding/i.test(head) ? received.endsWith("0\r\n\r\n") : body !== undefined;
      if (whole) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, received: () => received };
}

/** A gateway with one plugin in front of an upstream; what the plugin says is kept. */
async function gateway(guest: Guest, answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") {
  const wasm = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "plugin.wasm");
  writeFileSync(wasm, guest.bytes);
  const upstream = await rawUpstream(answer);
  const said: string[] = [];
  const routes = [{ prefix: "/", cluster: "upstream" }];
  const running = await startGateway(
    {
      listeners: [{ name: "gateway", plugins: [{ name: "plugin", wasm }], routes }],
      clusters: [{ name: "upstream", port: upstream.port }],
    },
    { log: ({ message, kind }) => void (kind === "plugin" && said.push(message)) },
  );
  stops.push(() => running.stop(0));
  const ask = (what: HttpRequest = {}) => request(running.port("gateway"), what);
  return { ask, said, received: upstream.received };
}

/** Says which callback came, whether it is the last, and what is in its buffer. */
function telling(): Guest {
  const guest = Guest.bare();
  for (const [type, side] of ["request", "response"].entries()) {
    const end = (name: string) => [guest.say(name), guest.digit("(local.get 2)")];
    guest.on(`proxy_on_${side}_headers`, end(`${side} headers`));
    guest.on(`proxy_on_${side}_body`, [...end(`${side} body`), guest.read("proxy_get_buffer_bytes", type, 0, -1)]);
  }
  return guest;
}

test("[94] [105] a body ends with a callback of its own; a request without a body has none", async () => {
  const { ask, said } = await gateway(telling());
  await ask({ body: "hello" });
  const response = ["response headers", "0", "response body", "0", "ok", "response body", "1", ""];
  expect(said.splice(0)).toEqual([
    ...["request headers", "0", "request body", "0", "hello", "request body", "1", ""],
    ...response,
  ]);
});

test("[94] so does a chunked body, whose chunks come one by one", async () => {
  const answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  const { ask, said } = await gateway(telling(), answer);
  await ask({ chunks: ["one", "two"], chunkDelayMs: 100 });
  expect(said.splice(0, 11)).toEqual([
    ...["request headers", "0", "request body", "0", "one", "request body", "0", "two", "request body", "1", ""],
  ]);
  expect(said).toEqual(["response headers", "0", "response body", "0", "ok", "response body", "1", ""]);
});

test("[105] the headers of a GET are the end of it", async () => {
  const { ask, said } = await gateway(telling());
  await ask();
  expect(said.slice(0, 3)).toEqual(["request headers", "1", "response headers"]);
});

test.each([
  ["HEAD", "200 OK\r\ncontent-length: 2"],
  ["GET", "204 No Content"],
  ["GET", "304 Not Modified\r\ncontent-length: 2"],
  ["GET", "200 OK\r\ncontent-length: 0"],
])("[104] the headers of a response without a body are the end of it: %s, %j", async (method, head) => {
  const { ask, said } = await gateway(telling(), `HTTP/1.1 ${head}\r\n\r\n`);
  const { status, body } = await ask({ method });
  expect([String(status), body.length]).toEqual([head.slice(0, 3), 0]);
  expect(said).toEqual(["request headers", "1", "response headers", "1"]);
});

/** A plugin that makes a request's body two bytes longer, with or without its length removed. */
function lengthening(removes: boolean): Guest {
  const guest = Guest.bare();
  const remove = guest.do("proxy_remove_header_map_value", 0, ...guest.text("content-length"));
  if (removes) guest.on("proxy_on_request_headers", remove);
  const more = guest.do("proxy_set_buffer_bytes", 0, -1, 0, ...guest.text("++"));
  return guest.on("proxy_on_request_body", `(if (local.get 1) (then ${more}))`);
}

test("[103] a length that a plugin leaves is sent as it is, whatever the body is then; without one the body is chunked", async () => {
  const kept = await gateway(lengthening(false));
  await kept.ask({ body: "hello" });
  const [head, body] = kept.received().split("\r\n\r\n") as [string, string];
  expect([/content-length: (\d+)/.exec(head)?.[1], /transfer-encoding/.test(head), body]).toEqual([
    "5",
    false,
    "hello++",
  ]);
  const removed = await gateway(lengthening(true));
  await removed.ask({ body: "hello" });
  const [chunkedHead] = removed.received().split("\r\n\r\n") as [string];
  expect([/content-length/.test(chunkedHead), /transfer-encoding: chunked/.test(chunkedHead)]).toEqual([false, true]);
  expect(removed.received().slice(chunkedHead.length + 4)).toBe("7\r\nhello++\r\n0\r\n\r\n");
});

test("[106] a plugin that holds a response's body until its end sees all of it, and its changes go to the client", async () => {
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
  const answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n";
  const { ask, said } = await gateway(guest, answer);
  expect((await ask()).text).toBe("changed");
  expect(said).toEqual(["onetwo"]);
});
