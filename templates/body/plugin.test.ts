import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = { required: ["user", "items"], maxBytes: 100 };
const order = { user: "mia", items: [7] };

/** Starts the plugin in a gateway that holds the headers of a request until the hook on its body has decided. */
const start = (config: object) => startPlugin({ config, host: "higress" });

test("lets a complete body pass unchanged", async () => {
  const plugin = await start(config);
  const { request } = await plugin.fetch("/orders", { method: "POST", json: order });
  expect(request.upstream).toHaveBody(order);
  expect(request.upstream).toHaveHeader("content-length", String(JSON.stringify(order).length));
});

test("sends nothing to the upstream before the whole body has arrived", async () => {
  const plugin = await start(config);
  const request = plugin.begin("/orders", { method: "POST" });
  request.send('{"user":"mia",');
  expect(request).not.toHaveReachedUpstream();
  request.end('"items":[]}');
  expect(request.upstream).toHaveBody({ user: "mia", items: [] });
});

test("sends only the headers to the upstream where the gateway cannot hold headers, as in Istio", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.begin("/orders", { method: "POST" });
  request.send('{"user":"mia",');
  expect(request.upstream).toHaveBody("");
  request.end('"items":null}');
  expect(request).toBeLocalReply(400);
  expect(request.upstream).toHaveBody("");
});

test.each([
  ["a field is missing", '{"user":"mia"}', 400, "items: required, but absent"],
  ["a field is present twice", '{"user":"mia","user":"root","items":[]}', 400, "user: duplicate key"],
  ["the body is an array", "[]", 400, "expected object, got array"],
  ["the body is not JSON", "user=mia", 400, "the body is not JSON"],
  ["the body is empty", "", 400, "expected a JSON body"],
])("rejects a request if %s", async (_name, body, status, message) => {
  const plugin = await start(config);
  const response = await plugin.fetch("/orders", { method: "POST", body });
  expect(response).toBeLocalReply(status);
  expect(response.json()).toEqual({ error: expect.stringContaining(message) });
  expect(response).not.toHaveReachedUpstream();
});

test("rejects a body that is too large", async () => {
  const plugin = await start(config);
  const json = { ...order, note: "x".repeat(100) };
  const response = await plugin.fetch("/orders", { method: "POST", json });
  expect(response).toBeLocalReply(413);
  expect(response).not.toHaveReachedUpstream();
});

test("rejects bodies that it cannot read", async () => {
  const plugin = await start(config);
  const send = (headers: Record<string, string>) => plugin.fetch("/", { method: "POST", headers, json: order });
  expect(await send({ "content-encoding": "gzip" })).toBeLocalReply(415);
  expect(await send({ connection: "upgrade", upgrade: "websocket" })).toBeLocalReply(400);
});

test("lets a GET request without a body pass", async () => {
  const plugin = await start(config);
  expect(await plugin.fetch("/orders")).toHaveReachedUpstream();
});

test.each([
  [{ required: "user" }, 'required: expected array, got "user"'],
  [{ maxBytes: 0 }, "maxBytes: expected integer from 1 to 1048576, got 0"],
])("rejects the configuration %j", async (wrong, message) => {
  await expect(start(wrong)).rejects.toThrow(message);
});
