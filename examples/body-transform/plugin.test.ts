import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = {
  request: { field: "tenant", value: "a" },
  response: { field: "by", value: "the gateway" },
};

test("sets a field in request and response bodies", async () => {
  const plugin = await startPlugin({ config });
  const response = await plugin.fetch("/", { json: { id: 1 }, upstream: { json: { by: "me", hello: "you" } } });
  expect(response.request.upstream).toHaveBody({ id: 1, tenant: "a" });
  expect(response).toHaveBody('{"by":"the gateway","hello":"you"}');
  expect(response).not.toHaveHeader("content-length");
});

test("transforms a body that arrives in chunks, also if trailers end it", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.begin("/", { method: "PUT", headers: { "content-type": "application/json" } });
  request.send('{"id":');
  expect(request.upstream?.body).toBe("");
  request.send("1");
  request.end("}", { "x-checksum": "1" });
  expect(request.upstream).toHaveBody({ id: 1, tenant: "a" });
  expect(request.upstream?.trailers).toHaveHeader("x-checksum", "1");

  const upstream = request.beginAnswer({ headers: { "content-type": "application/hal+json" } });
  upstream.send("{");
  expect(request.response).toMatchObject({ status: 200, body: "", ended: false });
  upstream.end("}");
  expect(request.response).toHaveBody({ by: "the gateway" });
});

test.each([
  { body: "{}", headers: { "content-type": "text/plain" } },
  { body: "{}", headers: { "content-type": "application/json", "content-encoding": "gzip" } },
  { body: "[]", headers: { "content-type": "application/json" } },
])("does not change other bodies: $body $headers", async ({ body, headers }) => {
  const plugin = await startPlugin({ config });
  expect((await plugin.fetch("/", { body, headers })).request.upstream).toHaveBody(body);
});

test("lets a body pass that is not JSON, and logs a warning", async () => {
  const plugin = await startPlugin({ config });
  const { request } = await plugin.fetch("/", { body: "{", headers: { "content-type": "application/json" } });
  expect(request.upstream).toHaveBody("{");
  expect(request).toHaveLogged("the request body is not JSON", "warn");
});

test("sends a 413 for a body that is too large", async () => {
  const plugin = await startPlugin({ config, bufferLimit: 10 });
  expect(await plugin.fetch("/", { json: { name: "more than ten" } })).toBeLocalReply(413);
});
